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
  imin=1, maxcyc=0, ntb=0, igb=6, cut=999.0, ntpr=1, ntxo=1,
 /
 &debugf
  do_debugf=1, dumpfrc=1,
 /
"""
# What the energies of sander's forcedump.dat are, in its order (its printed output has four decimals only).
FIELDS = ("total", "lj", "coulomb", "hydrogen bonds", "bond", "angle", "dihedral", "lj", "coulomb")


def energies(molecule: Frames, parameters: Path, last: bool = True) -> list[dict[str, float]]:
    """Energies by term of every frame, with the molecule's own base parameters and the frcmod on top, or below them."""
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
            f"addAtomTypes {{ {declared} }}\n"
            + "".join(f"loadamberparams {name}.frcmod\n" for name in (("base", "fitted") if last else ("fitted", "base"))) +
            "m = loadmol2 mol.mol2\nsaveamberparm m mol.prmtop mol.inpcrd\nquit\n")
        log = run(work, "tleap", "-f", "leap.in")
        if not (work / "mol.prmtop").exists():
            raise RuntimeError(f"tleap made no topology of {molecule.name}: {log[-800:]}")
        rebuilt = parmed.load_file(str(work / "mol.prmtop"))
        if [a.type for a in rebuilt.atoms] != [a.type for a in structure.atoms]:
            raise RuntimeError(f"tleap changed the atoms of {molecule.name}")
        # mol2 keeps few digits of a charge: take the topology's own.
        made = (work / "mol.prmtop").read_text()
        (work / "mol.prmtop").write_text(made.replace(section(made, "CHARGE"),
                                                      section(molecule.prmtop.read_text(), "CHARGE")))
        (work / "in").write_text(SANDER_INPUT)
        return [single_point(work, rebuilt, positions) for positions in molecule.positions]


def section(prmtop: str, name: str) -> str:
    """The text of a section, its %FLAG line first."""
    start = re.search(rf"%FLAG {name} *\n", prmtop).start()
    end = prmtop.find("%FLAG", start + 1)
    return prmtop[start:end]


def single_point(work: Path, structure: parmed.Structure, positions) -> dict[str, float]:
    lines = ["frame", f"{len(positions):5d}"]
    flat = [f"{x:12.7f}" for x in positions.flatten()]
    lines += ["".join(flat[i:i + 6]) for i in range(0, len(flat), 6)]
    (work / "c").write_text("\n".join(lines) + "\n")
    (work / "forcedump.dat").unlink(missing_ok=True)
    run(work, "sander", "-O", "-i", "in", "-o", "out", "-p", "mol.prmtop", "-c", "c", "-r", "r", "-inf", "info")
    dump = (work / "forcedump.dat").read_text()
    numbers = [float(x) for x in dump[dump.index("START of Energies"):].split()[3:3 + len(FIELDS)]]
    result = dict.fromkeys(("bond", "angle", "dihedral", "lj", "coulomb"), 0.0)
    for term, value in zip(FIELDS, numbers):
        if term in result:
            result[term] += value
    return result


def run(work: Path, *command: str) -> str:
    result = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=600)
    if result.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {(result.stdout + result.stderr)[-800:]}")
    return result.stdout
