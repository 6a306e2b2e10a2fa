#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often a relaxed drive is taken for a rigid scan, or a dihedral beside the driven one for held, where neither is so.

    python3 scripts/checks/check_making.py ../shared/data/openff-td.tar.xz [--swivel .build/release/swivel]

`swivel init` writes what the geometries of each drive of a folder of ForceBalance targets tell. Prints those of which it says
anything, and how many there are. Ends with 1 when there is one.
"""
import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def told(swivel: Path, target: Path, work: Path) -> list[str]:
    """What init says of how a target was made."""
    family = work / "families" / target.name
    shutil.copytree(target, family / target.name)
    subprocess.run([swivel, "init", family, "--quiet"], check=True)
    return [line.strip() for line in (family / "family.yaml").read_text().splitlines()
            if line.strip().startswith(("geometry:", "held:"))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--swivel", type=Path, default=Path(".build/release/swivel"))
    options = parser.parse_args()
    if not options.archive.exists():
        sys.exit(f"{options.archive}: not here, so no drive was read")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["tar", "-xf", options.archive, "-C", folder], check=True)
        targets = sorted(Path(folder).glob("*/*/*/"), key=lambda target: target.name)
        alarms = [(t.name, lines) for t in targets if (lines := told(options.swivel.resolve(), t, Path(folder)))]
    for name, lines in alarms:
        print(f"{name}: {', '.join(lines)}")
    print(f"{len(targets)} relaxed drives: {len(alarms)} taken for something else")
    sys.exit(1 if alarms else 0)


if __name__ == "__main__":
    main()
