# SPDX-License-Identifier: GPL-3.0-or-later
"""Odd torsions through every package's own parser: many terms, negative constants, any phase, n = 5 and 6, wildcards, long names."""
import json
import subprocess
from pathlib import Path

import parmed
import pytest
from openmm import app
from parmed.amber import AmberParameterSet
from parmed.charmm import CharmmParameterSet
from parmed.gromacs import GromacsTopologyFile

ROOT = Path(__file__).resolve().parents[2]
SWIVEL = ROOT / ".build" / "release" / "swivel"

# Types, then (n, phase in degree, k in kcal/mol).
SHORT = {("c3", "c3", "c3", "c3"): [(1, 0.0, -1.25), (2, 37.5, 0.7), (5, 180.0, 0.3), (6, 0.0, -0.11)],
         ("c3", "c3", "c3", "hc"): [(3, 0.0, 0.16)],
         ("h", "n", "c", "o"): [(1, 0.0, 2.0), (2, 180.0, 2.5)]}
LONG = {("CT1ABC", "C", "N", "HGA3"): [(2, 180.0, 2.5), (3, 0.0, -0.4)],
        ("CG321", "CG321", "OG301", "CG321"): [(1, 12.5, 0.57), (4, 0.0, 0.05)]}
WILD = {("X", "c3", "os", "X"): [(3, 0.0, 0.383)]}


def convert(folder: Path, terms: dict, target: str, name: str) -> Path:
    """The terms as a GROMACS file, converted to another format by Swivel."""
    source = folder / "source.itp"
    rows = [f"{' '.join(types)} 9 {phase} {k * 4.184!r} {n}" for types, own in terms.items() for n, phase, k in own]
    source.write_text("[ dihedraltypes ]\n" + "\n".join(rows) + "\n")
    output = folder / name
    subprocess.run([SWIVEL, "convert", source, "--to", target, "--output", output, "--quiet"], check=True)
    return output


def expect(found: dict, terms: dict) -> None:
    """Terms that a parser holds, as type quadruple → [(n, phase, k)], either way round."""
    for types, own in terms.items():
        have = sorted(found.get(types) or found[types[::-1]])
        assert [n for n, _, _ in have] == [n for n, _, _ in sorted(own)]
        for (_, phase, k), (_, phase0, k0) in zip(have, sorted(own)):
            # A negative constant may come with 180°.
            if abs(abs(phase - phase0) - 180) < 1e-6:
                k = -k
            else:
                assert phase == pytest.approx(phase0, abs=1e-6)
            assert k == pytest.approx(k0, abs=2e-8)


def dihedral_types(parameters) -> dict:
    return {types: [(int(t.per), t.phase, t.phi_k) for t in own] for types, own in parameters.dihedral_types.items()}


@pytest.mark.parametrize("terms", [SHORT, WILD])
def test_amber(tmp_path, terms):
    expect(dihedral_types(AmberParameterSet(str(convert(tmp_path, terms, "amber", "a.frcmod")))), terms)


@pytest.mark.parametrize("terms", [SHORT, LONG, WILD])
def test_charmm(tmp_path, terms):
    # ParmEd holds CHARMM's types in upper case.
    upper = {tuple(t.upper() for t in types): own for types, own in terms.items()}
    found = dihedral_types(CharmmParameterSet(str(convert(tmp_path, terms, "charmm", "a.prm"))))
    expect({tuple(t.upper() for t in types): own for types, own in found.items()}, upper)


@pytest.mark.parametrize("terms", [SHORT, LONG, WILD])
def test_gromacs(tmp_path, terms):
    fragment = convert(tmp_path, terms, "amber" if terms is SHORT else "gromacs",
                       "a.frcmod" if terms is SHORT else "a.itp")
    if fragment.suffix == ".frcmod":
        back = tmp_path / "b.itp"
        subprocess.run([SWIVEL, "convert", fragment, "--to", "gromacs", "--output", back, "--quiet"], check=True)
        fragment = back
    top = tmp_path / "a.top"
    top.write_text("[ defaults ]\n1 2 yes 0.5 0.8333\n[ atomtypes ]\nc3 6 12.01 0.0 A 0.3 0.3\n"
                   f'#include "{fragment}"\n[ moleculetype ]\nM 3\n[ atoms ]\n1 c3 1 M C 1 0.0 12.01\n'
                   "[ system ]\nx\n[ molecules ]\nM 1\n")
    expect(dihedral_types(GromacsTopologyFile(str(top)).parameterset), terms)


