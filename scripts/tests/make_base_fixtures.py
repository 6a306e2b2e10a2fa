#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Molecules of the shipped families under other base force fields than GAFF2: topologies as users of each force field have them.

    .venv/bin/python scripts/tests/make_base_fixtures.py Tests/Fixtures/bases

Each folder is a family whose scans are those of families/ (same atoms, same order): sage (OpenFF Sage 2.2.1, Interchange's .top
and an SDF, torsions by Sage's own SMIRKS), opls (GROMACS's oplsaa.ff, function 3), charmm (CGenFF's types, PSF and prm),
amber (types of AMBER's proteins, prmtop from tleap). tests/test_bases.py fits and exports them and asks each engine.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

import parmed
from openmm import app

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "checks"))
from engine_checks import smirnoff  # noqa: E402  (needs the path above)

ROOT = Path(__file__).resolve().parents[2]
ETHERS = {"methyl-ethyl-ether": "COCC", "diethyl-ether": "CCOCC", "methyl-propyl-ether": "COCCC"}
ETHER_SCANS = {"methyl-ethyl-ether": ["0-1-2-3", "4-0-1-2"], "diethyl-ether": ["0-1-2-3"], "methyl-propyl-ether": ["0-1-2-3", "1-2-3-4"]}
ALCOHOL_SCANS = {"ethanol": ["0-1-2-8", "3-0-1-2"], "1-propanol": ["0-1-2-3", "1-2-3-11"], "2-propanol": ["0-1-3-11"]}
AMIDE_SCANS = {"n-methylacetamide": ["0-1-3-4", "5-0-1-3"], "n-ethylacetamide": ["0-1-3-4", "1-3-4-5"],
               "n-methylpropanamide": ["0-1-2-4", "1-2-4-5"]}
# Sage 2.2.1's own propers on these molecules, the most specific first.
SAGE = ["[#6X4:1]-[#6X4:2]-[#8X2H0:3]-[#6X4:4]", "[*:1]-[#6X4:2]-[#8X2H0:3]-[*:4]", "[#1:1]-[#6X4:2]-[#6X4:3]-[#8X2:4]",
        "[#1:1]-[#6X4:2]-[#6X4:3]-[#6X4:4]", "[#1:1]-[#6X4:2]-[#6X4:3]-[#1:4]", "[*:1]-[#6X4:2]-[#6X4:3]-[*:4]"]


def base(family: str, name: str) -> parmed.Structure:
    """The shipped topology, for atoms, bonds and charges."""
    return parmed.load_file(str(ROOT / f"families/{family}/molecules/{name}.prmtop"))


def manifest(folder: Path, title: str, family: str, scans: dict, files, rules: list[str] = ()) -> None:
    """family.yaml: `files` gives a molecule's lines by its name."""
    lines = ["# Written by scripts/tests/make_base_fixtures.py.", f"name: {folder.name}", "level_of_theory: GFN2-xTB",
             f"base_force_field: {title}", "license: CC0-1.0"]
    if rules:
        lines += ["torsions:", *(f"  - smarts: '{rule}'" for rule in rules)]
    lines.append("molecules:")
    for name, driven in scans.items():
        lines += [f"  - id: {name}", *(f"    {line}" for line in files(name)), "    scans:",
                  *(f"      - ../../../../families/{family}/scans/{name}-{d}.extxyz" for d in driven)]
    (folder / "family.yaml").write_text("\n".join(lines) + "\n")


