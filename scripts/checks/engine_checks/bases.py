# SPDX-License-Identifier: GPL-3.0-or-later
"""Families under OpenFF Sage, OPLS-AA, CGenFF and AMBER's protein types: files as users of each have them, in its engine."""
import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import parmed
import yaml
from openmm import XmlSerializer, app
from parmed.modeller import ResidueTemplate
from parmed.openmm import OpenMMParameterSet

from . import amber, applied, complete, gromacs, openmm, routes, smirnoff
from . import charmm as charmm_files
from .molecule import AMBER_COULOMB, SI_COULOMB, Frames, read_positions

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "Tests/Fixtures/bases"
BASES = ("sage", "opls", "charmm", "amber")
FORMATS = "amber,gromacs,openmm,charmm,lammps,smirnoff,tinker"
FULL_DIHEDRAL = {**openmm.FORCES, "PeriodicTorsionForce": "dihedral", "RBTorsionForce": "dihedral", "CustomTorsionForce": "dihedral"}


@dataclass
class Fitted:
    """A family of Tests/Fixtures/bases, fitted and exported."""

    name: str
    swivel: Path
    report: Path
    exported: Path
    # What export said of formats and molecules that it could not write.
    notes: str = ""

    @property
    def manifest(self) -> dict:
        return yaml.safe_load((FOLDER / self.name / "family.yaml").read_text())

    def file(self, extension: str) -> Path:
        return self.exported / f"{self.name}.{extension}"

    def frames(self, entry: dict, every: int) -> Frames:
        scans = [(FOLDER / self.name / scan).resolve() for scan in entry["scans"]]
        # The shipped topology has the same atoms in the same order.
        shipped = scans[0].parents[1] / "molecules" / f"{entry['id']}.prmtop"
        return Frames(entry["id"], shipped, read_positions(scans)[::every])

    def ours(self, entry: dict, every: int) -> tuple[list[dict], float]:
        """Energies by term under the report, every so many grid points, and the Coulomb constant."""
        frames, coulomb = [], 0.0
        folder = FOLDER / self.name
        for scan in entry["scans"]:
            command = [str(self.swivel), "energy", "--topology", str(folder / entry["topology"]), "--coordinates",
                       str((folder / scan).resolve()), "--parameters", str(self.report), "--json", "--quiet"]
            if "parameters" in entry:
                command += ["--topology-parameters", str(folder / entry["parameters"])]
            if "structure" in entry:
                command += ["--structure", str(folder / entry["structure"])]
            said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            frames += said["frames"]
            coulomb = said["coulomb_constant"]
        return frames[::every], coulomb


def fitted(name: str, swivel: Path, work: Path) -> Fitted:
    """Fits a family of Tests/Fixtures/bases and exports it in every format."""
    result = Fitted(name, swivel, work / "report", work / "exported")
    # Chains that did not converge end with 3, and the files are there.
    subprocess.run([str(swivel), "fit", str(FOLDER / name), "--seed", "1", "--quiet", "--draws", "300", "--output", str(result.report),
                    "--forcefields", str(work / "forcefields")], capture_output=True, check=False)
    said = subprocess.run([str(swivel), "export", str(result.report), "--quiet", "--output", str(result.exported), "--format", FORMATS],
                          capture_output=True, check=True, text=True)
    result.notes = said.stderr
    return result


