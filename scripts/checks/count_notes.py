"""Counts what `swivel inspect` says of the published drives of ../shared/data/openff-td.tar.xz and of the shipped scans.

    python scripts/checks/count_notes.py [--swivel .build/release/swivel] [--list]

--list prints every note with its scan, to be looked at. Ends with 1 where a scan is refused.
"""

import argparse
import collections
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRIVES = ROOT.parent / "shared/data/openff-td.tar.xz"
KINDS = {
    "no other branch, but a wrong energy": "a wrong energy of a geometry",
    "conformer changes": "another rotor jumps",
    "mirror image": "±φ of a mirror image",
    "two energies": "two energies at an angle",
    "hydrogen bond": "hydrogen bond",
    "off the driven": "not relaxed",
    "renumbered": "order of atoms",
    "above the lowest of the others": "clash",
}


def jobs(folder):
    for target in sorted(Path(folder).glob("openff-td/*/*/")):
        yield target, target / "gaff2.prmtop"
    for scan in sorted(ROOT.glob("families/*/scans/*.extxyz")):
        molecules = [m for m in (scan.parent.parent / "molecules").glob("*.prmtop") if scan.name.startswith(m.stem)]
        yield scan, max(molecules, key=lambda m: len(m.stem))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--swivel", default=str(ROOT / ".build/release/swivel"))
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    counts, scans, refused = collections.Counter(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        if DRIVES.exists():
            tarfile.open(DRIVES).extractall(folder, filter="data")
        else:
            print(f"not here: {DRIVES}; the shipped scans alone are counted")
        for scan, topology in jobs(folder):
            run = subprocess.run(
                [arguments.swivel, "inspect", str(scan), "--topology", str(topology)], capture_output=True, text=True)
            scans += 1
            if run.returncode:
                refused += 1
                print(f"refused: {scan.name}: {run.stderr.splitlines()[0]}")
            for line in run.stdout.splitlines():
                if line.startswith(("note:", "set aside:")):
                    counts[next((name for words, name in KINDS.items() if words in line), "other")] += 1
                    if arguments.list:
                        print(scan.name, line)
    print(f"{scans} scans, {refused} refused")
    for name, count in counts.most_common():
        print(f"{count:4d} {name}")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
