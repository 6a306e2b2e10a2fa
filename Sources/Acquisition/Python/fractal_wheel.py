# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the package that a compute manager of QCFractal needs to run Swivel's jobs, as a wheel that pip installs.

    python fractal_wheel.py FOLDER REQUIREMENTS     prints the wheel's path

REQUIREMENTS is the list that Swivel's own environment was made from: the wheel asks for the same versions.
"""
import base64
import hashlib
import os
import sys
import zipfile

import fractal_plugin

NAME = "swivel_qcengine"
# Of Swivel's own environment, what the worker imports.
NEEDED = ("geometric", "numpy", "pyscf", "pyscf-dispersion", "qcelemental", "qcengine", "rdkit", "scipy", "tblite")
ALWAYS = (2020, 1, 1, 0, 0, 0)


def files(requirements):
    """Path in the wheel and text of each file, without the record."""
    version = f"1+{fractal_plugin.sources()}"
    pins = [line.strip() for line in requirements.splitlines() if line.split("==")[0].strip() in NEEDED]
    found = {f"{NAME}.pth": f"import {NAME}; {NAME}.wait_for_qcengine()\n"}
    for name in ("fractal_plugin.py", *fractal_plugin.WORKER):
        with open(os.path.join(fractal_plugin.HERE, name)) as file:
            found[f"{NAME}/{'__init__.py' if name == 'fractal_plugin.py' else name}"] = file.read()
    info = f"{NAME}-{version}.dist-info"
    found[f"{info}/METADATA"] = "\n".join(
        ["Metadata-Version: 2.1", f"Name: {NAME.replace('_', '-')}", f"Version: {version}",
         "Summary: Swivel's jobs as programs of QCEngine, for compute managers of QCFractal",
         "License: GPL-3.0-or-later", *(f"Requires-Dist: {pin}" for pin in pins)]) + "\n"
    found[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: swivel\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    return info, found


def wheel(folder, requirements):
    """Writes the wheel, the same bytes each time, and returns its path."""
    info, found = files(requirements)
    rows = []
    for name, text in found.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{name},sha256={digest},{len(text.encode())}")
    found[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,"]) + "\n"
    path = os.path.join(folder, f"{info.removesuffix('.dist-info')}-py3-none-any.whl")
    with zipfile.ZipFile(path + ".partial", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in found.items():
            entry = zipfile.ZipInfo(name, ALWAYS)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
    os.replace(path + ".partial", path)
    return path


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[2]) as pinned:
        print(wheel(sys.argv[1], pinned.read()))
