# SPDX-License-Identifier: GPL-3.0-or-later
"""prepare, acquire and parametrise as a user runs them, with GFN2-xTB on small molecules.

They run in the Python that SWIVEL_PYTHON names, else in this one where it has the packages (scripts/setup/requirements.txt).
"""
import importlib.util
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import HANGS_AFTER, SCRIPTS

ROOT = SCRIPTS.parent
SWIVEL = ROOT / ".build" / "release" / "swivel"
SOURCES = ROOT / "Sources" / "Acquisition" / "Python"
NEEDED = ("qcengine", "geometric", "tblite", "pyscf", "rdkit", "parmed")
PYTHON = os.environ.get("SWIVEL_PYTHON") or (
    sys.executable if all(importlib.util.find_spec(name) for name in NEEDED) else None)
needs_python = pytest.mark.skipif(
    PYTHON is None, reason=f"needs {', '.join(NEEDED)}: pip install -r scripts/setup/requirements.txt, or set SWIVEL_PYTHON")

@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def swivel(cache, tmp_path):
    """Runs the command in a folder of its own, with a cache of its own."""
    def run(*arguments, status=0, python=PYTHON, store=cache):
        environment = os.environ | {"SWIVEL_CACHE": str(store), "SWIVEL_PYTHON": python or ""}
        outcome = subprocess.run([SWIVEL, *map(str, arguments)], cwd=tmp_path, env=environment, capture_output=True, text=True,
                                 timeout=HANGS_AFTER)
        assert outcome.returncode == status, outcome.stdout + outcome.stderr
        return outcome
    return run


def jobs(family: Path) -> int:
    """How many jobs were ever handed out."""
    path, = family.glob("acquire/*/ledger.sqlite")
    with sqlite3.connect(path) as ledger:
        return ledger.execute("SELECT COUNT(*) FROM event WHERE what = 'leased'").fetchone()[0]