@pytest.mark.parametrize("terms", [SHORT, LONG, WILD])
def test_openmm(tmp_path, terms):
    names = sorted({t for types in terms for t in types} - {"X"}) + ["c9"]
    base = tmp_path / "base.xml"
    base.write_text("<ForceField><AtomTypes>" + "".join(
        f'<Type name="{t}" class="{t}" element="C" mass="12"/>' for t in names) + "</AtomTypes></ForceField>")
    field = app.ForceField(str(base), str(convert(tmp_path, terms, "openmm", "a.xml")))
    generator = next(g for g in field.getGenerators() if type(g).__name__ == "PeriodicTorsionGenerator")
    found = {}
    for torsion in generator.proper:
        classes = tuple("X" if len(t) > 1 else next(iter(t))
                        for t in (torsion.types1, torsion.types2, torsion.types3, torsion.types4))
        found[classes] = [(n, p * 57.29577951308232, k / 4.184)
                          for n, p, k in zip(torsion.periodicity, torsion.phase, torsion.k)]
    expect(found, terms)


def test_types_shared_by_two_families(tmp_path):
    """Of two families' files tleap takes the last one's terms whole."""
    first = convert(tmp_path, SHORT, "amber", "first.frcmod")
    second = convert(tmp_path, {("c3", "c3", "c3", "c3"): [(3, 0.0, 0.9)]}, "amber", "second.frcmod")
    expect(dihedral_types(AmberParameterSet(str(first), str(second))),
           {**SHORT, ("c3", "c3", "c3", "c3"): [(3, 0.0, 0.9)]})


@pytest.mark.parametrize("target, name, terms, reason", [
    ("amber", "a.frcmod", LONG, "two characters"), ("gromacs-rb", "a.rb.itp", SHORT, "Ryckaert"),
    ("lammps", "a.lmp", WILD, "wildcards"), ("smirnoff", "a.offxml", SHORT, "SMARTS")])
def test_refusals(tmp_path, target, name, terms, reason):
    source = convert(tmp_path, terms, "gromacs", "b.itp")
    result = subprocess.run([SWIVEL, "convert", source, "--to", target, "--output", tmp_path / name],
                            capture_output=True, text=True)
    assert result.returncode == 2 and reason in result.stderr and "hint:" in result.stderr
    assert not (tmp_path / name).exists()


def test_ensemble_population(tmp_path):
    """The README's loop over an ensemble, in short."""
    environment = {"PATH": "/usr/bin:/bin"}
    subprocess.run([SWIVEL, "fit", "alkanes", "--every", "4", "--rounds", "1", "--quiet", "--output", tmp_path / "r",
                    "--forcefields", tmp_path / "f"], check=True, cwd=ROOT, env=environment)
    subprocess.run([SWIVEL, "export", tmp_path / "r", "--format", "openmm", "--draws", "4", "--molecules", "butane",
                    "--output", tmp_path / "e", "--quiet"], check=True, cwd=ROOT, env=environment)
    result = subprocess.run([ROOT / ".venv/bin/python", ROOT / "scripts/docs/ensemble_population.py", tmp_path / "e", "butane",
                             "--dihedral", "0", "1", "2", "3", "--steps", "5000"], capture_output=True, text=True, check=True)
    assert "4 force fields" in result.stdout and "trans 0." in result.stdout