def sage(folder: Path) -> None:
    """Interchange's topology of each ether, charges of the shipped prmtop."""
    toolkit = smirnoff.toolkit()
    from openff.interchange import Interchange
    from openff.units import unit as off_unit
    from rdkit import Chem
    field = toolkit.ForceField(str(smirnoff.released("openff_unconstrained-2.2.1.offxml")))
    for name, smiles in ETHERS.items():
        structure = base("ethers", name)
        frames = type("M", (), {"structure": structure})()
        molecule = smirnoff.openff_molecule(frames, smiles)
        molecule.name = name
        # The shipped charges are rounded: what is left goes onto the first atom.
        charges = [a.charge for a in structure.atoms]
        charges[0] -= sum(charges)
        molecule.partial_charges = charges * off_unit.elementary_charge
        made = Interchange.from_smirnoff(field, molecule.to_topology(), charge_from_molecules=[molecule])
        with tempfile.TemporaryDirectory() as scratch:
            made.to_top(f"{scratch}/{name}.top")
            (folder / f"{name}.top").write_text(Path(f"{scratch}/{name}.top").read_text())
        scan = ROOT / f"families/ethers/scans/{name}-{ETHER_SCANS[name][0]}.extxyz"
        rows = [line.split()[1:4] for line in scan.read_text().splitlines()[2:2 + len(charges)]]
        rdkit = molecule.to_rdkit()
        conformer = Chem.Conformer(len(rows))
        for i, row in enumerate(rows):
            conformer.SetAtomPosition(i, tuple(map(float, row)))
        rdkit.RemoveAllConformers()
        rdkit.AddConformer(conformer)
        (folder / f"{name}.sdf").write_text(Chem.MolToMolBlock(rdkit) + "$$$$\n")
    manifest(folder, "OpenFF Sage 2.2.1", "ethers", ETHER_SCANS, lambda n: [f"topology: {n}.top", f"structure: {n}.sdf"], SAGE)


OPLS = {"CT3": ("opls_135", -0.18), "HC": ("opls_140", 0.06), "CT2": ("opls_136", -0.12),
        "CO2": ("opls_157", 0.145), "CO1": ("opls_158", 0.205), "OH": ("opls_154", -0.683), "HO": ("opls_155", 0.418)}


def opls_kind(atom: parmed.Atom) -> str:
    """What OPLS-AA calls an atom of an alcohol."""
    around = [a.element_name for a in atom.bond_partners]
    if atom.element_name == "O":
        return "OH"
    if atom.element_name == "H":
        return "HO" if "O" in around else "HC"
    if "O" in around:
        return f"CO{around.count('H')}"
    return f"CT{around.count('H')}"


def opls(folder: Path) -> None:
    """A .top over GROMACS's oplsaa.ff, terms by look-up as pdb2gmx leaves them."""
    for name in ALCOHOL_SCANS:
        structure = base("alcohols", name)
        n = len(structure.atoms)
        bonds = sorted(tuple(sorted((b.atom1.idx + 1, b.atom2.idx + 1))) for b in structure.bonds)
        around = {i: sorted({b for a, b in bonds if a == i} | {a for a, b in bonds if b == i}) for i in range(1, n + 1)}
        angles = [(i, j, k) for j in around for i in around[j] for k in around[j] if i < k]
        dihedrals = [(i, j, k, l) for j, k in bonds for i in around[j] if i != k for l in around[k] if l != j and l != i]
        near = {tuple(sorted((a[0], a[-1]))) for a in angles} | set(bonds)
        pairs = sorted({tuple(sorted((d[0], d[3]))) for d in dihedrals} - near)
        kinds = [OPLS[opls_kind(a)] for a in structure.atoms]
        if abs(sum(charge for _, charge in kinds)) > 1e-9:
            raise ValueError(f"{name}: charges {sum(c for _, c in kinds)}")
        lines = ['#include "oplsaa.ff/forcefield.itp"', "", "[ moleculetype ]", f"{name} 3", "", "[ atoms ]"]
        lines += [f"{i} {kind} 1 MOL {a.element_name}{i} 1 {charge:.4f}"
                  for i, (a, (kind, charge)) in enumerate(zip(structure.atoms, kinds, strict=True), 1)]
        for section, rows, function in (("bonds", bonds, 1), ("pairs", pairs, 1), ("angles", angles, 1), ("dihedrals", dihedrals, 3)):
            lines += ["", f"[ {section} ]", *(" ".join(map(str, row)) + f" {function}" for row in rows)]
        lines += ["", "[ system ]", name, "", "[ molecules ]", f"{name} 1"]
        (folder / f"{name}.top").write_text("\n".join(lines) + "\n")
    manifest(folder, "OPLS-AA (GROMACS's oplsaa.ff)", "alcohols", ALCOHOL_SCANS, lambda n: [f"topology: {n}.top"])


def charmm_kind(atom: parmed.Atom) -> tuple[str, float]:
    """CGenFF's type and charge of an atom of an ether."""
    around = [a.element_name for a in atom.bond_partners]
    if atom.element_name == "O":
        return "OG301", -0.34
    if atom.element_name == "H":
        carbon = atom.bond_partners[0]
        return f"HGA{sum(a.element_name == 'H' for a in carbon.bond_partners)}", 0.09
    hydrogens = around.count("H")
    kind = {3: "CG331", 2: "CG321"}[hydrogens]
    return kind, (0.17 if "O" in around else 0.0) - 0.09 * hydrogens


