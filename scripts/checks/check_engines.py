#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Load Swivel's exported files in their own engines and compare energies at every grid point.

    swivel export reports/alkanes --format amber,gromacs,openmm,charmm,lammps,smirnoff,tinker --output exported
    python3 scripts/checks/check_engines.py families/alkanes exported [--molecules butane …] [--every 6]

Two checks a format. Fragments (alkanes.frcmod …): the engine's own tools resolve the parameter file by atom type on top of
the molecule's base parameters. Whole molecules (molecules/amber/butane.prmtop …): the engine loads them as they are. Each
energy term must equal what `swivel energy` says of the base topology under the fitted torsions, to 1e-4 kcal/mol
(engines other than AMBER use another Coulomb constant: that term is scaled by the ratio).
Tinker's files are given to its own `analyze` where that is on the PATH, and else to the formulas of its manual.
Prints the largest difference a format and a molecule; exit 1 when one is too large or nothing was checked.
"""
import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

from engine_checks import amber, complete, fragments, gromacs, openmm, smirnoff, tinker
from engine_checks.molecule import AMBER_COULOMB, SI_COULOMB, Frames, read_positions

LIMIT = 1e-4  # kcal/mol
FRAGMENTS = {"frcmod": amber.energies, "itp": gromacs.energies, "rb.itp": gromacs.energies, "xml": openmm.energies}


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


def expected_terms(parameters: Path) -> dict:
    """parameters.json as canonical type quadruple → {periodicity: (k, phase in degree)}, cosines only."""
    result: dict = {}
    for p in json.loads(parameters.read_text())["parameters"]:
        if p["phase"] != 0:
            raise ValueError(f"{parameters}: free phases are not compared")
        types = tuple(p["types"])
        result.setdefault(min(types, types[::-1]), {})[p["periodicity"]] = (p["mean"], 0.0)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family", type=Path, help="folder with a family.yaml")
    parser.add_argument("parameters", type=Path, help="folder with the exported files")
    parser.add_argument("--swivel", type=Path, default=Path(".build/release/swivel"))
    parser.add_argument("--molecules", nargs="+", help="only these")
    parser.add_argument("--formats", nargs="+", help="only these: frcmod, itp, amber/.prmtop, …")
    parser.add_argument("--every", type=int, default=1, help="every how many-th grid point")
    arguments = parser.parse_args()
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    manifest = yaml.safe_load((arguments.family / "family.yaml").read_text())
    fragment = arguments.parameters / manifest["name"]
    failures, checks = 0, 0

    def wanted(kind: str, path: Path) -> bool:
        return path.exists() and (not arguments.formats or kind in arguments.formats)

    def report(name: str, kind: str, count: str, worst: float) -> None:
        nonlocal failures, checks
        checks += 1
        failures += not worst <= LIMIT
        verdict = "ok" if worst <= LIMIT else "TOO LARGE"
        print(f"{name:30s} {kind:15s} {count:18s}  largest {worst:.1e} kcal/mol  {verdict}", flush=True)

    for entry in manifest["molecules"]:
        if arguments.molecules and entry["id"] not in arguments.molecules:
            continue
        prmtop = (arguments.family / entry["topology"]).resolve()
        scans = [(arguments.family / scan).resolve() for scan in entry["scans"]]
        frames = Frames(entry["id"], prmtop, read_positions(scans)[::arguments.every])
        points = f"{len(frames.positions)} grid points"
        for extension, energies in FRAGMENTS.items():
            file = Path(f"{fragment}.{extension}").resolve()
            if wanted(extension, file):
                ours = swivel_energies(arguments.swivel, prmtop, scans, file)[::arguments.every]
                coulomb = AMBER_COULOMB if extension == "frcmod" else SI_COULOMB
                report(entry["id"], extension, points, largest_difference(ours, energies(frames, file), coulomb))
        offxml = Path(f"{fragment}.offxml").resolve()
        if wanted("offxml", offxml):
            found, worst = smirnoff.torsion_differences(
                frames, entry["smiles"], offxml, expected_terms(arguments.parameters / "parameters.json"))
            report(entry["id"], "offxml", f"{found} torsions", worst)
        for extension, energies in fragments.ENGINES.items():
            file = Path(f"{fragment}.{extension}").resolve()
            stem = (arguments.parameters / "molecules" / fragments.FOLDERS[extension] / entry["id"]).resolve()
            if wanted(extension, file) and stem.parent.exists():
                theirs = energies(frames, stem, file)
                if theirs is None:
                    print(f"{entry['id']:30s} {extension:15s} has types of its own for this molecule, which the fragment has not")
                    continue
                ours = swivel_energies(arguments.swivel, prmtop, scans, file)[::arguments.every]
                coulomb = fragments.COULOMB.get(extension, AMBER_COULOMB)
                report(entry["id"], extension, points, largest_difference(ours, theirs, coulomb))
        for suffix, energies in complete.ENGINES.items():
            folder, ending = suffix.split("/")
            stem = (arguments.parameters / "molecules" / folder / entry["id"]).resolve()
            if wanted(suffix, Path(f"{stem}{ending}")):
                file = next(Path(f"{fragment}.{e}").resolve() for e in ("xml", "frcmod") if Path(f"{fragment}.{e}").exists())
                ours = swivel_energies(arguments.swivel, prmtop, scans, file)[::arguments.every]
                coulomb = complete.COULOMB.get(suffix, AMBER_COULOMB)
                theirs = energies(frames, stem, entry.get("smiles", ""))
                report(entry["id"], f"whole {folder}", points, largest_difference(ours, theirs, coulomb))
    print("Tinker's files: by its own analyze" if tinker.has_analyze() else "Tinker's files: by formulas, as no analyze is on the PATH")
    print(f"{checks} checks, {failures} failed")
    return 1 if failures or not checks else 0


if __name__ == "__main__":
    sys.exit(main())