def base_file(family: Fitted, path: Path) -> Path:
    """The base force field's terms of the fitted types as a parameter file: OpenMM XML by type, offxml by SMARTS."""
    terms: dict[tuple, list[tuple[int, float]]] = {}
    for p in json.loads((family.exported / "parameters.json").read_text())["parameters"]:
        terms.setdefault(tuple(p["types"]) if p["smarts"] is None else (p["smarts"],), []).append((p["periodicity"], p["base"]))
    by_smarts = any(len(key) == 1 for key in terms)
    lines = []
    for key, own in terms.items():
        if by_smarts:
            own_text = " ".join(f'periodicity{i}="{n}" phase{i}="0.0 * degree" k{i}="{k} * kilocalories_per_mole" idivf{i}="1.0"'
                                for i, (n, k) in enumerate(own, 1))
            lines.append(f'<Proper smirks="{key[0]}" {own_text}/>')
        else:
            types = " ".join(f'class{i}="{t}"' for i, t in enumerate(key, 1))
            own_text = " ".join(f'periodicity{i}="{n}" phase{i}="0.0" k{i}="{k * 4.184}"' for i, (n, k) in enumerate(own, 1))
            lines.append(f"<Proper {types} {own_text}/>")
    body = "\n".join(lines)
    file = path / ("base.offxml" if by_smarts else "base.xml")
    file.write_text(
        '<SMIRNOFF version="0.3" aromaticity_model="OEAroModel_MDL"><ProperTorsions version="0.4" potential="k*(1+cos(periodicity*theta-phase))"'
        f' default_idivf="1.0">\n{body}\n</ProperTorsions></SMIRNOFF>\n' if by_smarts else
        f"<ForceField><PeriodicTorsionForce>\n{body}\n</PeriodicTorsionForce></ForceField>\n")
    return file


def difference(ours: list[dict], coulomb: float, theirs: list[dict], constant: float, joined: tuple[str, ...] = ()) -> float:
    """The largest difference of a term, kcal/mol; Coulomb terms are scaled by the engines' constants, some terms joined to one."""
    worst = 0.0
    for a, b in zip(ours, theirs, strict=True):
        mine = {"bond": a["bond"], "angle": a["angle"], "dihedral": a["torsion"] + a["improper"], "lj": a["lj"],
                "coulomb": a["coulomb"] * constant / coulomb}
        if "torsions" in b:
            mine = {"torsions": a["torsion"]}
        if "nonbonded" in b:
            mine["nonbonded"] = mine.pop("lj") + mine.pop("coulomb")
        if joined:
            mine, b = ({**t, "joined": sum(t[k] for k in joined)} for t in (mine, b))
            for term in joined:
                mine.pop(term)
        worst = max(worst, max(abs(mine[term] - b[term]) for term in mine))
    return worst


# --- What users do with the files


def own_files(family: Fitted, entry: dict, work: Path) -> list[Path]:
    """The user's own topology and what goes with it, in a folder."""
    names = [entry["topology"]] + ([entry["parameters"]] if "parameters" in entry else [])
    return [Path(shutil.copy(FOLDER / family.name / name, work / name)) for name in names]


def apply(family: Fitted, entry: dict, frames: Frames):
    """`swivel apply` on the user's own topology, in its engine."""
    with tempfile.TemporaryDirectory(prefix="swivel-bases-") as folder:
        work = Path(folder)
        files = own_files(family, entry, work)
        options = ["--structure", str(FOLDER / family.name / entry["structure"])] if "structure" in entry else []
        applied.apply(family.swivel, files, family.report, work / "out", *options)
        made = work / "out" / files[0].name
        if family.name == "charmm":
            result = charmm_files.energies(work / files[0].name, [work / "out" / files[1].name], frames.positions)
            return [complete.with_impropers(f) for f in result], SI_COULOMB
        if family.name == "amber":
            return sander(made, frames), AMBER_COULOMB
        (work / "mol.top").write_text(made.read_text())
        return gromacs.rerun(work, frames), SI_COULOMB


def sander(prmtop: Path, frames: Frames) -> list[dict]:
    with tempfile.TemporaryDirectory(prefix="swivel-amber-") as folder:
        work = Path(folder)
        (work / "mol.prmtop").write_text(prmtop.read_text())
        (work / "in").write_text(amber.SANDER_INPUT)
        structure = parmed.load_file(str(work / "mol.prmtop"), xyz=frames.positions[0])
        return [amber.single_point(work, structure, positions) for positions in frames.positions]


def gromacs_include(family: Fitted, entry: dict, frames: Frames):
    """#include of the itp behind the force field, terms by look-up; grompp warns that it overrides, as it should."""
    with tempfile.TemporaryDirectory(prefix="swivel-bases-") as folder:
        work = Path(folder)
        text = (FOLDER / family.name / entry["topology"]).read_text()
        (work / "fitted.itp").write_text(family.file("itp").read_text())
        (work / "mol.top").write_text(text.replace("[ moleculetype ]", '#include "fitted.itp"\n[ moleculetype ]', 1))
        # One warning a line of the base that is overridden.
        return gromacs.rerun(work, frames, warnings=40), SI_COULOMB


