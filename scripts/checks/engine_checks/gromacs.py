# SPDX-License-Identifier: GPL-3.0-or-later
"""GROMACS in double precision: grompp resolves the types of the exported include file, mdrun reruns all frames."""
import os
import re
import tempfile
from pathlib import Path

import numpy as np
import parmed

from .amber import run
from .molecule import Frames

# Verlet lists refuse a vacuum: a large box with cut-offs longer than the molecule.
BOX = 50.0
MDP = """integrator = md
nsteps = 0
cutoff-scheme = Verlet
coulombtype = Cut-off
rcoulomb = 20
rvdw = 20
vdwtype = Cut-off
coulomb-modifier = None
vdw-modifier = None
epsilon-rf = 1
nstlist = 1
nstenergy = 1
nstcalcenergy = 1
"""
TERMS = {"Bond": "bond", "Angle": "angle", "U-B": "angle", "Proper Dih.": "dihedral", "Per. Imp. Dih.": "dihedral", "Ryckaert-Bell.": "dihedral",
         "LJ-14": "lj", "LJ (SR)": "lj", "Coulomb-14": "coulomb", "Coulomb (SR)": "coulomb"}


def energies(molecule: Frames, parameters: Path) -> list[dict[str, float]]:
    """Energies by term of every frame."""
    with tempfile.TemporaryDirectory(prefix="swivel-gromacs-") as folder:
        work = Path(folder)
        structure = molecule.structure
        structure.box = [BOX * 10] * 3 + [90.0] * 3
        structure.save(str(work / "base.top"), combine="all")
        (work / "fitted.itp").write_text(parameters.read_text())
        (work / "mol.top").write_text(with_include(
            (work / "base.top").read_text(), structure, fitted_types(parameters),
            "3" if parameters.name.endswith(".rb.itp") else "9"))
        return rerun(work, molecule)


def rerun(work: Path, molecule: Frames, warnings: int = 3) -> list[dict[str, float]]:
    """Energies by term of every frame under mol.top in a folder, grompp giving so many warnings at most."""
    structure = molecule.structure
    write_gro(work / "frames.gro", structure, molecule.positions)
    write_gro(work / "first.gro", structure, molecule.positions[:1])
    (work / "md.mdp").write_text(MDP)
    os.environ["GMX_MAXBACKUP"] = "-1"
    run(work, "gmx_d", "grompp", "-f", "md.mdp", "-c", "first.gro", "-p", "mol.top", "-o", "a.tpr", "-maxwarn", str(warnings))
    run(work, "gmx_d", "mdrun", "-s", "a.tpr", "-rerun", "frames.gro", "-deffnm", "a", "-nt", "1")
    names = [name for name in TERMS if name in (work / "a.log").read_text()]
    (work / "select").write_text("\n".join(name.replace(" ", "-") for name in names) + "\n\n")
    os.system(f"cd {work} && gmx_d energy -f a.edr -o e.xvg -dp < select > energy.log 2>&1")
    return read_xvg(work / "e.xvg", len(molecule.positions))


def fitted_types(parameters: Path) -> set[tuple[str, ...]]:
    """The type quadruples of the include file, in the direction that sorts first."""
    rows = [line.split(";")[0].split() for line in parameters.read_text().splitlines()]
    return {canonical(row[:4]) for row in rows if len(row) >= 8}


def canonical(types) -> tuple[str, ...]:
    return min(tuple(types), tuple(types)[::-1])


def base_types(structure: parmed.Structure, fitted: set[tuple[str, ...]]) -> list[str]:
    """Lines of [ dihedraltypes ] for the proper torsions that the include file does not have; kJ/mol."""
    terms: dict[tuple[str, ...], dict[tuple, None]] = {}
    for d in structure.dihedrals:
        if not d.improper:
            key = canonical([a.type for a in (d.atom1, d.atom2, d.atom3, d.atom4)])
            terms.setdefault(key, {})[(d.type.phase, d.type.phi_k * 4.184, int(d.type.per))] = None
    return [" ".join(key) + f" 9 {phase:.8f} {k:.10f} {n}"
            for key in sorted(terms.keys() - fitted) for phase, k, n in terms[key]]


def with_include(text: str, structure: parmed.Structure, fitted: set[tuple[str, ...]], function: str) -> str:
    """ParmEd's topology with its proper torsions by type only: base types, then the include file.

    The molecule's torsion lines lose their inline parameters, so that grompp looks every one up; those of fitted types
    have the include file's function.
    """
    out, section, seen, done = [], "", set(), False
    known = {atom.type for atom in structure.atoms}
    # grompp wants every type of the include file declared, as a whole force field does.
    others = sorted({t for types in fitted for t in types} - known)
    declared = [f"{t} 6 12.0 0.0 A 0.0 0.0" for t in others]
    for line in text.splitlines():
        header = re.match(r"\s*\[\s*(\w+)\s*\]", line)
        if header:
            if section == "atomtypes":
                out += declared
            section = header.group(1)
            if section == "moleculetype" and not done:
                out += ["[ dihedraltypes ]", *base_types(structure, fitted), '#include "fitted.itp"', ""]
                done = True
        row = line.split(";")[0].split()
        if section == "dihedraltypes" and len(row) >= 8 and row[4] in ("1", "9"):
            continue
        if section == "dihedrals" and len(row) >= 5 and row[4] in ("1", "9"):
            if tuple(row[:4]) not in seen:
                seen.add(tuple(row[:4]))
                types = canonical([structure.atoms[int(i) - 1].type for i in row[:4]])
                out.append(" ".join(row[:4]) + " " + (function if types in fitted else "9"))
            continue
        out.append(line)
    if not done:
        raise RuntimeError("the topology has no [ moleculetype ]")
    return "\n".join(out) + "\n"


def write_gro(path: Path, structure: parmed.Structure, frames: np.ndarray) -> None:
    lines = []
    for number, positions in enumerate(frames):
        shifted = positions * 0.1 - (positions * 0.1).mean(axis=0) + BOX / 2
        lines += [f"frame t= {number}.0", str(len(shifted))]
        for i, (atom, (x, y, z)) in enumerate(zip(structure.atoms, shifted), 1):
            lines.append(f"{1:5d}{'MOL':<5}{atom.name[:5]:>5}{i:5d}{x:14.9f}{y:14.9f}{z:14.9f}")
        lines.append(f"{BOX:10.5f}{BOX:10.5f}{BOX:10.5f}")
    path.write_text("\n".join(lines) + "\n")


def read_xvg(path: Path, frames: int) -> list[dict[str, float]]:
    legends, rows = [], []
    for line in path.read_text().splitlines():
        legend = re.match(r'@ s\d+ legend "(.*)"', line)
        if legend:
            legends.append(legend.group(1))
        elif not line.startswith(("#", "@")):
            rows.append([float(x) for x in line.split()[1:]])
    if len(rows) != frames:
        raise RuntimeError(f"{len(rows)} energies of {frames} frames")
    result = []
    for row in rows:
        terms = dict.fromkeys(TERMS.values(), 0.0)
        for name, value in zip(legends, row):
            terms[TERMS[name]] += value / 4.184
        result.append(terms)
    return result
