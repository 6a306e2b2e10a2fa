#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Load Swivel's parameter files in AMBER, GROMACS and OpenMM and compare energies at every grid point.

    python3 scripts/check_engines.py families/alkanes forcefields/alkanes [--molecules butane …] [--every 6]

For each molecule of the family the engine's own tools resolve the exported file by atom type: tleap and sander,
grompp and gmx_d mdrun, OpenMM's ForceField. Each energy term must equal what `swivel energy --parameters FILE` says,
to 1e-4 kcal/mol (GROMACS and OpenMM use another Coulomb constant than AMBER: that term is scaled by their ratio).
Prints the largest difference a format and a molecule; exit 1 when one is too large.
"""
import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

from engine_checks import amber, gromacs, openmm
from engine_checks.molecule import AMBER_COULOMB, SI_COULOMB, Frames, read_positions

LIMIT = 1e-4  # kcal/mol
ENGINES = {"frcmod": amber.energies, "itp": gromacs.energies, "xml": openmm.energies}


def swivel_energies(swivel: Path, prmtop: Path, scans: list[Path], parameters: Path) -> list[dict[str, float]]:
    frames = []
    for scan in scans:
        command = [str(swivel), "energy", "--topology", str(prmtop), "--coordinates", str(scan), "--parameters",
                   str(parameters), "--json"]
        frames += json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["frames"]
    return frames


def largest_difference(ours: list[dict[str, float]], theirs: list[dict[str, float]], coulomb: float) -> float:
    """The largest difference of a term over all frames, kcal/mol."""
    worst = 0.0
    for a, b in zip(ours, theirs, strict=True):
        mine = {"bond": a["bond"], "angle": a["angle"], "dihedral": a["torsion"] + a["improper"], "lj": a["lj"],
                "coulomb": a["coulomb"] * coulomb / AMBER_COULOMB}
        if "nonbonded" in b:
            mine["nonbonded"] = mine.pop("lj") + mine.pop("coulomb")
        if "proper" in b:
            mine["proper"] = mine.pop("dihedral") - a["improper"]
        worst = max(worst, max(abs(mine[term] - b[term]) for term in mine))
    return worst


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family", type=Path, help="folder with a family.yaml")
    parser.add_argument("parameters", type=Path, help="folder with the exported files")
    parser.add_argument("--swivel", type=Path, default=Path(".build/release/swivel"))
    parser.add_argument("--molecules", nargs="+", help="only these")
    parser.add_argument("--formats", nargs="+", choices=sorted(ENGINES), default=sorted(ENGINES))
    parser.add_argument("--every", type=int, default=1, help="every how many-th grid point")
    arguments = parser.parse_args()
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    manifest = yaml.safe_load((arguments.family / "family.yaml").read_text())
    failures = 0
    for entry in manifest["molecules"]:
        if arguments.molecules and entry["id"] not in arguments.molecules:
            continue
        prmtop = (arguments.family / entry["topology"]).resolve()
        scans = [(arguments.family / scan).resolve() for scan in entry["scans"]]
        frames = Frames(entry["id"], prmtop, read_positions(scans)[::arguments.every])
        for extension in arguments.formats:
            file = (arguments.parameters / f"{manifest['name']}.{extension}").resolve()
            ours = swivel_energies(arguments.swivel, prmtop, scans, file)[::arguments.every]
            theirs = ENGINES[extension](frames, file)
            worst = largest_difference(ours, theirs, AMBER_COULOMB if extension == "frcmod" else SI_COULOMB)
            verdict = "ok" if worst <= LIMIT else "TOO LARGE"
            failures += worst > LIMIT
            print(f"{entry['id']:30s} {extension:7s} {len(ours):4d} grid points  largest {worst:.1e} kcal/mol  {verdict}",
                  flush=True)
    print(f"{failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
