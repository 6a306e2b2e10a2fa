# SPDX-License-Identifier: GPL-3.0-or-later
"""AMBER: tleap builds the molecule anew from its types and the exported frcmod, sander computes the energies."""
import re
import subprocess
import tempfile
from pathlib import Path

import parmed

from .molecule import Frames

SANDER_INPUT = """single points
 &cntrl
  imin=1, maxcyc=0, ntb=0, cut=999.0, ntpr=1, ntxo=1,
 /
"""
FIELDS = {"BOND": "bond", "ANGLE": "angle", "DIHED": "dihedral", "VDWAALS": "lj", "EEL": "coulomb",
          "1-4 VDW": "lj", "1-4 EEL": "coulomb"}


def energies(molecule: Frames, parameters: Path) -> list[dict[str, float]]:
    """Energies by term of every frame, with the molecule's own base parameters and the frcmod on top."""
    with tempfile.TemporaryDirectory(prefix="swivel-amber-") as folder:
        work = Path(folder)
        structure = molecule.structure
        for residue in structure.residues:
            residue.name = "MOL"
        structure.save(str(work / "mol.mol2"))
        parmed.tools.writeFrcmod(structure, str(work / "base.frcmod")).execute()
        (work / "fitted.frcmod").write_text(parameters.read_text())
        types = sorted({(atom.type, atom.element_name) for atom in structure.atoms})
        declared = " ".join(f'{{ "{t}" "{e}" "sp3" }}' for t, e in types)
        # Torsions that the base parameters lack are an error in tleap; the fitted file is loaded last.
        (work / "leap.in").write_text(
            f"addAtomTypes {{ {declared} }}\nloadamberparams base.frcmod\nloadamberparams fitted.frcmod\n"
            "m = loadmol2 mol.mol2\nsaveamberparm m mol.prmtop mol.inpcrd\nquit\n")
        log = run(work, "tleap", "-f", "leap.in")
        if not (work / "mol.prmtop").exists():
            raise RuntimeError(f"tleap made no topology of {molecule.name}: {log[-800:]}")
        rebuilt = parmed.load_file(str(work / "mol.prmtop"))
        if [a.type for a in rebuilt.atoms] != [a.type for a in structure.atoms]:
            raise RuntimeError(f"tleap changed the atoms of {molecule.name}")
        # mol2 keeps four to six digits of a charge: take the topology's own.
        for new, old in zip(rebuilt.atoms, structure.atoms):
            new.charge = old.charge
        rebuilt.remake_parm()
        rebuilt.save(str(work / "mol.prmtop"), overwrite=True)
        (work / "in").write_text(SANDER_INPUT)
        return [single_point(work, rebuilt, positions) for positions in molecule.positions]


def single_point(work: Path, structure: parmed.Structure, positions) -> dict[str, float]:
    lines = ["frame", f"{len(positions):5d}"]
    flat = [f"{x:12.7f}" for x in positions.flatten()]
    lines += ["".join(flat[i:i + 6]) for i in range(0, len(flat), 6)]
    (work / "c").write_text("\n".join(lines) + "\n")
    run(work, "sander", "-O", "-i", "in", "-o", "out", "-p", "mol.prmtop", "-c", "c", "-r", "r", "-inf", "info")
    text = (work / "out").read_text()
    block = text[text.rindex("FINAL RESULTS"):]
    result = dict.fromkeys(FIELDS.values(), 0.0)
    for name, term in FIELDS.items():
        result[term] += float(re.search(rf"(?<![-4\w]) *{re.escape(name)} *= *(-?[0-9.]+)", block).group(1))
    return result


def run(work: Path, *command: str) -> str:
    result = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=600)
    if result.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {(result.stdout + result.stderr)[-800:]}")
    return result.stdout