def charmm_after(family: Fitted, entry: dict, frames: Frames):
    """Our prm read after the base's."""
    files = [FOLDER / family.name / entry["parameters"], family.file("prm")]
    result = charmm_files.energies(FOLDER / family.name / entry["topology"], files, frames.positions)
    return [complete.with_impropers(f) for f in result], SI_COULOMB


def tleap_last(family: Fitted, entry: dict, frames: Frames):
    """The family's frcmod behind leaprc.protein.ff14SB."""
    with tempfile.TemporaryDirectory(prefix="swivel-bases-") as folder:
        work = Path(folder)
        base = FOLDER / family.name / entry["topology"]
        structure = parmed.load_file(str(base), xyz=frames.positions[0])
        structure.save(str(work / "mol.mol2"))
        (work / "fitted.frcmod").write_text(family.file("frcmod").read_text())
        (work / "leap.in").write_text("source leaprc.protein.ff14SB\nloadamberparams fitted.frcmod\nm = loadmol2 mol.mol2\n"
                                      "saveamberparm m mol.prmtop mol.inpcrd\nquit\n")
        log = amber.run(work, "tleap", "-f", "leap.in")
        made = work / "mol.prmtop"
        if not made.exists():
            raise RuntimeError(log[-800:])
        # mol2 keeps few digits of a charge: take the topology's own.
        text = made.read_text()
        made.write_text(text.replace(amber.section(text, "CHARGE"), amber.section(base.read_text(), "CHARGE")))
        return sander(made, frames), AMBER_COULOMB


def interchange(fields: list[Path], family: Fitted, entry: dict):
    """The toolkit's own assignment from offxml files, charges as in the topology."""
    toolkit = smirnoff.toolkit()
    from openff.units import unit
    folder = FOLDER / family.name
    molecule = toolkit.Molecule.from_file(str(folder / entry["structure"]))
    rows, inside = [], False
    for line in (folder / entry["topology"]).read_text().splitlines():
        header = re.match(r"\[ (\w+) \]", line)
        inside = header.group(1) == "atoms" if header else inside
        fields_of = line.split()
        if inside and len(fields_of) >= 7 and fields_of[0].isdigit():
            rows.append(float(fields_of[6]))
    molecule.partial_charges = rows * unit.elementary_charge
    force_field = toolkit.ForceField(*map(str, fields))
    return force_field.create_interchange(molecule.to_topology(), charge_from_molecules=[molecule])


def openff(fields: list[Path], family: Fitted, entry: dict, frames: Frames):
    """Energies of what the toolkit assigns."""
    return openmm.system_energies(interchange(fields, family, entry).to_openmm(), frames, FULL_DIHEDRAL), SI_COULOMB