def in_environment(code: str) -> str:
    """What Python code prints that imports Swivel's sources."""
    outcome = subprocess.run([PYTHON, "-c", code], cwd=SOURCES, capture_output=True, text=True, timeout=HANGS_AFTER,
                             env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout


OPENFF = "import open_force_field; open_force_field.toolkit(); import openff.fragmenter, openforcefields; print(openforcefields.__path__[0])"
needs_openff = pytest.mark.skipif(
    PYTHON is None or subprocess.run([PYTHON, "-c", OPENFF], cwd=SOURCES, capture_output=True).returncode != 0,
    reason="needs OpenFF: pip install -r scripts/setup/requirements.txt, and Sources/Acquisition/Python/requirements-data.txt")


def test_without_the_environment_the_error_names_the_command(swivel, tmp_path):
    outcome = swivel("prepare", "CCCO", "--output", "mine", python="", store=tmp_path / "empty", status=2)
    assert "swivel doctor --install" in outcome.stderr
    assert not (tmp_path / "mine").exists()


def test_a_family_that_was_not_prepared(swivel, tmp_path):
    (tmp_path / "mine").mkdir()
    assert "swivel prepare" in swivel("acquire", "mine", status=2).stderr


@needs_python
def test_refusals_have_a_word_each(swivel, tmp_path):
    (tmp_path / "many.smi").write_text(
        "CCCO propanol\nCC(=O)[O-].[Na+] salt\nC[NH2+]CC ion\n[NH3+]CCC(=O)[O-] zwitterion\nCC#CC linear\nOCCC twice\n"
        "CCC[CH2] radical\nCCC[Si](C)(C)C silane\nCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC long\nC1CC( broken\n")
    outcome = swivel("prepare", "many.smi", "--output", "mine", "--json", status=1)
    words = {"salt": "2 separate parts", "ion": "charge +1", "zwitterion": "zwitterion", "linear": "no bond to drive",
             "twice": "same molecule as propanol", "radical": "unpaired electron", "silane": "Si", "long": "45 heavy atoms",
             "broken": "nor a SMILES"}
    answer = json.loads(outcome.stdout)
    assert [molecule["id"] for molecule in answer["molecules"]] == ["propanol"]
    assert answer["refused"].keys() == words.keys()
    for name, word in words.items():
        assert word in answer["refused"][name], name
    assert "already" in swivel("prepare", "CCCO", "--output", "mine", status=2).stderr


@needs_python
def test_which_bonds_are_driven(swivel, tmp_path):
    swivel("prepare", "CCOCC ether", "CCOCCC other", "Cc1ccccc1 toluene", "CCO ethanol", "--output", "few", status=1)
    drives = {m["id"]: [d["quartet"] for d in m["drives"]] for m in json.loads((tmp_path / "few/drives.json").read_text())["molecules"]}
    # Symmetry makes two bonds of diethyl ether one; of ethyl propyl ether only what diethyl ether does not have.
    assert [len(drives[name]) for name in ("ether", "other")] == [1, 2] and drives.keys() == {"ether", "other"}
    assert all((tmp_path / "few" / d["picture"]).read_text().startswith("<?xml")
               for m in json.loads((tmp_path / "few/drives.json").read_text())["molecules"] for d in m["drives"])
    swivel("prepare", "CCO ethanol", "Cc1ccccc1 toluene", "--output", "all", "--methyls", "--polar")
    drives = {m["id"]: len(m["drives"]) for m in json.loads((tmp_path / "all/drives.json").read_text())["molecules"]}
    assert drives == {"ethanol": 2, "toluene": 1}


@needs_python
def test_parametrise_end_to_end_and_again(swivel, tmp_path):
    """From a molecule to a GROMACS run; the same command again computes nothing."""
    command = ["parametrise", "CCCO propanol", "--output", "propanol", "--format", "gromacs,amber", "--spacing", "30"]
    swivel(*command)
    folder = tmp_path / "propanol"
    assert (folder / "report/index.html").exists() and (folder / "parameters/propanol.frcmod").exists()
    summary = json.loads((folder / "report/summary.json").read_text())
    assert summary["rmse_fit"] < summary["rmse_base"] and [scan["points"] for scan in summary["scans"]] == [12]
    handed_out, scan = jobs(folder / "family"), (folder / "family/scans/propanol-0-1-2-3.extxyz").read_bytes()
    swivel(*command)
    assert jobs(folder / "family") == handed_out
    assert (folder / "family/scans/propanol-0-1-2-3.extxyz").read_bytes() == scan
    assert "nothing left" in swivel("acquire", folder / "family", "--status").stdout
    gromacs = shutil.which("gmx_d")
    if gromacs is None:
        pytest.skip("no gmx_d: the files were written but not run")
    top = folder / "parameters/molecules/gromacs/propanol"
    (tmp_path / "min.mdp").write_text("integrator = steep\nnsteps = 50\ncutoff-scheme = verlet\nrlist = 1\nrvdw = 1\nrcoulomb = 1\n")
    for command in (["editconf", "-f", f"{top}.gro", "-o", "box.gro", "-box", "5", "5", "5"],
                    ["grompp", "-f", "min.mdp", "-p", f"{top}.top", "-c", "box.gro", "-o", "min.tpr", "-maxwarn", "2"],
                    ["mdrun", "-s", "min.tpr", "-deffnm", "min", "-nt", "1"]):
        outcome = subprocess.run([gromacs, *command], cwd=tmp_path, capture_output=True, text=True, timeout=HANGS_AFTER)
        assert outcome.returncode == 0, outcome.stderr


@needs_python
def test_the_store_knows_a_molecule_in_another_order(swivel, tmp_path):
    """After the test above, propanol is in the store of this module's cache."""
    for order, name in (("CCCO a", "one"), ("OCCC a", "two")):
        swivel("prepare", order, "--output", name, "--spacing", "30")
        swivel("acquire", name)
    assert jobs(tmp_path / "two") == 0
    swivel("fit", "two", "--draws", "250", "--output", "report", "--forcefields", "ff")


@needs_python
def test_killed_at_random_moments():
    outcome = subprocess.run([sys.executable, SCRIPTS / "checks" / "check_kills.py", "--kills", "4", "--seed", "3"], capture_output=True, text=True,
                             env=os.environ | {"SWIVEL_PYTHON": PYTHON}, timeout=HANGS_AFTER)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@needs_python
def test_jobs_that_fail_are_parked_and_the_family_goes_on(swivel, tmp_path):
    swivel("prepare", "CCCO propanol", "--output", "mine", "--spacing", "60")
    slow = ["acquire", "mine", "--level", "b3lyp/def2-tzvp", "--no-store"]
    outcome = swivel(*slow, "--attempts", "2", "--job-limit", "1s", status=1)
    assert "once more, gentler" in outcome.stderr and "scan failed: propanol 0-1-2-3: 6 of 6 points failed" in outcome.stderr
    assert "parked: propanol 0-1-2-3 seed" in swivel(*slow, "--status").stdout
    swivel("acquire", "mine")


@needs_python
def test_a_level_that_nothing_computes_is_noticed_before_any_job(swivel, tmp_path):
    swivel("prepare", "CCCI iodopropane", "--output", "mine", "--spacing", "60")
    for level, word in (("b3lyp/nosuch", 'no basis set "nosuch" for C, H, I'), ("b3lyp-d3bj/6-31g*", "for I"),
                        ("nosuch/sto-3g//GFN2-xTB", 'cannot compute "nosuch"'), ("b3lyp-d3xx/dzvp", 'cannot compute "b3lyp-d3xx"')):
        assert word in swivel("acquire", "mine", "--level", level, "--no-store", status=2).stderr, level
        assert "seed" not in swivel("acquire", "mine", "--level", level, "--no-store", "--status").stdout
    path, = (tmp_path / "mine").glob("acquire/b3lyp-nosuch/ledger.sqlite")
    with sqlite3.connect(path) as ledger:
        assert ledger.execute("SELECT COUNT(*) FROM job").fetchone()[0] == 0


@needs_openff
def test_large_molecules_are_driven_in_fragments(swivel, tmp_path):
    """Each bond in a fragment of its own, whose atoms and torsion types are those of the molecule; equal fragments once."""
    smiles = "COCCCCOC(=O)c1ccccc1 large"
    swivel("prepare", smiles, "--output", "mine", "--whole", "10", "--spacing", "60")
    answer = json.loads((tmp_path / "mine/drives.json").read_text())
    large, *pieces = answer["molecules"]
    assert large["drives"] == [] and len(large["fragments"]) == 7
    assert {fragment["molecule"] for fragment in large["fragments"]} >= {piece["id"] for piece in pieces if piece["drives"]}
    assert len({piece["key"] for piece in pieces}) == len(pieces)
    known = {piece["id"]: piece for piece in pieces}
    for fragment in large["fragments"]:
        piece = known[fragment["molecule"]]
        assert [fragment["atoms"][atom] for atom in fragment["fragment_quartet"]] == fragment["quartet"]
        inside = {atom for atom in fragment["atoms"] if atom is not None}
        bonds = {tuple(sorted(fragment["atoms"][a] for a in bond)) for bond in piece["bonds"]
                 if all(fragment["atoms"][a] is not None for a in bond)}
        assert bonds == {tuple(sorted(bond)) for bond in large["bonds"] if set(bond) <= inside}
        assert (tmp_path / "mine" / fragment["picture"]).read_text().startswith("<?xml")
    assert all(len(piece["symbols"]) < len(large["symbols"]) for piece in pieces)
    swivel("acquire", "mine")
    swivel("fit", "mine", "--draws", "250", "--output", "report", "--forcefields", "ff")
    seen = swivel("predict", "report", "--topology", "mine/molecules/large.prmtop", "--coordinates", "mine/molecules/large.xyz",
                  "--dihedral", *large["fragments"][0]["quartet"])
    assert "inside" in seen.stdout
    # By the small limit the same molecule is refused, and in fragments or whole is the user's choice.
    assert "more than 14" in swivel("prepare", smiles, "--output", "other", "--largest", "14", status=2).stderr


@needs_openff
def test_sage_by_name_and_by_file(swivel, tmp_path):
    """Torsions go by the SMIRKS of the force field, each with the one that the toolkit gives it."""
    sage = Path(in_environment(OPENFF).strip()) / "offxml/openff_unconstrained-2.2.1.offxml"
    shutil.copy(sage, tmp_path / "mine.offxml")
    swivel("prepare", "CC(=O)Nc1ccccc1 acetanilide", "CCOC ether", "--output", "named", "--base", "sage-2.2", "--spacing", "60")
    swivel("prepare", "CC(=O)Nc1ccccc1 acetanilide", "CCOC ether", "--output", "given", "--base", "mine.offxml", "--spacing", "60")
    named, given = (json.loads((tmp_path / name / "drives.json").read_text()) for name in ("named", "given"))
    assert named["torsions"] == given["torsions"] and len(named["torsions"]) >= 4
    assert "openff_unconstrained-2.2.1" in (tmp_path / "named/family.yaml").read_text()
    swivel("acquire", "named")
    swivel("fit", "named", "--draws", "250", "--output", "report", "--forcefields", "ff")
    summary = json.loads((tmp_path / "report/summary.json").read_text())
    assert {entry["smarts"] for entry in summary["smarts_types"]} <= set(named["torsions"])
    assert summary["rmse_fit"] < summary["rmse_base"]
    (tmp_path / "broken.offxml").write_text("<SMIRNOFF version='0.3'></SMIRNOFF>")
    assert "broken.offxml" in swivel("prepare", "CCOC", "--output", "bad", "--base", "broken.offxml", status=2).stderr
    assert "sage-2.2" in swivel("prepare", "CCOC", "--output", "bad", "--base", "sage-22", status=2).stderr


@needs_python
def test_several_starts(swivel, tmp_path):
    """Further conformers are in the list, and no point gets higher by them."""
    for name, more in (("one", []), ("three", ["--starts", "3"])):
        swivel("prepare", "COCCO methoxyethanol", "--output", name, "--spacing", "60", *more)
        swivel("acquire", name, "--no-store")
    molecule, = json.loads((tmp_path / "three/drives.json").read_text())["molecules"]
    assert len(molecule["starts"]) == 2
    for path in (tmp_path / "one/scans").iterdir():
        one, three = ([float(word[7:]) for word in text.read_text().split() if word.startswith("energy=")]
                      for text in (path, tmp_path / "three/scans" / path.name))
        assert len(one) == len(three) and all(b <= a + 0.02 for a, b in zip(one, three))


@needs_python
def test_propose_ranks_what_is_not_known(swivel, tmp_path, families):
    """After a fit of alkanes a further alkane tells little, an alcohol with new types more; the choice is a family."""
    swivel("fit", families / "alkanes", "--draws", "250", "--every", "2", "--rounds", "1", "--output", "report",
           "--forcefields", "ff", "--effective-points", "24")
    swivel("prepare", "CCCCCCC heptane", "CCCO propanol", "CCCCO butanol", "--output", "pool", "--all-bonds", "--spacing", "30")
    chosen = json.loads(swivel("propose", "report", "--candidates", "pool", "--json", "--cost", "scan").stdout)["scans"]
    assert chosen[0]["new_types"] and all(scan["gain_added"] < 0.1 * chosen[0]["gain_added"]
                                          for scan in chosen if scan["molecule"] == "heptane")
    assert all(0 < scan["gain_added"] <= scan["gain_alone"] + 1e-9 for scan in chosen)
    # The C-C-C-O of both alcohols have the same types: the one chosen second adds less than it would alone.
    assert any(scan["gain_added"] < 0.8 * scan["gain_alone"] for scan in chosen[1:] if scan["new_types"])
    swivel("propose", "report", "--candidates", "pool", "--about", "c3-c3-c3-c3", "--count", "1", "--output", "next")
    molecule, = json.loads((tmp_path / "next/drives.json").read_text())["molecules"]
    assert molecule["id"] in ("heptane", "butanol") and len(molecule["drives"]) == 1 and (tmp_path / "next" / molecule["topology"]).exists()
    assert "0 of" in swivel("acquire", "next", "--status", "--no-store").stdout
    assert "c3-c3-c3-c3" in swivel("propose", "report", "--candidates", "pool", "--about", "c3-c3-c3-cx", status=2).stderr


@needs_python
def test_adaptive_computes_what_is_needed_and_goes_on(swivel, cache, tmp_path):
    """Two tight-binding levels stand for a cheap and a dear one: fewer points than all, also after a kill, more at a
    smaller target, then the rest."""
    swivel("prepare", "CCCO propanol", "CCCCO butanol", "--output", "mine", "--spacing", "30", "--all-bonds")
    level = ["--level", "GFN1-xTB//GFN2-xTB"]
    assert "one level" in swivel("acquire", "mine", "--adaptive", status=2).stderr
    assert "--adaptive" in swivel("acquire", "mine", *level, "--target-sd", "1", status=2).stderr

    def points():
        path, = tmp_path.glob("mine/acquire/gfn1*/ledger.sqlite")
        with sqlite3.connect(path) as ledger:
            known = ledger.execute("SELECT name FROM sqlite_master WHERE name = 'event'").fetchone()
            if known is None:
                return 0
            assert ledger.execute("SELECT COUNT(*) FROM event WHERE what = 'duplicate'").fetchone()[0] == 0
            return ledger.execute("SELECT COUNT(*) FROM job WHERE kind = 'point' AND state = 'done'").fetchone()[0]

    command = ["acquire", "mine", *level, "--adaptive", "--target-sd", "0.5", "--json", "--no-store"]
    killed = subprocess.Popen([SWIVEL, *command], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              env=os.environ | {"SWIVEL_CACHE": str(cache), "SWIVEL_PYTHON": PYTHON})
    ends = time.monotonic() + HANGS_AFTER
    while not list(tmp_path.glob("mine/acquire/gfn1*/ledger.sqlite")) or points() < 3:
        assert killed.poll() is None and time.monotonic() < ends
        time.sleep(0.05)
    killed.kill()
    killed.wait()
    first = json.loads(swivel(*command).stdout)
    few = points()
    assert first["profile_sd"] <= 0.5 and 4 <= few < 36 and not first["unfinished"]
    frames = sum((tmp_path / "mine" / file).read_text().count("grid_angle=") for file in first["files"])
    assert frames == few and len(first["files"]) + len(first["not_needed"]) == 3
    handed_out = jobs(tmp_path / "mine")
    again = json.loads(swivel(*command).stdout)
    assert jobs(tmp_path / "mine") == handed_out and again == first
    swivel("fit", "mine", "--draws", "250", "--output", "report", "--forcefields", "ff")
    further = json.loads(
        swivel("acquire", "mine", *level, "--adaptive", "--target-sd", str(0.9 * first["profile_sd"]), "--json", "--no-store").stdout)
    assert few < points() <= 36 and further["profile_sd"] < first["profile_sd"]
    swivel("acquire", "mine", *level, "--no-store")
    assert points() == 36


@needs_python
def test_the_worker_tells_of_broken_molecules():
    """An atom far from where its bond says, a dihedral that is held, and what it says of a program that fails."""
    printed = in_environment("""
import json, numpy as np, relaxation, worker
from cartesian import dihedral
from rdkit import Chem
from rdkit.Chem import AllChem
relaxation.quiet()
mol = Chem.AddHs(Chem.MolFromSmiles('CCCO')); AllChem.EmbedMolecule(mol, randomSeed=1)
job = {'kind': 'relax', 'symbols': [a.GetSymbol() for a in mol.GetAtoms()], 'charge': 0, 'attempt': 0, 'memory': 1,
       'bonds': [sorted((b.GetBeginAtomIdx(), b.GetEndAtomIdx())) for b in mol.GetBonds()],
       'positions': mol.GetConformer().GetPositions().tolist(), 'quartet': [0, 1, 2, 3], 'angle': 75.0,
       'level': {'program': 'tblite', 'method': 'GFN2-xTB', 'basis': None}}
good = worker.result(job)
same = worker.result(job)
print(good['ok'], round(dihedral(np.array(good['positions']), (0, 1, 2, 3)), 3), good['energy'] == same['energy'],
      good['positions'] == same['positions'])
print(abs(np.array(good['forces']).sum(axis=0)).max() < 0.01)
wrong = dict(job, bonds=job['bonds'][:-1])
print(worker.result(wrong)['error'])
print(worker.result(dict(job, level={'program': 'pyscf', 'method': 'nosuch', 'basis': 'sto-3g'}))['ok'])
print(worker.result(dict(job, attempt=2))['ok'])
""").splitlines()
    assert printed[0] == "True 75.0 True True"
    assert printed[1] == "True"
    assert "bonds changed" in printed[2]
    assert printed[3:] == ["False", "True"]
