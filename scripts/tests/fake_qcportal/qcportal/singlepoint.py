# SPDX-License-Identifier: GPL-3.0-or-later
"""A specification as the server keeps it: names in lower case."""


def QCSpecification(program, driver, method, basis):
    return {"program": program, "driver": driver, "method": method.lower(), "basis": basis}