def cgenff(types: list[str]) -> list[str]:
    """The lines of CGenFF's prm for these types, from the copy of CHARMM36 that OpenMM ships."""
    root = ET.parse(Path(app.__file__).parent / "data" / "charmm36_2024.xml").getroot()
    wanted = set(types)
    kcal, angstrom = 4.184, 0.1

    def classes(e, n):
        found = [e.get(f"class{i}") for i in range(1, n + 1)]
        return found if all(c in wanted or c == "" for c in found) else None

    lines = ["* CGenFF for ethers, from the copy of CHARMM36 that OpenMM ships", "*", "", "ATOMS"]
    masses = {t.get("class"): (t.get("mass"), t.get("element")) for t in root.find("AtomTypes") if t.get("class") in wanted}
    lines += [f"MASS {i} {t} {masses[t][0]} {masses[t][1]}" for i, t in enumerate(types, 1)]
    lines += ["", "BONDS"]
    for e in root.find("HarmonicBondForce"):
        if found := classes(e, 2):
            lines.append(f"{' '.join(found)} {float(e.get('k')) / 2 / kcal * angstrom ** 2:.6f} {float(e.get('length')) / angstrom:.6f}")
    urey = {}
    for e in root.find("AmoebaUreyBradleyForce"):
        if found := classes(e, 3):
            # OpenMM's AMOEBA form has no ½.
            urey[tuple(found)] = (float(e.get("k")) / kcal * angstrom ** 2, float(e.get("d")) / angstrom)
    lines += ["", "ANGLES"]
    for e in root.find("HarmonicAngleForce"):
        if found := classes(e, 3):
            extra = urey.get(tuple(found)) or urey.get(tuple(found[::-1]))
            lines.append(f"{' '.join(found)} {float(e.get('k')) / 2 / kcal:.6f} {float(e.get('angle')) * 57.29577951308232:.6f}"
                         + (f" {extra[0]:.6f} {extra[1]:.6f}" if extra else ""))
    lines += ["", "DIHEDRALS"]
    for e in root.find("PeriodicTorsionForce").findall("Proper"):
        if found := classes(e, 4):
            n = 1
            while e.get(f"k{n}"):
                lines.append(f"{' '.join(x or 'X' for x in found)} {float(e.get(f'k{n}')) / kcal:.6f} {e.get(f'periodicity{n}')} "
                             f"{float(e.get(f'phase{n}')) * 57.29577951308232:.2f}")
                n += 1
    lines += ["", "NONBONDED nbxmod 5 atom cdiel fshift vatom vdistance vfswitch -", "cutnb 14.0 ctofnb 12.0 ctonnb 10.0 eps 1.0 e14fac 1.0 wmin 1.5"]
    names = {t.get("name"): t.get("class") for t in root.find("AtomTypes")}
    seen = set()
    for e in root.find("LennardJonesForce").findall("Atom"):
        kind = e.get("class") or names.get(e.get("type"))
        if kind not in wanted or kind in seen:
            continue
        seen.add(kind)

        def pair(sigma, epsilon):
            return f"0.0 {-float(epsilon) / kcal:.6f} {float(sigma) / angstrom * 2 ** (1 / 6) / 2:.6f}"
        near = f" {pair(e.get('sigma14'), e.get('epsilon14'))}" if e.get("epsilon14") else ""
        lines.append(f"{kind} {pair(e.get('sigma'), e.get('epsilon'))}{near}")
    if seen != wanted:
        raise ValueError(f"no Lennard-Jones parameters for {wanted - seen}")
    return lines + ["", "END"]


