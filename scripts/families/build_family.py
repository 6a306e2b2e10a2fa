#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute a shipped molecule family: GAFF2 topologies and relaxed GFN2-xTB torsion scans.

    python3 scripts/families/build_family.py alkanes

writes families/alkanes/ (family.yaml, molecules/, scans/, README.md). What each family contains is listed in
scripts/families/families.yaml. Needs xtb on the PATH, AmberTools (antechamber, parmchk2, tleap), RDKit, ParmEd, NumPy
and PyYAML. Finished scans are cached in the work folder, so an interrupted run goes on where it stopped.
"""
import argparse
import logging
import sys
from datetime import date
from pathlib import Path

import yaml

from family_builder import amber, files, xtb
from family_builder.cache import MoleculeCache
from family_builder.molecules import Molecule, driven_quartets, low_conformers, methyl_quartet
from family_builder.scan import BrokenScan, relaxed_scan

HERE = Path(__file__).resolve().parent
log = logging.getLogger("build_family")


def build_family(name: str, recipe: dict, output: Path, work: Path) -> None:
    """Compute family `name` into the folder `output`, keeping finished parts in the folder `work`."""
    versions = {"xtb": xtb.version(), "AmberTools": amber.version()}
    entries = []
    for item in recipe["molecules"]:
        molecule = Molecule(item["id"], item["name"], item["smiles"])
        cache = MoleculeCache(work / name, molecule, versions)
        entries.append(build_molecule(molecule, cache, recipe))
    files.write_family(output, name, recipe["description"], entries, versions)
    log.info("%s: %d molecules, %d scans in %s", name, len(entries), sum(len(e.scans) for e in entries), output)


def build_molecule(molecule: Molecule, cache: MoleculeCache, recipe: dict) -> files.FamilyEntry:
    """The topology and scans of one molecule, from the cache where they are finished."""
    conformers = cache.conformers()
    if conformers is None:
        conformers = low_conformers(molecule)
        cache.store_conformers(conformers)
    if not cache.topology.exists():
        cache.store_topology(amber.topology(molecule, conformers[0]))
    quartets = driven_quartets(molecule, hydroxyl=recipe.get("hydroxyl_rotors", False))
    if recipe.get("methyl_rotor") == molecule.id:
        quartets.append(methyl_quartet(molecule))
    for quartet in quartets:
        if cache.has_scan(quartet):
            continue
        scan = relaxed_scan(molecule, quartet, conformers)
        cache.store_scan(scan, date.today().isoformat())
        log.info("%s %s: %s", molecule.id, "-".join(map(str, quartet)),
                 f"lower envelope, {scan.rounds} rounds" if scan.rounds else f"smooth from conformer {scan.starts}")
    return cache.entry(quartets)


def main() -> int:
    recipes = yaml.safe_load((HERE / "families.yaml").read_text())
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family", nargs="+", choices=sorted(recipes), help="families to compute")
    parser.add_argument("--output", type=Path, default=HERE.parents[1] / "families",
                        help="folder which receives one folder a family (default: families/ of the repository)")
    parser.add_argument("--work", type=Path, default=Path(".cache/families"),
                        help="folder of finished parts (default: %(default)s)")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    try:
        for name in arguments.family:
            build_family(name, recipes[name], arguments.output / name, arguments.work)
    except (BrokenScan, xtb.XtbError, amber.AmberError) as error:
        print(f"build_family: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
