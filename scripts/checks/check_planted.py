#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plant one bad molecule in a family and see whether the others are fitted as if it were not there.

    python3 scripts/checks/check_planted.py [--families alkanes ethers amides] [--seed 1] [-- options of swivel fit]

The molecule is added: a copy of one of the family's, under another name, with all of its scans spoilt in one of three ways:

    noise     10 kcal/mol on every energy, 10 kcal/mol/Å on every force
    swapped   energies of another molecule's scan, frame by frame
    ring      energies that climb by 30 kcal/mol around the circle and then jump, and no forces: as of a ring that is driven open

(The first frame of the others has no forces either: where all have some, the reader finds that energies do not follow them, and
refuses the file.) Each family is fitted without it and with it, three ways. No other scan's fitted error may rise by more than 10 %, or, where it is
below 0.05 kcal/mol, by more than 0.01 kcal/mol. Exit 1 if one does.
"""
import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# Which molecule is copied, and whose energies it gets when swapped. One that makes no bond class one of two molecules, which would
# have a scale of its own then.
PLANTED = {"alkanes": ("hexane", "2-3-dimethylbutane"), "ethers": ("ethyl-propyl-ether", "1-2-dimethoxyethane"),
           "amides": ("n-methylpropanamide", "n-n-dimethylpropanamide")}
FAULTS = ("noise", "swapped", "ring")
RISE, SMALL, STEP = 0.10, 0.05, 0.01
ENERGY = re.compile(r"(?<=\benergy=)\S+")
FORCES = re.compile(r":?forces:R:3")


def frames(path: Path) -> list[list[str]]:
    lines, result = path.read_text().splitlines(), []
    while lines:
        count = int(lines[0]) + 2
        result.append(lines[:count])
        lines = lines[count:]
    return result


def energies(path: Path) -> list[float]:
    return [float(ENERGY.search(frame[1])[0]) for frame in frames(path)]


def internal(places: list[list[float]], forces: list[float]) -> list[float]:
    """Forces without what pushes or turns the molecule as a whole: readers would refuse that."""
    middle = [sum(place[k] for place in places) / len(places) for k in range(3)]
    known: list[list[float]] = []
    for k in range(3):
        i, j = (k + 1) % 3, (k + 2) % 3
        turn = [0.0] * len(forces)
        for a, place in enumerate(places):
            turn[3 * a + i], turn[3 * a + j] = middle[j] - place[j], place[i] - middle[i]
        known += [[float(n % 3 == k) for n in range(len(forces))], turn]
    basis: list[list[float]] = []
    for vector in [*known, forces]:
        for other in basis:
            share = sum(x * y for x, y in zip(vector, other))
            vector = [x - share * y for x, y in zip(vector, other)]
        length = sum(x * x for x in vector) ** 0.5
        basis.append([x / length for x in vector])
    return vector


def spoilt(path: Path, fault: str, others: list[float], stream: random.Random) -> str:
    """A scan with a fault, as text."""
    scan = frames(path)
    own = energies(path)
    text = []
    for i, frame in enumerate(scan):
        rows = [line.split() for line in frame[2:]]
        comment = frame[1]
        if fault == "noise":
            value = own[i] + stream.gauss(0, 10)
            noise = internal([[float(x) for x in row[1:4]] for row in rows],
                             [stream.gauss(0, 10) for _ in range(3 * len(rows))])
            rows = [row[:4] + [f"{float(row[4 + k]) + noise[3 * a + k]:.8f}" for k in range(3)] for a, row in enumerate(rows)]
        elif fault == "swapped":
            value = min(own) + others[i % len(others)] - min(others)
        else:
            value = min(own) + 30 * i / len(scan)
        if fault == "ring" or i == 0:
            rows = [row[:4] for row in rows]
            comment = FORCES.sub("", comment)
        text += [frame[0], ENERGY.sub(f"{value:.8f}", comment), *("  ".join(row) for row in rows)]
    return "\n".join(text) + "\n"


def molecule(manifest: str, name: str) -> str:
    """The lines of one molecule in family.yaml."""
    return re.search(rf"^  - id: {re.escape(name)}\b.*?\n(?=  - id:|\S|\Z)", manifest + "\n", re.S | re.M)[0]


def plant(family: Path, fault: str, copied: str, swapped: str, seed: int) -> None:
    """Adds the bad molecule to a copy of a family."""
    manifest = (family / "family.yaml").read_text()
    entry = molecule(manifest, copied)
    other = energies(family / re.findall(r"scans/\S+", molecule(manifest, swapped))[0])
    stream = random.Random(seed)
    for scan in re.findall(r"scans/\S+", entry):
        (family / scan.replace("scans/", "scans/planted-")).write_text(spoilt(family / scan, fault, other, stream))
    entry = entry.replace(f"id: {copied}", "id: planted", 1).replace("scans/", "scans/planted-")
    (family / "family.yaml").write_text(manifest.rstrip("\n") + "\n" + entry)


def errors(swivel: Path, family: Path, options: list[str]) -> dict[str, float]:
    """Fitted errors by scan, of molecules other than the planted one."""
    run = subprocess.run([swivel, "fit", family, "--quiet", "--output", family / "r", "--forcefields", family / "f", *options],
                         capture_output=True, text=True, check=False)
    if run.returncode not in (0, 3):
        sys.exit(f"{family.name}: {run.stderr}")
    scans = json.loads((family / "r/summary.json").read_text())["scans"]
    return {s["scan"].removeprefix("scans/"): s["rmse_fit"] for s in scans if s["molecule"] != "planted"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", nargs="+", default=list(PLANTED), choices=list(PLANTED))
    parser.add_argument("--folder", type=Path, default=Path("families"))
    parser.add_argument("--swivel", type=Path, default=Path(".build/release/swivel"))
    parser.add_argument("--seed", default="1")
    parser.add_argument("--all", action="store_true", help="print every scan, not only the one that rises most")
    # argparse takes no "--" behind positional arguments and options.
    at = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    arguments, options = parser.parse_args(sys.argv[1:at]), sys.argv[at + 1:]
    swivel, options = arguments.swivel.resolve(), ["--seed", arguments.seed, *options]
    bad = 0
    print(f"{'family':8s} {'fault':8s} {'scans':>5s}  {'without':>7s} {'with':>7s}  scan that rises most, against what it may")
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.families:
            without = None
            for fault in (None, *FAULTS):
                family = Path(folder, f"{name}-{fault}")
                shutil.copytree(arguments.folder / name, family)
                if fault is None:
                    without = errors(swivel, family, options)
                    continue
                plant(family, fault, *PLANTED[name], seed=1)
                found = errors(swivel, family, options)

                def excess(scan: str) -> float:
                    allowed = RISE * without[scan] if without[scan] >= SMALL else STEP
                    return (found[scan] - without[scan]) / allowed

                order = sorted(without, key=excess, reverse=True)
                for scan in order if arguments.all else order[:1]:
                    failed = excess(scan) > 1
                    bad += failed
                    print(f"{name:8s} {fault:8s} {len(without):5d}  {without[scan]:7.4f} {found[scan]:7.4f}  "
                          f"{excess(scan):5.2f} {scan}{'  FAILED' if failed else ''}", flush=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
