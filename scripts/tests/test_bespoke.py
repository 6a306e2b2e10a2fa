# SPDX-License-Identifier: GPL-3.0-or-later
"""export --bespoke in the engines: the ligand has the fitted energies, a molecule that shares its types keeps its own."""
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import parmed
import pytest
from openmm import app, unit

from engine_checks import amber, gromacs
from engine_checks.molecule import Frames
from engine_checks.openmm import system_energies

ROOT = Path(__file__).resolve().parents[2]
SWIVEL = ROOT / ".build" / "release" / "swivel"
LIGAND, OTHER = "n-ethylacetamide", "n-methylbutanamide"
# kcal/mol; both molecules lie far apart, and only torsions are compared where the pair interacts.
LIMIT = 1e-4

pytestmark = pytest.mark.skipif(not SWIVEL.exists(), reason="needs .build/release/swivel (make build)")


def swivel(*arguments, fails=False):
    result = subprocess.run([SWIVEL, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT, timeout=600)
    assert (result.returncode != 0) == fails, result.stderr
    return result.stdout + result.stderr


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Bespoke files, and the molecule under the fitted parameters as a prmtop, which test_parameters' engines prove."""
    folder = tmp_path_factory.mktemp("bespoke")
    report = folder / "report"
    # Exit code 3: draws fewer than convergence asks for, which is of no interest here.
    subprocess.run([SWIVEL, "fit", "families/amides", "--output", report, "--forcefields", report.parent / "forcefields", "--draws", "250", "--quiet"], cwd=ROOT,
                   capture_output=True, timeout=600)
    swivel("export", report, "--format", "amber,gromacs,openmm,smirnoff", "--bespoke", "Z", "--molecules", LIGAND,
           "--output", folder / "out")
    swivel("export", report, "--format", "amber", "--molecules", LIGAND, OTHER, "--output", folder / "whole")
    return folder


def energies(structure, positions):
    """Energies by kind under a structure of ParmEd."""
    return system_energies(structure.createSystem(nonbondedMethod=app.NoCutoff),
                           Frames("", Path(), np.array([positions])))[0]


@pytest.fixture(scope="module")
def wanted(exported):
    """Torsion energies: of the ligand fitted and under the base, of the other fitted and under the base."""
    result = {}
    for name in (LIGAND, OTHER):
        base = parmed.load_file(str(ROOT / f"families/amides/molecules/{name}.prmtop"))
        whole = exported / "whole/molecules/amber" / name
        fitted = parmed.load_file(f"{whole}.prmtop", f"{whole}.inpcrd")
        result[name] = (energies(fitted, fitted.coordinates), energies(base, fitted.coordinates), base, fitted.coordinates)
    for fitted, base, _, _ in result.values():
        # Otherwise the test would tell nothing.
        assert abs(fitted["proper"] - base["proper"]) > 0.05
    return result


def assert_apart(got, wanted, kind="proper"):
    assert abs(got - (wanted[LIGAND][0][kind] + wanted[OTHER][1][kind])) < LIMIT


def test_openmm(exported, wanted, tmp_path):
    from parmed.modeller import ResidueTemplate
    from parmed.openmm import OpenMMParameterSet
    # A copy of its own: its impropers are taken out below.
    other, positions = parmed.load_file(str(ROOT / f"families/amides/molecules/{OTHER}.prmtop")), wanted[OTHER][3]
    fields = OpenMMParameterSet.from_structure(other)
    other.residues[0].name = "OTH"
    fields.residues["OTH"] = ResidueTemplate.from_residue(other.residues[0])
    fields.write(str(tmp_path / "base.xml"), provenance={}, write_unused=True, separate_ljforce=False)
    text = (tmp_path / "base.xml").read_text().splitlines()
    # By type alone OpenMM orders the atoms of impropers otherwise than AMBER: those of the other molecule are left out.
    (tmp_path / "base.xml").write_text("\n".join(line for line in text if "<Improper" not in line))
    ligand = wanted[LIGAND][2]
    model = app.Modeller(ligand.topology, wanted[LIGAND][3] * 0.1 * unit.nanometer)
    model.add(other.topology, (positions + 200) * 0.1 * unit.nanometer)
    system = app.ForceField(str(tmp_path / "base.xml"), str(exported / "out/openmm/Z.xml")).createSystem(
        model.topology, nonbondedMethod=app.NoCutoff)
    all_positions = np.array([p.value_in_unit(unit.angstrom) for p in model.positions])
    got = system_energies(system, Frames("", Path(), np.array([all_positions])))[0]
    other.dihedrals[:] = [d for d in other.dihedrals if not d.improper]
    without = energies(other, positions)
    for kind in ("bond", "angle", "proper"):
        assert abs(got[kind] - (wanted[LIGAND][0][kind] + without[kind])) < LIMIT, kind


@pytest.mark.skipif(shutil.which("gmx_d") is None, reason="needs gmx_d")
def test_gromacs(exported, wanted, tmp_path):
    other = wanted[OTHER][2]
    other.coordinates = wanted[OTHER][3]
    other.box = [500.0] * 3 + [90.0] * 3
    other.save(str(tmp_path / "mol.top"), combine="all", overwrite=True)
    text = (tmp_path / "mol.top").read_text()
    at = text.index("[ moleculetype ]")
    text = text[:at] + f'#include "Z_atomtypes.itp"\n#include "{LIGAND}.itp"\n' + text[at:]
    (tmp_path / "mol.top").write_text(text.rstrip() + f"\n{LIGAND} 1\n")
    for file in (exported / "out/gromacs").iterdir():
        shutil.copy(file, tmp_path)
    positions = np.array([np.vstack([wanted[OTHER][3], wanted[LIGAND][3] + 50])])

    class Two(Frames):
        structure = SimpleNamespace(atoms=list(other.atoms) + list(wanted[LIGAND][2].atoms))

    got = gromacs.rerun(tmp_path, Two("two", Path(), positions))[0]
    assert_apart(got["dihedral"], wanted)
    assert abs(got["bond"] - wanted[LIGAND][0]["bond"] - wanted[OTHER][1]["bond"]) < LIMIT
    assert abs(got["angle"] - wanted[LIGAND][0]["angle"] - wanted[OTHER][1]["angle"]) < LIMIT


def test_tleap(exported, wanted, tmp_path, monkeypatch):
    # AmberTools lie beside the interpreter.
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if shutil.which("tleap") is None:
        pytest.skip("needs tleap of AmberTools")
    for file in (exported / "out/amber").iterdir():
        shutil.copy(file, tmp_path)
    other = wanted[OTHER][2]
    other.residues[0].name = "OTH"
    other.coordinates = wanted[OTHER][3]
    other.save(str(tmp_path / "other.mol2"))
    parmed.tools.writeFrcmod(other, str(tmp_path / "base.frcmod")).execute()
    types = sorted({(atom.type, atom.element_name) for atom in other.atoms})
    declared = " ".join(f'{{ "{t}" "{e}" "sp3" }}' for t, e in types)
    (tmp_path / "leap.in").write_text(
        f"addAtomTypes {{ {declared} }}\nloadamberparams base.frcmod\nsource leaprc.Z\n"
        f"a = loadmol2 {LIGAND}.mol2\nb = loadmol2 other.mol2\nm = combine {{ a b }}\n"
        "saveamberparm m mol.prmtop mol.inpcrd\nquit\n")
    log = amber.run(tmp_path, "tleap", "-f", "leap.in")
    assert (tmp_path / "mol.prmtop").exists(), log
    system = parmed.load_file(str(tmp_path / "mol.prmtop"))
    got = energies(system, np.vstack([wanted[LIGAND][3], wanted[OTHER][3] + 100]))
    for kind in ("bond", "angle", "proper"):
        assert abs(got[kind] - wanted[LIGAND][0][kind] - wanted[OTHER][1][kind]) < LIMIT, kind


# A base force field that has a torsion for every chain of four atoms.
BASE = """<SMIRNOFF version="0.3" aromaticity_model="OEAroModel_MDL">
<ProperTorsions version="0.4" potential="k*(1+cos(periodicity*theta-phase))" default_idivf="auto">
<Proper smirks="[*:1]~[*:2]~[*:3]~[*:4]" id="any" periodicity1="1" phase1="0.0 * degree" k1="0.1 * kilocalorie / mole" idivf1="1.0"/>
</ProperTorsions></SMIRNOFF>
"""


def test_smirnoff(exported, tmp_path):
    toolkit = pytest.importorskip("engine_checks.smirnoff").toolkit()
    ligand = toolkit.Molecule.from_smiles("CCNC(C)=O")
    (tmp_path / "base.offxml").write_text(BASE)
    base = toolkit.ForceField(str(tmp_path / "base.offxml"))
    both = toolkit.ForceField(str(tmp_path / "base.offxml"), str(exported / "out/smirnoff/Z.offxml"))
    labels = both.label_molecules(ligand.to_topology())[0]["ProperTorsions"]
    # The bond of the ethyl group is driven by no scan: its torsions are no part of the fit.
    assert len(labels) == 25
    for atoms, parameter in labels.items():
        assert (parameter.id == "any") == (set(atoms[1:3]) == {0, 1}), atoms
        assert parameter.id == "any" or parameter.id.startswith(f"Z:{LIGAND}:")
    # Larger, smaller, isomers, another element: none is touched.
    for smiles in ("CCCC(=O)NC", "CCNC(C)=S", "CC(=O)NC", "CCNC(=O)CC", "CCN(C)C(C)=O", "CC(C)NC=O", "CNC(C)=O"):
        molecule = toolkit.Molecule.from_smiles(smiles).to_topology()
        own, old = (field.label_molecules(molecule)[0]["ProperTorsions"] for field in (both, base))
        assert {k: p.id for k, p in own.items()} == {k: p.id for k, p in old.items()}


def test_what_has_no_such_form_says_what_to_do(exported, tmp_path):
    for name, word in (("lammps", "read_data"), ("charmm", "apply"), ("tinker", "apply"), ("gromacs-rb", "gromacs")):
        text = swivel("export", exported / "report", "--format", name, "--bespoke", "Z", "--output", tmp_path / "no",
                      fails=True)
        assert word in text and not (tmp_path / "no").exists()
    # One that cannot be written keeps none of the others back.
    text = swivel("export", exported / "report", "--format", "lammps,openmm", "--bespoke", "Z", "--output", tmp_path / "yes")
    assert "note:" in text and (tmp_path / "yes/openmm/Z.xml").exists()
    assert "characters" in swivel("export", exported / "report", "--format", "amber", "--bespoke", "ZZ", "--output",
                                  tmp_path / "no", fails=True)
