# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a family: scans as extended XYZ, family.yaml, README.md."""
import logging
from dataclasses import dataclass
from pathlib import Path

from . import xtb
from .molecules import Molecule
from .scan import ANGLE_TOLERANCE, SPACING, Scan

LICENCE = "CC0-1.0"
BASE_FORCE_FIELD = "GAFF2, AM1-BCC charges"
log = logging.getLogger("build_family")


@dataclass(frozen=True)
class ScanEntry:
    """One scan of a molecule: driven quartet, extended XYZ text, day it was computed, lower envelope or smooth."""

    quartet: tuple[int, ...]
    text: str
    date: str
    is_envelope: bool


@dataclass(frozen=True)
class FamilyEntry:
    """One molecule of a family: its prmtop text and its scans."""

    molecule: Molecule
    topology: str
    scans: list[ScanEntry]

    def scan_name(self, scan: ScanEntry) -> str:
        return f"{self.molecule.id}-{'-'.join(map(str, scan.quartet))}.extxyz"


def extended_xyz(scan: Scan) -> str:
    """The grid points as frames; the quartet is zero-based, forces are -dE/dx of the molecule without restraint."""
    lines = []
    for point in scan.points:
        lines.append(str(len(scan.molecule.symbols)))
        lines.append("Properties=species:S:1:pos:R:3:forces:R:3 "
                     f'energy={point.energy:.8f} energy_unit="kcal/mol" force_unit="kcal/mol/angstrom" '
                     f'dihedral="{" ".join(map(str, scan.quartet))}" dihedral_indexing=zero '
                     f'grid_angle={point.angle:.1f} level_of_theory="{xtb.METHOD}"')
        for symbol, position, force in zip(scan.molecule.symbols, point.positions, point.forces):
            numbers = " ".join(f"{value:15.8f}" for value in (*position, *force))
            lines.append(f"{symbol:<2} {numbers}")
    return "\n".join(lines) + "\n"


def write_family(output: Path, name: str, description: str, entries: list[FamilyEntry],
                 versions: dict[str, str]) -> None:
    """Write all files of a family; scans and topologies that no longer belong to it are removed."""
    wanted = {output / "family.yaml": _manifest(name, entries),
              output / "README.md": _readme(name, description, entries, versions)}
    for entry in entries:
        wanted[output / "molecules" / f"{entry.molecule.id}.prmtop"] = entry.topology
        for scan in entry.scans:
            wanted[output / "scans" / entry.scan_name(scan)] = scan.text
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for stale in {*output.glob("molecules/*.prmtop"), *output.glob("scans/*.extxyz")} - wanted.keys():
        log.info("removing %s, which is no longer part of the family", stale)
        stale.unlink()


def _manifest(name: str, entries: list[FamilyEntry]) -> str:
    lines = ["# Written by scripts/families/build_family.py; README.md beside this file says how.",
             f"name: {name}",
             f"level_of_theory: {xtb.METHOD}  # energies, forces and geometries",
             f"base_force_field: {BASE_FORCE_FIELD}",
             f"date: {max(scan.date for entry in entries for scan in entry.scans)}",
             f"license: {LICENCE}",
             "molecules:  # scans are named by the zero-based atoms of the driven dihedral"]
    for entry in entries:
        lines += [f"  - id: {entry.molecule.id}  # {entry.molecule.name}",
                  f"    smiles: '{entry.molecule.smiles}'",
                  f"    topology: molecules/{entry.molecule.id}.prmtop",
                  "    scans:"]
        lines += [f"      - scans/{entry.scan_name(scan)}" for scan in entry.scans]
    return "\n".join(lines) + "\n"


def _readme(name: str, description: str, entries: list[FamilyEntry], versions: dict[str, str]) -> str:
    rows = []
    for entry in entries:
        driven = ["-".join(f"{entry.molecule.symbols[atom]}{atom}" for atom in scan.quartet) for scan in entry.scans]
        molecule = entry.molecule
        rows.append(f"| {molecule.id} | {molecule.name} | `{molecule.smiles}` | {', '.join(driven)} |")
    molecule_table = "\n".join(rows)
    scans = [scan for entry in entries for scan in entry.scans]
    envelopes = [f"`{entry.scan_name(scan)}`" for entry in entries for scan in entry.scans if scan.is_envelope]
    dates = sorted({scan.date for scan in scans})
    return f"""# {name}

{description} {len(entries)} molecules, {len(scans)} relaxed torsion scans of {360 // SPACING} grid points each.

| id | molecule | SMILES | driven dihedrals (element and zero-based index) |
|---|---|---|---|
{molecule_table}

## Origin

- **Energies, forces, geometries**: {xtb.METHOD} in vacuum, xtb {versions["xtb"]}. Each grid point is relaxed with the
  driven dihedral held within {ANGLE_TOLERANCE}°, in sweeps in both directions from the lowest conformer that gives a
  smooth profile: one on which the two sweeps agree, and energies and torques too. Where no conformer does
  (another torsion hops), the lower envelope of all, which may have kinks: {", ".join(envelopes) or "none here"}.
  Energies and forces (−dE/dx) are those of the molecule without the restraint.
- **Topologies**: GAFF2 with AM1-BCC charges at the lowest conformer, AmberTools {versions["AmberTools"]};
  the few thousandths of a charge that antechamber's rounding leaves are spread evenly over the atoms.
- **Units**: kcal/mol, Å, kcal/mol/Å (CODATA 2018: 1 hartree = {xtb.HARTREE:.9f} kcal/mol, 1 bohr = {xtb.BOHR} Å).
- **Computed**: {dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"}.
- **Licence**: [CC0-1.0](https://creativecommons.org/publicdomain/zero/1.0/), the data are in the public domain.

## To make it again

    python3 scripts/families/build_family.py {name}
    python3 scripts/families/check_family.py families/{name}

The molecules are listed in `scripts/families/families.yaml`.
"""
