# SPDX-License-Identifier: GPL-3.0-or-later
"""How users set parameter files up, route by route, each in its engine: a difference of energies, or what stopped it."""
import re
import subprocess
import tempfile
from pathlib import Path

import parmed
from openmm import Context, Platform, VerletIntegrator, XmlSerializer, app, unit
from parmed.modeller import ResidueTemplate
from parmed.openmm import OpenMMParameterSet

from . import amber, applied, complete, gromacs, tinker
from . import openmm as openmm_files
from .amber import run
from .molecule import AMBER_COULOMB, SI_COULOMB, Frames


class Stopped(Exception):
    """The route ends with an error that the user sees; its text."""


def openmm_base(molecule: Frames, path: Path) -> parmed.Structure:
    """The molecule's base parameters as a ForceField XML."""
    structure = molecule.structure
    for residue in structure.residues:
        residue.name = "MOL"
    fields = OpenMMParameterSet.from_structure(structure)
    fields.residues["MOL"] = ResidueTemplate.from_residue(structure.residues[0])
    fields.write(str(path), provenance={}, write_unused=True, separate_ljforce=False)
    path.write_text("\n".join(x for x in path.read_text().splitlines() if "<Improper" not in x))
    return structure


def openmm_before(molecule: Frames, fragment: Path) -> tuple[list, float]:
    """Our file loaded before the base force field."""
    with tempfile.TemporaryDirectory(prefix="swivel-openmm-") as folder:
        base = Path(folder, "base.xml")
        structure = openmm_base(molecule, base)
        system = app.ForceField(str(fragment), str(base)).createSystem(structure.topology, nonbondedMethod=app.NoCutoff)
    return openmm_files.system_energies(system, molecule), SI_COULOMB


def openmm_late(molecule: Frames, fragment: Path) -> tuple[list, float]:
    """A generator that adds the molecule's base parameters when the System is made, as openmmforcefields' do."""
    with tempfile.TemporaryDirectory(prefix="swivel-openmm-") as folder:
        base = Path(folder, "base.xml")
        structure = openmm_base(molecule, base)
        force_field = app.ForceField(str(fragment))

        def generator(self, residue):
            self.loadFile(str(base))
            return True

        force_field.registerTemplateGenerator(generator)
        system = force_field.createSystem(structure.topology, nonbondedMethod=app.NoCutoff)
    return openmm_files.system_energies(system, molecule), SI_COULOMB


def openmm_foreign(molecule: Frames, fragment: Path) -> tuple[list, float]:
    """Our file beside a force field that has none of its classes."""
    force_field = app.ForceField("amber14-all.xml", "amber14/tip3p.xml", str(fragment))
    modeller = app.PDBFile(str(Path(app.__file__).parent / "data" / "test.pdb"))
    try:
        force_field.createSystem(modeller.topology, nonbondedMethod=app.NoCutoff)
    except ValueError as error:
        raise Stopped(str(error)) from error
    raise RuntimeError("nothing stopped a file without effect")


def tleap(molecule: Frames, fragment: Path, last: bool) -> tuple[list, float]:
    """The molecule's own frcmod, as parmchk2 leaves it, and the family's after or before it."""
    return amber.energies(molecule, fragment, last=last), AMBER_COULOMB