def apply_interchange(family: Fitted, entry: dict, frames: Frames):
    """`swivel apply` on the System and on the prmtop that Interchange makes under Sage: no atom types are needed, an SDF is."""
    made = interchange([smirnoff.released("openff_unconstrained-2.2.1.offxml")], family, entry)
    structure = ["--structure", str(FOLDER / family.name / entry["structure"])]
    ours, coulomb = family.ours(entry, 1)
    every = -(-len(ours) // len(frames.positions))
    with tempfile.TemporaryDirectory(prefix="swivel-bases-") as folder:
        work = Path(folder)
        (work / "mol.xml").write_text(XmlSerializer.serialize(made.to_openmm()))
        made.to_prmtop(str(work / "mol.prmtop"))
        for name in ("mol.xml", "mol.prmtop"):
            applied.apply(family.swivel, [work / name], family.report, work / "out", *structure)
        system = XmlSerializer.deserialize((work / "out" / "mol.xml").read_text())
        found = difference(ours[::every], coulomb, openmm.system_energies(system, frames, FULL_DIHEDRAL), SI_COULOMB)
        return max(found, difference(ours[::every], coulomb, sander(work / "out" / "mol.prmtop", frames), AMBER_COULOMB))


def openff_in_place(family: Fitted, entry: dict, frames: Frames):
    """`export --base`: all of Sage with the refitted propers in their places."""
    base = smirnoff.released("openff_unconstrained-2.2.1.offxml")
    output = family.exported / "in-place"
    if not output.exists():
        subprocess.run([str(family.swivel), "export", str(family.report), "--quiet", "--no-molecules", "--format", "smirnoff", "--base",
                        str(base), "--output", str(output)], capture_output=True, check=True)
    return openff([output / f"{family.name}.offxml"], family, entry, frames)


def openff_after(family: Fitted, entry: dict, frames: Frames):
    """Our offxml loaded after Sage's."""
    return openff([smirnoff.released("openff_unconstrained-2.2.1.offxml"), family.file("offxml")], family, entry, frames)


def whole(family: Fitted, entry: dict, frames: Frames):
    """Every whole molecule that export wrote, in its engine: the largest difference over the formats, and what they are."""
    ours, coulomb = family.ours(entry, 1)
    every = -(-len(ours) // len(frames.positions))
    worst, checked = 0.0, []
    for suffix, energies in complete.ENGINES.items():
        folder, ending = suffix.split("/")
        stem = family.exported / "molecules" / folder / entry["id"]
        if not Path(f"{stem}{ending}").exists() or suffix.startswith("smirnoff"):
            continue
        if shutil.which(complete.PROGRAMS.get(suffix, "sh")) is None:
            continue
        theirs = energies(frames, stem, entry.get("smiles", ""))
        # Other writers give charges that keep the energy under their engine's constant.
        # In a System a Urey-Bradley term is one more bond.
        joined = ("bond", "angle") if folder == "openmm" else ()
        found = difference(ours[::every], coulomb, theirs, complete.COULOMB.get(suffix, coulomb), joined)
        if found > 1e-4:
            raise RuntimeError(f"{entry['id']}, {suffix}: off {found:.1e}")
        worst = max(worst, found)
        checked.append(folder)
    if len(checked) < 4:
        raise RuntimeError(f"{entry['id']}: only {checked} were written")
    return worst


def apply_exported(name: str):
    """`swivel apply` on the whole molecule that export wrote in a format, brought back to the base before, in its engine."""
    def route(family: Fitted, entry: dict, frames: Frames):
        folder, ending = {"GROMACS top of ours": ("gromacs", ".top"), "LAMMPS data, charmm": ("lammps", "-charmm.data"),
                          "CHARMM psf, prm": ("charmm", ".psf"), "Tinker xyz, prm": ("tinker", ".xyz")}[name]
        stem = family.exported / "molecules" / folder / entry["id"]
        if not Path(f"{stem}{ending}").exists():
            raise routes.Stopped(next((line for line in family.notes.splitlines() if entry["id"] in line and folder in line.lower()),
                                      f"export wrote no {folder} of {entry['id']}"))
        options = ["--structure", str(FOLDER / family.name / entry["structure"])] if "structure" in entry else []
        with tempfile.TemporaryDirectory(prefix="swivel-bases-") as work:
            found = applied.energies(family.swivel, name, frames, stem, family.report, base_file(family, Path(work)), *options)[0]
        # Other writers give charges that keep the energy under their engine's constant.
        return found, complete.COULOMB.get(f"{folder}/{ending}", family.ours(entry, 12)[1])
    return route


def openmm_xml(family: Fitted, entry: dict, path: Path):
    """The base as a ForceField XML by ParmEd, and its structure; OPLS-AA's torsions as RBTorsionForce, by bonded types."""
    topology = FOLDER / family.name / entry["topology"]
    structure = parmed.load_file(str(topology))
    if family.name == "charmm":
        structure.load_parameters(parmed.charmm.CharmmParameterSet(str(FOLDER / family.name / entry["parameters"])))
    for residue in structure.residues:
        residue.name = "MOL"
    fields = OpenMMParameterSet.from_structure(structure)
    fields.residues["MOL"] = ResidueTemplate.from_residue(structure.residues[0])
    fields.write(str(path), provenance={}, write_unused=True, separate_ljforce=family.name == "charmm")
    text = "\n".join(line for line in path.read_text().splitlines() if "<Improper" not in line)
    if structure.rb_torsions:
        def classes(torsion) -> tuple[str, ...]:
            return gromacs.canonical([a.atom_type.bond_type for a in (torsion.atom1, torsion.atom2, torsion.atom3, torsion.atom4)])
        # ParmEd's angles are from trans, as GROMACS's are, and OpenMM's from cis.
        rows = {classes(t): [getattr(t.type, f"c{i}") * 4.184 * (-1) ** i for i in range(6)] for t in structure.rb_torsions}
        for atom in structure.atoms:
            text = text.replace(f'class="{atom.type}"', f'class="{atom.atom_type.bond_type}"')
            for i in range(1, 5):
                text = text.replace(f'class{i}="{atom.type}"', f'class{i}="{atom.atom_type.bond_type}"')
        torsions = "".join(
            "<Proper " + " ".join(f'class{i}="{t}"' for i, t in enumerate(key, 1)) + " "
            + " ".join(f'c{i}="{c}"' for i, c in enumerate(values)) + "/>\n" for key, values in rows.items())
        text = text.replace("</ForceField>", f"<RBTorsionForce>\n{torsions}</RBTorsionForce>\n</ForceField>")
    path.write_text(text)
    return structure


def openmm_route(order: str):
    """Our XML after the base's, before it, or with the base from a template generator: torsion energies."""
    def route(family: Fitted, entry: dict, frames: Frames):
        with tempfile.TemporaryDirectory(prefix="swivel-bases-") as folder:
            base = Path(folder, "base.xml")
            structure = openmm_xml(family, entry, base)
            own = family.file("xml")
            if order == "generator":
                force_field = app.ForceField(str(own))
                force_field.registerTemplateGenerator(lambda self, residue: self.loadFile(str(base)) or True)
            else:
                force_field = app.ForceField(*map(str, (base, own) if order == "after" else (own, base)))
            system = force_field.createSystem(structure.topology, nonbondedMethod=app.NoCutoff)
        return [{"torsions": routes.torsion_energy(system, p)} for p in frames.positions], SI_COULOMB
    return route


def openmm_foreign(family: Fitted, entry: dict, frames: Frames):
    return routes.openmm_foreign(frames, family.file("xml"))


APPLY_EXPORTED = {f"apply, {name}": apply_exported(name)
                  for name in ("GROMACS top of ours", "LAMMPS data, charmm", "CHARMM psf, prm", "Tinker xyz, prm")}
OPENMM_XML = {"OpenMM, ours after the base": openmm_route("after"), "OpenMM, ours before the base": openmm_route("before"),
              "OpenMM, base from a generator": openmm_route("generator")}

# Route → how it is tried, base by base.
ROUTES = {
    "sage": {"apply, own topology": apply, "apply, Interchange's System and prmtop": apply_interchange, "OpenFF toolkit, Sage with ours in its places": openff_in_place,
             "OpenFF toolkit, ours after Sage": openff_after, "export, whole molecules": whole, **APPLY_EXPORTED},
    "opls": {"apply, own topology": apply, "GROMACS, include behind the force field": gromacs_include,
             "export, whole molecules": whole, **APPLY_EXPORTED, **OPENMM_XML},
    "charmm": {"apply, own topology": apply, "CHARMM, ours after the base": charmm_after, "export, whole molecules": whole,
               **APPLY_EXPORTED, **OPENMM_XML, "OpenMM, a force field of other classes": openmm_foreign},
    "amber": {"apply, own topology": apply, "tleap, ours last": tleap_last, "export, whole molecules": whole},
}


def largest(family: Fitted, route: str, every: int = 12, only: str | None = None) -> float:
    """The largest difference on a route over the family's molecules, or of one, kcal/mol."""
    worst = 0.0
    for entry in family.manifest["molecules"]:
        if only not in (None, entry["id"]):
            continue
        frames = family.frames(entry, every)
        found = ROUTES[family.name][route](family, entry, frames)
        if not isinstance(found, float):
            ours, coulomb = family.ours(entry, every)
            found = difference(ours, coulomb, *found)
        worst = max(worst, found)
    return worst