def test_whole_molecules_are_read_back(tmp_path):
    """Every written molecule, read by Swivel, has the energies of the one it was written from."""
    scan = ROOT / "families/alkanes/scans/butane-0-1-2-3.extxyz"
    subprocess.run([SWIVEL, "fit", "alkanes", "--every", "4", "--rounds", "1", "--quiet", "--output", tmp_path / "r",
                    "--forcefields", tmp_path / "f"], check=True, cwd=ROOT)
    subprocess.run([SWIVEL, "export", tmp_path / "r", "--output", tmp_path / "e", "--quiet", "--molecules", "butane",
                    "--format", "amber,gromacs,openmm,charmm,lammps,tinker"], check=True, cwd=ROOT)
    folder = tmp_path / "e/molecules"

    def frames(*options):
        done = subprocess.run([SWIVEL, "energy", "--coordinates", scan, "--json", *options], check=True,
                              capture_output=True, text=True, cwd=ROOT)
        return json.loads(done.stdout)["frames"]

    ours = frames("--topology", "families/alkanes/molecules/butane.prmtop", "--parameters", tmp_path / "e/alkanes.frcmod")
    for topology, beside in [
            ("amber/butane.prmtop", []), ("gromacs/butane.top", []),
            ("openmm/butane.system.xml", ["openmm/butane.pdb", "openmm/butane.types.xml"]),
            ("charmm/butane.psf", ["charmm/butane.prm"]), ("lammps/butane.data", ["lammps/butane.in"]),
            ("lammps/butane-charmm.data", ["lammps/butane-charmm.in"]), ("tinker/butane.xyz", ["tinker/butane.prm"])]:
        options = ["--topology-parameters", *(folder / name for name in beside)] if beside else []
        theirs = frames("--topology", folder / topology, *options)
        for a, b in zip(ours, theirs, strict=True):
            for term in ("bond", "angle", "torsion", "improper", "lj"):
                assert a[term] == pytest.approx(b[term], abs=2e-6), topology
            # Each engine's own Coulomb constant, at most 6e-5 from AMBER's.
            assert a["coulomb"] == pytest.approx(b["coulomb"], rel=1e-4), topology


@pytest.mark.parametrize("package", ["amber", "gromacs", "openmm", "charmm", "lammps", "tinker"])
def test_families_of_any_package_are_fitted(tmp_path, package):
    """`init` finds a package's topologies with what they need, and the fit is that of the prmtops they were written from."""
    subprocess.run([SWIVEL, "fit", "alkanes", "--every", "4", "--rounds", "1", "--quiet", "--output", tmp_path / "r",
                    "--forcefields", tmp_path / "f"], check=True, cwd=ROOT)
    subprocess.run([SWIVEL, "export", tmp_path / "r", "--output", tmp_path / "e", "--quiet", "--molecules", "butane",
                    "pentane", "--format", package], check=True, cwd=ROOT)
    folder = tmp_path / "e/molecules" / package
    for scan in ["butane-0-1-2-3", "butane-4-0-1-2", "pentane-0-1-2-3"]:
        (folder / f"{scan}.extxyz").write_text((ROOT / f"families/alkanes/scans/{scan}.extxyz").read_text())
    if package == "lammps":
        for path in folder.glob("*-charmm*"):
            path.unlink()
    subprocess.run([SWIVEL, "init", folder, "--quiet"], check=True)
    assert "Not used" not in (folder / "family.yaml").read_text()
    done = subprocess.run([SWIVEL, "fit", folder, "--every", "4", "--rounds", "1", "--json", "--output", tmp_path / "r2",
                           "--forcefields", tmp_path / "f2"], check=True, capture_output=True, text=True)
    summary = json.loads(done.stdout)
    assert len(summary["scans"]) == 3 and 0 < summary["rmse_fit"] <= summary["rmse_base"] < 0.2


@pytest.mark.parametrize("name, content", [
    ("a.xml", b'<ForceField><PeriodicTorsionForce><Proper cl\xffss1="c3"/></PeriodicTorsionForce></ForceField>'),
    ("a.system.xml", b'<System op\xe9nmmVersion="8"><Particles/></System>'),
    ("a.offxml", b'<SMIRNOFF><Proper\xffTorsions/></SMIRNOFF>'),
    ("a.key", b"torsion -9223372036854775808 1 1 1 1.0 0.0 1\n"),
    ("a.frcmod", b"x\nDIHE\nc3-c3-c3-c3 1 1e999 0.0 3.\n\n")])
def test_damage_is_an_error_and_no_crash(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    result = subprocess.run([SWIVEL, "inspect", tmp_path / name], capture_output=True, text=True)
    assert result.returncode == 2 and "hint:" in result.stderr


def test_reports_of_two_runs_are_refused(tmp_path):
    """A run.json of another run would put another family's molecules beside the parameters."""
    for family in ["alkanes", "ethers"]:
        subprocess.run([SWIVEL, "fit", family, "--every", "6", "--rounds", "1", "--quiet", "--output", tmp_path / family,
                        "--forcefields", tmp_path / "f"], check=True, cwd=ROOT)
    (tmp_path / "alkanes/run.json").write_text((tmp_path / "ethers/run.json").read_text())
    result = subprocess.run([SWIVEL, "export", tmp_path / "alkanes", "--format", "amber", "--output", tmp_path / "e"],
                            capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 2 and "another run" in result.stderr


def test_parmed_is_what_these_tests_were_written_for():
    assert parmed.__version__.startswith("4.")
