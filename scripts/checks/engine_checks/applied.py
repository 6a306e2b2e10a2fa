# SPDX-License-Identifier: GPL-3.0-or-later
"""`swivel apply` on a user's own topology in every format, and the energies of the result in the format's own engine."""
import json
import subprocess
import tempfile
from pathlib import Path

import parmed
from openmm import XmlSerializer, app

from . import complete
from . import openmm as openmm_files
from .molecule import AMBER_COULOMB, SI_COULOMB, Frames


class Unmatched(Exception):
    """swivel apply said that nothing matched."""


def apply(swivel: Path, files: list[Path], parameters: Path, output: Path, *options: str) -> dict:
    """Applies parameters and returns what the command said."""
    command = [str(swivel), "apply", *map(str, files), "--parameters", str(parameters), "--output", str(output), "--json",
               *options]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 1:
        raise Unmatched(done.stderr.strip())
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return json.loads(done.stdout)


def prmtop(molecule: Frames, work: Path) -> list[Path]:
    """The family's own prmtop, as tleap wrote it."""
    (work / "mol.prmtop").write_text(molecule.prmtop.read_text())
    molecule.structure.save(str(work / "mol.inpcrd"), format="rst7")
    return [work / "mol.prmtop"]


def gromacs_inline(molecule: Frames, work: Path) -> list[Path]:
    """ParmEd's .top, with parameters on every line of [ dihedrals ]."""
    structure = molecule.structure
    structure.box = [500.0] * 3 + [90.0] * 3
    # parameters="inline" writes no types; ParmEd's default writes both.
    structure.save(str(work / "mol.top"), combine="all")
    return [work / "mol.top"]


def openmm_system(molecule: Frames, work: Path) -> list[Path]:
    """A System made from the prmtop, serialized; the prmtop beside it names the types."""
    system = app.AmberPrmtopFile(str(molecule.prmtop)).createSystem(nonbondedMethod=app.NoCutoff)
    (work / "mol.system.xml").write_text(XmlSerializer.serialize(system))
    (work / "mol.prmtop").write_text(molecule.prmtop.read_text())
    return [work / "mol.system.xml", work / "mol.prmtop"]


def exported(folder: str, names: list[str]):
    """Files that `swivel export` wrote, brought back to the base force field."""
    def make(molecule: Frames, work: Path, stem: Path) -> list[Path]:
        for name in names:
            source = stem.parent.parent / folder / f"{stem.name}{name}"
            (work / f"mol{name}").write_text(source.read_text().replace(f"{stem.name}-charmm.data", "mol-charmm.data")
                                             .replace(f"{stem.name}.data", "mol.data"))
        return [work / f"mol{name}" for name in names]
    return make


# Format → how the user's own files are made, the engine, its Coulomb constant.
FROM_BASE = {
    "AMBER prmtop": (prmtop, complete.amber, AMBER_COULOMB),
    "GROMACS top, inline": (gromacs_inline, complete.gromacs, SI_COULOMB),
    "OpenMM System": (openmm_system, complete.openmm, SI_COULOMB),
}
FROM_EXPORT = {
    "GROMACS top of ours": (exported("gromacs", [".top", ".gro"]), complete.gromacs, SI_COULOMB, 1),
    "LAMMPS data, charmm": (exported("lammps", ["-charmm.data", "-charmm.in"]), complete.lammps, AMBER_COULOMB, 2),
    "CHARMM psf, prm": (exported("charmm", [".psf", ".prm"]), complete.charmm, SI_COULOMB, 2),
    "Tinker xyz, prm": (exported("tinker", [".xyz", ".prm"]), complete.tinker, AMBER_COULOMB, 2),
}


def base_frcmod(molecule: Frames, path: Path) -> Path:
    """The molecule's base parameters as ParmEd writes them."""
    parmed.tools.writeFrcmod(molecule.structure, str(path)).execute()
    return path


def others_beside(files: Path, made: Path) -> None:
    """Puts files that a command had no reason to write beside those that it wrote."""
    for file in files.iterdir():
        if file.is_file() and not (made / file.name).exists():
            (made / file.name).write_text(file.read_text())


def at_base(swivel: Path, name: str, molecule: Frames, work: Path, stem: Path, base: Path | None = None, *options: str) -> list[Path]:
    """Files that `swivel export` wrote, with the terms of a base parameter file (the prmtop's own where there is none) applied."""
    make, _, _, count = FROM_EXPORT[name]
    files = make(molecule, work, stem)[:count]
    apply(swivel, files, base or base_frcmod(molecule, work / "base.frcmod"), work / "base", *options)
    others_beside(work, work / "base")
    return [work / "base" / file.name for file in files]


def energies(swivel: Path, name: str, molecule: Frames, stem: Path, parameters: Path, base: Path | None = None,
             *options: str) -> tuple[list, float, dict]:
    """Energies by term of every frame in the engine, its Coulomb constant, and what `apply` said."""
    with tempfile.TemporaryDirectory(prefix="swivel-apply-") as folder:
        work = Path(folder)
        if name in FROM_BASE:
            make, engine, coulomb = FROM_BASE[name]
            files = make(molecule, work)
        else:
            _, engine, coulomb, _ = FROM_EXPORT[name]
            files = at_base(swivel, name, molecule, work, stem, base, *options)
        said = apply(swivel, files, parameters, work / "fitted", *options)
        others_beside(files[0].parent, work / "fitted")
        again = apply(swivel, [work / "fitted" / file.name for file in files], parameters, work / "twice", *options)
        for file in (work / "twice").iterdir():
            if file.read_bytes() != (work / "fitted" / file.name).read_bytes():
                raise RuntimeError(f"{name}: applying twice changes {file.name}")
        if again["topologies"][0]["counts"]["replaced"]:
            raise RuntimeError(f"{name}: applying twice replaces again")
        return engine(molecule, work / "fitted" / "mol", ""), coulomb, said