def charmm(folder: Path) -> None:
    """A PSF of each ether and one prm for all."""
    types: set[str] = set()
    for name in ETHER_SCANS:
        structure = base("ethers", name)
        kinds = [charmm_kind(a) for a in structure.atoms]
        types |= {kind for kind, _ in kinds}
        n = len(kinds)
        bonds = sorted(tuple(sorted((b.atom1.idx + 1, b.atom2.idx + 1))) for b in structure.bonds)
        around = {i: sorted({b for a, b in bonds if a == i} | {a for a, b in bonds if b == i}) for i in range(1, n + 1)}
        angles = [(i, j, k) for j in around for i in around[j] for k in around[j] if i < k]
        dihedrals = [(i, j, k, l) for j, k in bonds for i in around[j] if i != k for l in around[k] if l != j and l != i]
        lines = ["PSF", "", "       1 !NTITLE", f"* {name}, CGenFF", "", f"{n:8d} !NATOM"]
        lines += [f"{i:8d} LIG  1    LIG  {a.element_name + str(i):4s} {kind:6s} {charge:10.6f} {a.mass:13.4f}           0"
                  for i, (a, (kind, charge)) in enumerate(zip(structure.atoms, kinds, strict=True), 1)]
        for title, rows, per in (("NBOND: bonds", bonds, 4), ("NTHETA: angles", angles, 3), ("NPHI: dihedrals", dihedrals, 2),
                                 ("NIMPHI: impropers", [], 2), ("NDON: donors", [], 4), ("NACC: acceptors", [], 4)):
            lines += ["", f"{len(rows):8d} !{title}"]
            flat = [rows[i:i + per] for i in range(0, len(rows), per)]
            lines += ["".join(f"{x:8d}" for row in chunk for x in row) for chunk in flat]
        lines += ["", f"{0:8d} !NNB", "", *("".join(f"{0:8d}" for _ in range(min(8, n - i))) for i in range(0, n, 8)), "",
                  "       1       0 !NGRP NST2", "       0       0       0", ""]
        (folder / f"{name}.psf").write_text("\n".join(lines) + "\n")
    (folder / "ethers.prm").write_text("\n".join(cgenff(sorted(types))) + "\n")
    manifest(folder, "CGenFF", "ethers", ETHER_SCANS, lambda n: [f"topology: {n}.psf", "parameters: ethers.prm"])


def amber_kind(atom: parmed.Atom) -> str:
    """The type of an atom of an amide in AMBER's protein force fields."""
    around = [a.element_name for a in atom.bond_partners]
    if atom.element_name == "O":
        return "O"
    if atom.element_name == "N":
        return "N"
    if atom.element_name == "C":
        return "C" if "O" in around else "CT"
    if around == ["N"]:
        return "H"
    return "H1" if "N" in [a.element_name for a in atom.bond_partners[0].bond_partners] else "HC"


def amber(folder: Path) -> None:
    """tleap's prmtop over parm10 and frcmod.ff14SB, charges of the shipped prmtop."""
    for name in AMIDE_SCANS:
        structure = base("amides", name)
        structure.coordinates = [[float(x) for x in line.split()[1:4]] for line in
                                 (ROOT / f"families/amides/scans/{name}-{AMIDE_SCANS[name][0]}.extxyz").read_text().splitlines()
                                 [2:2 + len(structure.atoms)]]
        for atom in structure.atoms:
            atom.type = amber_kind(atom)
        structure.residues[0].name = "LIG"
        with tempfile.TemporaryDirectory() as scratch:
            work = Path(scratch)
            structure.save(str(work / "mol.mol2"))
            (work / "leap.in").write_text("source leaprc.protein.ff14SB\nm = loadmol2 mol.mol2\nsaveamberparm m mol.prmtop mol.inpcrd\nquit\n")
            done = subprocess.run(["tleap", "-f", "leap.in"], cwd=work, capture_output=True, text=True)
            if not (work / "mol.prmtop").exists():
                raise RuntimeError(done.stdout[-2000:])
            text = (work / "mol.prmtop").read_text().splitlines()
            # tleap's stamp is of the day on which it ran.
            text[0] = "%VERSION  VERSION_STAMP = V0001.000  DATE = 01/01/26  00:00:00"
            (folder / f"{name}.prmtop").write_text("\n".join(text) + "\n")
    manifest(folder, "AMBER ff14SB, AM1-BCC charges", "amides", AMIDE_SCANS, lambda n: [f"topology: {n}.prmtop"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("--bases", nargs="+", default=["sage", "opls", "charmm", "amber"], help="only these")
    arguments = parser.parse_args()
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for name in arguments.bases:
        folder = arguments.output / name
        folder.mkdir(parents=True, exist_ok=True)
        {"sage": sage, "opls": opls, "charmm": charmm, "amber": amber}[name](folder)
        print(f"{name}: {', '.join(sorted(p.name for p in folder.iterdir()))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