def gromacs_only_types(swivel: Path, report: Path, molecule: Frames) -> tuple[list, float]:
    """`export --only-types-of` the molecule's topology: grompp knows every type of the file."""
    with tempfile.TemporaryDirectory(prefix="swivel-gromacs-") as folder:
        work = Path(folder)
        done = subprocess.run([str(swivel), "export", str(report), "--format", "gromacs", "--no-molecules", "--quiet", "--output",
                               str(work), "--only-types-of", str(molecule.prmtop)], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        fragment = next(work.glob("*.itp"))
        structure = molecule.structure
        structure.box = [gromacs.BOX * 10] * 3 + [90.0] * 3
        structure.save(str(work / "base.top"), combine="all")
        (work / "fitted.itp").write_text(fragment.read_text())
        text = gromacs.with_include((work / "base.top").read_text(), structure, gromacs.fitted_types(fragment), "9")
        known = {atom.type for atom in structure.atoms}
        if {t for types in gromacs.fitted_types(fragment) for t in types} - known:
            raise RuntimeError("the file names types that the topology lacks")
        (work / "mol.top").write_text(text)
        return gromacs.rerun(work, molecule), SI_COULOMB


def gromacs_unknown_types(molecule: Frames, fragment: Path) -> tuple[list, float]:
    """The whole family's file beside a topology of fewer types."""
    with tempfile.TemporaryDirectory(prefix="swivel-gromacs-") as folder:
        work = Path(folder)
        structure = molecule.structure
        structure.box = [gromacs.BOX * 10] * 3 + [90.0] * 3
        structure.save(str(work / "base.top"), combine="all")
        text = (work / "base.top").read_text()
        (work / "fitted.itp").write_text(fragment.read_text())
        (work / "mol.top").write_text(text.replace("[ moleculetype ]", '#include "fitted.itp"\n[ moleculetype ]', 1))
        try:
            return gromacs.rerun(work, molecule), SI_COULOMB
        except RuntimeError as error:
            found = re.search(r"Unknown bond_atomtype \w+", str(error))
            if not found:
                raise
            raise Stopped(f"grompp: {found.group()}") from error


def tinker_key(swivel: Path, molecule: Frames, stem: Path, fragment: Path, place: str) -> tuple[list, float]:
    """Our key pasted into the user's, or named in a `parameters` line above or below that of the prm; analyze's energies."""
    with tempfile.TemporaryDirectory(prefix="swivel-tinker-") as folder:
        work = Path(folder)
        files = applied.at_base(swivel, "Tinker xyz, prm", molecule, work, stem)
        classes = {line.split()[2]: line.split()[4] for line in fragment.read_text().splitlines() if line.startswith("# class ")}
        own = [line.split() for line in files[1].read_text().splitlines() if line.startswith("# class ")]
        if any(classes.get(words[2]) != words[4] for words in own):
            raise Stopped("the molecule's prm has classes of its own, which a family's key does not name")
        prm, key = f"parameters {files[1]}\n", f"parameters {fragment}\n"
        text = {"pasted": prm + fragment.read_text(), "above": key + prm, "below": prm + key}[place]
        said = tinker.analyze(work / "base" / "mol", text, molecule.positions)
        return [complete.with_impropers(frame) for frame in said], AMBER_COULOMB


def solvated(swivel: Path, report: Path, molecule: Frames) -> tuple[list, float]:
    """Two molecules in a water box: prmtop, top and System, each with the terms applied, give one torsion energy."""
    with tempfile.TemporaryDirectory(prefix="swivel-box-") as folder:
        work = Path(folder)
        structure = molecule.structure
        for residue in structure.residues:
            residue.name = "LIG"
        structure.save(str(work / "lig.mol2"))
        parmed.tools.writeFrcmod(structure, str(work / "base.frcmod")).execute()
        types = " ".join(sorted({f'{{ "{a.type}" "{a.element_name}" "sp3" }}' for a in structure.atoms}))
        (work / "leap.in").write_text(
            f"source leaprc.water.tip3p\naddAtomTypes {{ {types} }}\nloadamberparams base.frcmod\nm = loadmol2 lig.mol2\n"
            "n = copy m\ntranslate n {14.0 0.0 0.0}\nx = combine {m n}\nsolvatebox x TIP3PBOX 10.0\n"
            "saveamberparm x sys.prmtop sys.inpcrd\nquit\n")
        run(work, "tleap", "-f", "leap.in")
        loaded = parmed.load_file(str(work / "sys.prmtop"), xyz=str(work / "sys.inpcrd"))
        loaded.save(str(work / "sys.top"))
        loaded.save(str(work / "sys.gro"))
        options = {"nonbondedMethod": app.PME, "constraints": app.HBonds, "rigidWater": True}
        (work / "sys.xml").write_text(XmlSerializer.serialize(app.AmberPrmtopFile(str(work / "sys.prmtop")).createSystem(**options)))
        said = [applied.apply(swivel, files, report, work / "fitted") for files in
                ([work / "sys.prmtop"], [work / "sys.top"], [work / "sys.xml", work / "sys.prmtop"])]
        counts = {tuple(sorted(s["topologies"][0]["counts"].items())) for s in said}
        if len(counts) != 1:
            raise RuntimeError(f"the formats disagree on what was replaced: {counts}")
        (work / "fitted" / "sys.gro").write_text((work / "sys.gro").read_text())
        systems = [app.AmberPrmtopFile(str(work / "fitted" / "sys.prmtop")).createSystem(**options),
                   app.GromacsTopFile(str(work / "fitted" / "sys.top"), periodicBoxVectors=app.GromacsGroFile(
                       str(work / "sys.gro")).getPeriodicBoxVectors()).createSystem(**options),
                   XmlSerializer.deserialize((work / "fitted" / "sys.xml").read_text())]
        energies = [torsion_energy(system, loaded.coordinates) for system in systems]
        return max(energies) - min(energies)


def torsion_energy(system, positions) -> float:
    """The energy of periodic torsions, kcal/mol."""
    for force in system.getForces():
        force.setForceGroup(1 if type(force).__name__ in ("PeriodicTorsionForce", "RBTorsionForce") else 0)
    context = Context(system, VerletIntegrator(0.001), Platform.getPlatformByName("Reference"))
    context.setPositions(positions * 0.1)
    return context.getState(getEnergy=True, groups={1}).getPotentialEnergy().value_in_unit(unit.kilocalories_per_mole)
