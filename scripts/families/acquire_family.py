#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute a family of scripts/families/acquired.yaml by `swivel prepare` and `swivel acquire`, and describe it.

    python3 scripts/families/acquire_family.py ethers-dft [--output families/ethers-dft] [-- options of acquire]

Goes on where it was stopped. The folder gets what a family is made of and a README; pictures of the driven bonds and the ledger
of the jobs stay in the work folder (default .build/acquired), and so does all of a family that has no scan yet.
"""
import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
KEPT = ("family.yaml", "drives.json", "molecules", "scans")


def compute(name: str, recipe: dict, level: str, folder: Path, swivel: Path, options: list[str]) -> None:
    """Prepares the family's folder unless it is there, and acquires its scans."""
    if not (folder / "drives.json").exists():
        molecules = [f"{smiles} {molecule}" for molecule, smiles in recipe["molecules"].items()]
        subprocess.run([swivel, "prepare", *molecules, "--output", folder, "--all-bonds", *recipe.get("options", [])],
                       check=True)
    acquired = subprocess.run([swivel, "acquire", folder, "--level", level, *options], check=False)
    if acquired.returncode:
        sys.exit(f"acquire of {name} ended with {acquired.returncode}; the same command goes on")


def origin(folder: Path) -> tuple[list[str], list[str]]:
    """The programs that finished the family's jobs, with versions, and the first and last day, from its ledgers."""
    programs, days = set(), set()
    for ledger in folder.glob("acquire/*/ledger.sqlite"):
        with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True) as table:
            for provenance, ended in table.execute("SELECT provenance, endedAt FROM job WHERE state = 'done'"):
                programs.update((provenance or "").split(", "))
                days.add(datetime.fromtimestamp(ended, timezone.utc).date().isoformat())
    return sorted(programs - {""}), [min(days), max(days)]


def readme(name: str, recipe: dict, level: str, drives: dict, programs: list[str], days: list[str]) -> str:
    energies, _, geometries = level.partition("//")
    names = dict(zip((molecule["id"] for molecule in drives["molecules"]), recipe["molecules"], strict=True))
    rows = [f"| {m['id']} | {names[m['id']]} | `{m['smiles']}` | "
            + ", ".join("-".join(f"{m['symbols'][a]}{a}" for a in drive["quartet"]) for drive in m["drives"]) + " |"
            for m in drives["molecules"]]
    scans = sum(len(m["drives"]) for m in drives["molecules"])
    table = "\n".join(rows)
    options = " ".join(["--all-bonds", *recipe.get("options", [])])
    return f"""# {name}

{recipe["description"]} {len(rows)} molecules, {scans} relaxed torsion scans of {360 // drives["spacing"]} grid points each.

| id | molecule | SMILES | driven dihedrals (element and zero-based index) |
|---|---|---|---|
{table}

## Origin

- **Energies and forces**: {energies} (density fitting) in vacuum, at the geometries below: forces off the driven
  dihedral are not zero.
- **Geometries**: {geometries}, relaxed with the driven dihedral held, from the lowest conformer that was found, each point from
  both neighbours; the lowest way wins.
- **Programs**: {", ".join(programs)}.
- **Topologies**: GAFF2 with AM1-BCC charges, AmberTools, as `swivel prepare` makes them.
- **Units**: kcal/mol, Å, kcal/mol/Å.
- **Computed**: {days[0] if days[0] == days[1] else " to ".join(days)}.
- **Licence**: [CC0-1.0](https://creativecommons.org/publicdomain/zero/1.0/), the data are in the public domain.

## To make it again

    python3 scripts/families/acquire_family.py {name}

runs `swivel prepare … {options}` and `swivel acquire … --level {level}`. The molecules are listed in
`scripts/families/acquired.yaml`.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    table = yaml.safe_load((HERE / "acquired.yaml").read_text())
    parser.add_argument("name", choices=table["families"])
    parser.add_argument("--swivel", type=Path, default=HERE.parents[1] / ".build/release/swivel")
    parser.add_argument("--work", type=Path, default=HERE.parents[1] / ".build/acquired")
    parser.add_argument("--output", type=Path)
    # argparse takes no "--" behind positional arguments and options.
    at = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    arguments, options = parser.parse_args(sys.argv[1:at]), sys.argv[at + 1:]
    recipe, level, work = table["families"][arguments.name], table["level"], arguments.work / arguments.name
    output = arguments.output or HERE.parents[1] / "families" / arguments.name
    compute(arguments.name, recipe, level, work, arguments.swivel.resolve(), options)
    output.mkdir(parents=True, exist_ok=True)
    for part in KEPT:
        source, target = work / part, output / part
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    drives = json.loads((work / "drives.json").read_text())
    (output / "README.md").write_text(readme(arguments.name, recipe, level, drives, *origin(work)))
    print(f"{output}: {len(list(output.glob('scans/*')))} scans")


if __name__ == "__main__":
    main()
