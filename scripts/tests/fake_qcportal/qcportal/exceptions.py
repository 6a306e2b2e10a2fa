# SPDX-License-Identifier: GPL-3.0-or-later
"""Exceptions of qcportal that fractal.py knows."""


class AuthenticationFailure(RuntimeError):
    pass
