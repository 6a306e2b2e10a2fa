# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole molecules as `swivel export` writes them, each loaded by its own engine: energies by term of every frame."""
import tempfile
from pathlib import Path

import parmed

from openmm import XmlSerializer

from . import charmm as charmm_files
from . import gromacs as gromacs_files
from . import lammps as lammps_files
from . import openmm as openmm_files
from . import smirnoff
from . import tinker as tinker_files
from .amber import SANDER_INPUT, single_point
from .molecule import SI_COULOMB, Frames


def amber(molecule: Frames, stem: Path, smiles: str) -> list[dict[str, float]]:
    """sander on the prmtop."""
    with tempfile.TemporaryDirectory(prefix="swivel-amber-") as folder:
        work = Path(folder)
        (work / "mol.prmtop").write_text(Path(f"{stem}.prmtop").read_text())
        (work / "in").write_text(SANDER_INPUT)
        structure = parmed.load_file(str(work / "mol.prmtop"), xyz=f"{stem}.inpcrd")
        return [single_point(work, structure, positions) for positions in molecule.positions]


def openff(molecule: Frames, stem: Path, smiles: str) -> list[dict[str, float]]:
    """OpenFF's toolkit and Interchange on the offxml."""
    return smirnoff.energies(molecule, smiles, Path(f"{stem}.offxml"))


def gromacs(molecule: Frames, stem: Path, smiles: str) -> list[dict[str, float]]:
    """grompp and a rerun in double precision."""
    with tempfile.TemporaryDirectory(prefix="swivel-gromacs-") as folder:
        work = Path(folder)
        (work / "mol.top").write_text(Path(f"{stem}.top").read_text())
        return gromacs_files.rerun(work, molecule)


def openmm(molecule: Frames, stem: Path, smiles: str) -> list[dict[str, float]]:
    """OpenMM's own deserialiser."""
    system = XmlSerializer.deserialize(Path(f"{stem}.system.xml").read_text())
    # The file has impropers among its torsions.
    return openmm_files.system_energies(system, molecule, {**openmm_files.FORCES, "PeriodicTorsionForce": "dihedral"})


def charmm(molecule: Frames, stem: Path, smiles: str) -> list[dict[str, float]]:
    """OpenMM's reader of PSF and parameter files."""
    frames = charmm_files.energies(Path(f"{stem}.psf"), [Path(f"{stem}.prm")], molecule.positions)
    return [with_impropers(frame) for frame in frames]


def lammps(molecule: Frames, stem: Path, smiles: str) -> list[dict[str, float]]:
    """lmp on the charmm form, which Debian's has."""
    frames = lammps_files.energies(stem.with_name(stem.name + "-charmm"), molecule.positions)
    return [with_impropers(frame) for frame in frames]


def tinker(molecule: Frames, stem: Path, smiles: str) -> list[dict[str, float]]:
    """The formulas of Tinker's manual, independent of Swivel."""
    return [with_impropers(frame) for frame in tinker_files.frames(stem, [f"{stem}.prm"], molecule.positions)]


def with_impropers(frame: dict[str, float]) -> dict[str, float]:
    """The terms with impropers among the dihedrals."""
    terms = {k: v for k, v in frame.items() if k in ("bond", "angle", "dihedral", "lj", "coulomb")}
    terms["dihedral"] += frame.get("improper", 0.0)
    return terms


# Folder and suffix of the file that says the format is there → how its engine computes energies.
ENGINES = {"amber/.prmtop": amber, "gromacs/.top": gromacs, "openmm/.system.xml": openmm, "charmm/.psf": charmm,
           "lammps/-charmm.data": lammps, "smirnoff/.offxml": openff, "tinker/.xyz": tinker}
# Engines that may be absent.
PROGRAMS = {"lammps/-charmm.data": "lmp"}
# The Coulomb constant of an engine that is not AMBER's.
COULOMB = {"smirnoff/.offxml": SI_COULOMB, "gromacs/.top": SI_COULOMB, "openmm/.system.xml": SI_COULOMB,
           "charmm/.psf": SI_COULOMB}
