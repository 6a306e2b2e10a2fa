"""Computes the fixtures of scan formats: hydrogen peroxide's torsion in every program that runs here.

    python scripts/tests/make_scan_fixtures.py Tests/Fixtures/scans [NAME …]

needs xtb, psi4 and the packages ase, pyscf, qcengine, geometric, torsiondrive, h5py, rdkit. Every number is from a run made
here (CC0). Gaussian and ORCA do not run here: their fixtures are PySCF's numbers in those programs' layouts.
"""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import ClassVar

import numpy as np

BOHR = 0.529177210903
SYMBOLS = ["H", "O", "O", "H"]
GRID = list(range(-150, 181, 30))
MASSES = {"H": 1, "O": 8}
LEVEL = ("HF", "STO-3G")


def peroxide(angle: float) -> np.ndarray:
    """A start geometry, Å."""
    r, d, t = 1.40, 0.98, np.radians(101.0)
    a = np.radians(angle)
    o1, o2 = np.array([0.0, 0, 0]), np.array([r, 0, 0])
    h1 = o1 + d * np.array([np.cos(t), np.sin(t), 0])
    h2 = o2 + d * np.array([-np.cos(t), np.sin(t) * np.cos(a), np.sin(t) * np.sin(a)])
    return np.array([h1, o1, o2, h2])


def xyz(points, comment, digits=10):
    lines = []
    for i, point in enumerate(points):
        lines += [str(len(SYMBOLS)), comment(i, point)]
        lines += [f"{s:<2s} " + " ".join(f"{x:.{digits}f}" for x in r) for s, r in zip(SYMBOLS, point["xyz"])]
    return "\n".join(lines) + "\n"


def relaxed_scan():
    """PySCF with geomeTRIC: energies (hartree) and gradients (hartree/bohr) at relaxed geometries."""
    from pyscf import gto, scf
    from pyscf.geomopt import geometric_solver

    points = []
    with tempfile.TemporaryDirectory() as work:
        for angle in GRID:
            constraints = f"{work}/c.txt"
            Path(constraints).write_text(f"$set\ndihedral 1 2 3 4 {angle}\n")
            mol = gto.M(atom=list(zip(SYMBOLS, peroxide(angle))), basis=LEVEL[1], verbose=0)
            mf = scf.RHF(mol)
            mf.conv_tol = 1e-11
            done = geometric_solver.optimize(mf, constraints=constraints, maxsteps=60)
            mf = scf.RHF(done)
            mf.conv_tol = 1e-11
            energy = mf.kernel()
            gradient = mf.nuc_grad_method().kernel()
            points.append(
                dict(
                    angle=angle,
                    xyz=(done.atom_coords() * BOHR).tolist(),
                    energy=energy,
                    gradient=gradient.tolist(),
                )
            )
    return points


def run(command, cwd, **more):
    return subprocess.run(
        command, cwd=cwd, check=True, capture_output=True, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}, **more,
    )


def make_reference(out):
    points = relaxed_scan()
    (out / "reference.json").write_text(
        json.dumps({"level": "/".join(LEVEL), "symbols": SYMBOLS, "points": points}, indent=1) + "\n"
    )


def reference(out):
    return json.loads((out / "reference.json").read_text())["points"]


def make_topology(out):
    """GAFF2 with charges of our own, by tleap."""
    with tempfile.TemporaryDirectory() as work:
        mol2 = ["@<TRIPOS>MOLECULE", "MOL", "4 3 1 0 0", "SMALL", "USER_CHARGES", "@<TRIPOS>ATOM"]
        types, charges = ["ho", "oh", "oh", "ho"], [0.4, -0.4, -0.4, 0.4]
        for i, (s, r, t, q) in enumerate(zip(SYMBOLS, peroxide(115), types, charges)):
            mol2.append(f"{i + 1} {s}{i + 1} {r[0]:.4f} {r[1]:.4f} {r[2]:.4f} {t} 1 MOL {q:.4f}")
        mol2 += ["@<TRIPOS>BOND", "1 1 2 1", "2 2 3 1", "3 3 4 1", "@<TRIPOS>SUBSTRUCTURE", "1 MOL 1 TEMP 0 **** **** 0 ROOT", ""]
        Path(work, "m.mol2").write_text("\n".join(mol2))
        run(["parmchk2", "-i", "m.mol2", "-f", "mol2", "-o", "m.frcmod", "-s", "2"], work)
        Path(work, "t.in").write_text(
            "source leaprc.gaff2\nloadamberparams m.frcmod\nm = loadmol2 m.mol2\nsaveamberparm m m.prmtop m.inpcrd\nquit\n"
        )
        run(["tleap", "-f", "t.in"], work)
        shutil.copy(f"{work}/m.prmtop", out / "peroxide.prmtop")


def make_xtb(out):
    """xtb's scan, with the gradient of each frame beside it."""
    folder = out / "xtb"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with tempfile.TemporaryDirectory() as work:
        start = [dict(xyz=peroxide(-150).tolist())]
        Path(work, "peroxide.xyz").write_text(xyz(start, lambda i, p: "peroxide"))
        Path(work, "scan.inp").write_text(
            "$constrain\n force constant=1.0\n dihedral: 1,2,3,4,auto\n$scan\n 1: -150.0,170.0,17\n$end\n"
        )
        run(["xtb", "peroxide.xyz", "--gfn", "2", "--opt", "tight", "--input", "scan.inp"], work)
        shutil.copy(f"{work}/xtbscan.log", folder / "xtbscan.log")
        shutil.copy(f"{work}/scan.inp", folder / "scan.inp")
        lines = Path(work, "xtbscan.log").read_text().splitlines()
        for n in range(len(lines) // 6):
            place = folder / "grad" / f"{n:02d}"
            place.mkdir(parents=True)
            Path(work, "frame.xyz").write_text("\n".join(lines[6 * n : 6 * n + 6]) + "\n")
            run(["xtb", "frame.xyz", "--gfn", "2", "--grad"], work)
            for name in ("gradient", "energy", "frame.engrad"):
                shutil.copy(f"{work}/{name}", place / name)


def make_psi4(out):
    """Psi4: relaxed points of a loop in one text, single points in another, one gradient as QCSchema."""
    with tempfile.TemporaryDirectory() as work:
        def geometry(angle):
            return "\n".join(f"{s} " + " ".join(f"{x:.8f}" for x in r) for s, r in zip(SYMBOLS, peroxide(angle)))

        relaxed = ""
        for i, angle in enumerate((60, 90, 120, 150)):
            relaxed += f"molecule m{i} {{\n0 1\n{geometry(angle)}\nsymmetry c1\n}}\n"
            relaxed += "set basis sto-3g\ndih = '1 2 3 4'\nset optking frozen_dihedral = $dih\noptimize('scf')\nclean()\n"
        Path(work, "relaxed.dat").write_text("memory 500 mb\n" + relaxed)
        run(["psi4", "-n", "1", "relaxed.dat", "relaxed.out"], work)
        single = ""
        for i, angle in enumerate((60, 90, 120, 150)):
            single += f"molecule s{i} {{\n0 1\n{geometry(angle)}\nsymmetry c1\n}}\nset basis sto-3g\ngradient('mp2')\nclean()\n"
        Path(work, "single.dat").write_text("memory 500 mb\n" + single)
        run(["psi4", "-n", "1", "single.dat", "single.out"], work)
        for name in ("relaxed", "single"):
            with gzip.GzipFile(out / f"psi4-{name}.out.gz", "wb", mtime=0) as target:
                target.write(Path(work, f"{name}.out").read_bytes())


def make_psi4_json(out):
    with tempfile.TemporaryDirectory() as work:
        point = reference(out)[6]
        data = dict(
            schema_name="qcschema_input", schema_version=1, driver="gradient", model=dict(method="HF", basis="sto-3g"),
            keywords={}, molecule=dict(symbols=SYMBOLS, geometry=(np.array(point["xyz"]) / BOHR).ravel().tolist(),
                                       fix_com=True, fix_orientation=True))
        Path(work, "in.json").write_text(json.dumps(data))
        run(["psi4", "--json", "in.json"], work)
        result = json.loads(Path(work, "in.json").read_text())
        result.pop("raw_output", None)
        result.pop("stdout", None)
        (out / "psi4-gradient.json").write_text(json.dumps(result, indent=1) + "\n")


def register_pyscf():
    """PySCF as a program of QCEngine, which has none for it."""
    import pyscf
    import qcengine as qcng
    from pyscf import gto, scf
    from qcelemental.models.v2 import AtomicResult, Provenance
    from qcengine.programs.model import ProgramHarness

    class Harness(ProgramHarness):
        _defaults: ClassVar[dict] = dict(name="pyscf", scratch=False, thread_safe=False, thread_parallel=False,
                                         node_parallel=False, managed_memory=False)
        version_cache: ClassVar[dict] = {}

        @staticmethod
        def found(raise_error=False):
            return True

        def get_version(self):
            return pyscf.__version__

        def compute(self, input_data, config):
            m, specification = input_data.molecule, input_data.specification
            mol = gto.M(atom=list(zip(m.symbols, np.array(m.geometry).reshape(-1, 3))), unit="Bohr",
                        basis=specification.model.basis, verbose=0)
            mf = scf.RHF(mol)
            mf.conv_tol = 1e-11
            energy = float(mf.kernel())
            gradient = mf.nuc_grad_method().kernel()
            return AtomicResult(
                success=True, input_data=input_data, molecule=m,
                return_result=gradient if specification.driver == "gradient" else energy,
                properties=dict(return_energy=energy, return_gradient=gradient, calcinfo_natom=len(m.symbols)),
                provenance=Provenance(creator="PySCF", version=pyscf.__version__, routine="scf.RHF"))

    qcng.register_program(Harness(**Harness._defaults))
    return qcng


def written(path, result):
    text = result.model_dump_json() if hasattr(result, "model_dump_json") else result.json()
    if path.suffix == ".gz":
        with gzip.GzipFile(path, "wb", mtime=0) as target:
            target.write(text.encode())
    else:
        path.write_text(text + "\n")


def make_qcengine(out):
    """QCEngine: a torsion drive, an optimisation, a gradient, in both versions of the schema; PySCF under them."""
    qcng = register_pyscf()

    def molecule(angle):
        return dict(symbols=SYMBOLS, geometry=(peroxide(angle) / BOHR).ravel().tolist(), fix_com=True, fix_orientation=True)

    def optimisation(start, angle):
        return dict(
            keywords=dict(program="pyscf", coordsys="tric",
                          constraints=dict(set=[dict(type="dihedral", indices=[0, 1, 2, 3], value=float(angle))])),
            input_specification=dict(driver="gradient", model=model), initial_molecule=molecule(start))

    model = dict(method=LEVEL[0], basis=LEVEL[1])
    drive = dict(
        keywords=dict(dihedrals=[[0, 1, 2, 3]], grid_spacing=[60]),
        input_specification=dict(driver="gradient", model=model), initial_molecule=[molecule(115)],
        optimization_spec=dict(procedure="geometric", keywords=dict(program="pyscf", coordsys="tric")))
    for version, name in ((1, ""), (2, "-v2")):
        more = dict(raise_error=True, return_version=version)
        atomic = dict(molecule=molecule(100), driver="gradient", model=model)
        written(out / f"qcengine-gradient{name}.json", qcng.compute(atomic, "pyscf", **more))
        written(out / f"qcengine-optimization{name}.json", qcng.compute(optimisation(95, 100), "geometric", **more))
        written(out / f"qcengine-torsiondrive{name}.json.gz", qcng.compute(drive, "torsiondrive", **more))
    folder = out / "qcengine-points"
    shutil.rmtree(folder, ignore_errors=True)
    for angle in GRID:
        place = folder / f"{angle:+04d}"
        place.mkdir(parents=True)
        written(place / "out.json.gz", qcng.compute(optimisation(angle + 1, angle), "geometric", raise_error=True))


def make_geometric(out):
    """geomeTRIC's own scan, with Psi4 under it."""
    with tempfile.TemporaryDirectory() as work:
        body = "\n".join(f"{s} " + " ".join(f"{x:.8f}" for x in r) for s, r in zip(SYMBOLS, peroxide(60)))
        Path(work, "in.dat").write_text(
            f"molecule {{\n0 1\n{body}\nunits angstrom\nno_com\nno_reorient\nsymmetry c1\n}}\nset basis sto-3g\ngradient('scf')\n")
        Path(work, "scan.txt").write_text("$scan\ndihedral 1 2 3 4 60.0 180.0 5\n")
        run([sys.executable, "-m", "geometric.optimize", "--engine", "psi4", "in.dat", "scan.txt"], work)
        for path in Path(work).rglob("scan-final.xyz"):
            shutil.copy(path, out / "geometric-scan-final.xyz")


def make_ase(out):
    from ase import Atoms
    from ase.calculators.singlepoint import SinglePointCalculator
    from ase.db import connect
    from ase.io import write

    images = []
    for point in reference(out):
        atoms = Atoms(SYMBOLS, positions=point["xyz"])
        atoms.calc = SinglePointCalculator(
            atoms, energy=point["energy"] * 27.211386245988,
            forces=-np.array(point["gradient"]) * 27.211386245988 / BOHR)
        images.append(atoms)
    write(out / "ase.traj", images)
    write(out / "ase.extxyz", images)
    path = out / "ase-db.json"
    path.unlink(missing_ok=True)
    database = connect(path)
    for atoms in images:
        database.write(atoms)
    Path(str(path) + ".lock").unlink(missing_ok=True)


def make_others(out):
    points = reference(out)
    low = min(p["energy"] for p in points)
    kcal = 627.5094740631
    with gzip.GzipFile(out / "scan.extxyz.gz", "wb", mtime=0) as target:
        text = ""
        for p in points:
            text += "4\nProperties=species:S:1:pos:R:3:forces:R:3 "
            text += f'energy={p["energy"]:.12f} energy_unit=hartree force_unit="hartree/bohr" level_of_theory="HF/STO-3G"\n'
            for s, r, g in zip(SYMBOLS, p["xyz"], p["gradient"]):
                text += f"{s} " + " ".join(f"{x:.10f}" for x in r) + " " + " ".join(f"{-x:.10f}" for x in g) + "\n"
        target.write(text.encode())
    (out / "crest_ensemble.xyz").write_text(xyz(points, lambda i, p: f'        {p["energy"]:.8f}'))
    (out / "orca_trj.xyz").write_text(xyz(points, lambda i, p: f'Coordinates from ORCA-job orca E {p["energy"]:.12f}'))
    (out / "angles.csv").write_text(
        "# dihedral 1 2 3 4, hydrogen peroxide HF/STO-3G\nangle (deg),energy (kcal/mol)\n"
        + "".join(f'{p["angle"]:.1f},{(p["energy"] - low) * kcal:.4f}\n' for p in points))
    (out / "angles.xyz").write_text(xyz(points[6:7], lambda i, p: "a geometry for angles.csv"))
    sdf, pdb, mdcrd = "", "", "hydrogen peroxide\n"
    for i, p in enumerate(points):
        sdf += f"peroxide {i}\n     script\n\n  4  3  0  0  0  0  0  0  0  0999 V2000\n"
        sdf += "".join("".join(f"{x:10.4f}" for x in r) + f" {s:<3s} 0  0  0  0  0\n" for s, r in zip(SYMBOLS, p["xyz"]))
        sdf += "  1  2  1  0\n  2  3  1  0\n  3  4  1  0\nM  END\n"
        sdf += f'> <energy_hartree>\n{p["energy"]:.10f}\n\n$$$$\n'
        pdb += f'MODEL     {i + 1:4d}\nREMARK   energy = {p["energy"]:.10f} hartree\n'
        for n, (s, r) in enumerate(zip(SYMBOLS, p["xyz"])):
            pdb += f"HETATM{n + 1:5d} {s + str(n + 1):<4s} MOL A   1    " + "".join(f"{x:8.3f}" for x in r)
            pdb += f"  1.00  0.00          {s:>2s}\n"
        pdb += "ENDMDL\n"
        flat = [x for r in p["xyz"] for x in r]
        mdcrd += "".join(
            "".join(f"{x:8.3f}" for x in flat[k : k + 10]) + "\n" for k in range(0, len(flat), 10))
    (out / "conformers.sdf").write_text(sdf)
    (out / "models.pdb").write_text(pdb + "END\n")
    (out / "paramfit.mdcrd").write_text(mdcrd)
    (out / "paramfit.dat").write_text("".join(f'{p["energy"]:.10f}\n' for p in points))
    make_records(out, points)
    make_hdf5(out, points)


def make_records(out, points):
    """QCPortal's record and yammbs's data set, in their layouts."""
    def molecule(p):
        return dict(schema_name="qcschema_molecule", schema_version=2, symbols=SYMBOLS,
                    geometry=(np.array(p["xyz"]) / BOHR).tolist(), molecular_charge=0.0, molecular_multiplicity=1)

    optimization = dict(program="geometric", qc_specification=dict(
        program="psi4", driver="deferred", method="hf", basis="sto-3g", keywords={}), keywords={})
    record = dict(
        id=42, record_type="torsiondrive", is_service=True,
        specification=dict(program="torsiondrive", optimization_specification=optimization,
                           keywords=dict(dihedrals=[[0, 1, 2, 3]], grid_spacing=[30], dihedral_ranges=None)),
        status="complete", initial_molecules=[molecule(points[0])],
        optimizations=[dict(optimization_id=100 + i, key=f'[{p["angle"]}]', position=0, energy=p["energy"])
                       for i, p in enumerate(points)],
        minimum_optimizations={f'[{p["angle"]}]': dict(
            id=100 + i, record_type="optimization", energies=[p["energy"] + 0.1, p["energy"]],
            final_molecule=molecule(p)) for i, p in enumerate(points)})
    (out / "qcportal-record.json").write_text(json.dumps(record) + "\n")
    kcal = 627.5094740631
    dataset = dict(tag="QCArchive torsiondrive dataset", version=1, qm_torsions=[dict(
        id=42, qcarchive_id=42, mapped_smiles="[H:1][O:2][O:3][H:4]", dihedral_indices=[0, 1, 2, 3],
        coordinates={str(float(p["angle"])): [x for r in p["xyz"] for x in r] for p in points},
        energies={str(float(p["angle"])): p["energy"] * kcal for p in points})])
    (out / "yammbs.json").write_text(json.dumps(dataset) + "\n")


def make_hdf5(out, points):
    import h5py

    with h5py.File(out / "spice.hdf5", "w") as file:
        group = file.create_group("OO")
        group["smiles"] = np.array(["[H:1][O:2][O:3][H:4]"], dtype=h5py.string_dtype())
        group["subset"] = np.array(["peroxides"], dtype=h5py.string_dtype())
        group["atomic_numbers"] = np.array([MASSES[s] for s in SYMBOLS], dtype=np.int16)
        positions = group.create_dataset(
            "conformations", data=np.array([p["xyz"] for p in points], dtype=np.float32) / BOHR)
        positions.attrs["units"] = "bohr"
        energy = group.create_dataset("dft_total_energy", data=np.array([p["energy"] for p in points]))
        energy.attrs["units"] = "hartree"
        gradient = group.create_dataset(
            "dft_total_gradient", data=np.array([p["gradient"] for p in points], dtype=np.float32))
        gradient.attrs["units"] = "hartree/bohr"


def make_layouts(out):
    """Gaussian and ORCA: PySCF's numbers in their layouts, with what readers must not fall for."""
    points = reference(out)
    numbers = [MASSES[s] for s in SYMBOLS]
    log = [
        " Entering Gaussian System, Link 0=g16", " Gaussian 16:  ES64L-G16RevC.01  3-Jul-2019", "                29-Nov-2026 ",
        " ******************************************", " ------------------------------", " #p opt=modredundant HF/STO-3G",
        " ------------------------------", " 1/18=120/1,3;", " -------------------", " MP2 scan of a peroxide", " -------------------",
        " The following ModRedundant input section has been read:", " D       1       2       3       4 S  11 30.000", "",
    ]

    def block(xyz, shift=0.0):
        rows = ["                          Input orientation:                          ", " " + "-" * 69,
                " Center     Atomic      Atomic             Coordinates (Angstroms)",
                " Number     Number       Type             X           Y           Z", " " + "-" * 69]
        for n, (z, r) in enumerate(zip(numbers, xyz)):
            rows.append(f"{n + 1:7d}{z:11d}{0:12d}    " + "".join(f"{x + shift:12.6f}" for x in r))
        return rows + [" " + "-" * 69]

    for i, p in enumerate(points):
        for step in range(2):
            log += block(p["xyz"], 0.0 if step else 0.01)
            log.append(f' SCF Done:  E(RHF) =  {p["energy"] + (0 if step else 0.001):.9f}     A.U. after   12 cycles')
            log += [" ***** Axes restored to original set *****", " " + "-" * 67,
                    " Center     Atomic                   Forces (Hartrees/Bohr)",
                    " Number     Number              X              Y              Z", " " + "-" * 67]
            for n, (z, g) in enumerate(zip(numbers, p["gradient"])):
                log.append(f"{n + 1:7d}{z:9d}    " + "".join(f"{-x:15.9f}" for x in g))
            log += [" " + "-" * 67, f" Step number   {step + 1} out of a maximum of   20 on scan point    {i + 1:2d} out of    {len(points):2d}"]
        log.append("    -- Number of steps exceeded,  NStep=  20" if i == 3 else "    -- Stationary point found.")
        log += block(p["xyz"])
    log += [" Normal termination of Gaussian 16 at Sun Nov 29 13:00:00 2026.", ""]
    (out / "gaussian-relaxed.log").write_text("\n".join(log))
    make_checkpoint(out, points[6], numbers)
    make_orca(out, points)


def make_checkpoint(out, point, numbers):
    def section(name, kind, values):
        rows = [f"{name:<40s}   {kind}   N={len(values):12d}"]
        width, each = (5, "{:16.8E}") if kind == "R" else (6, "{:12d}")
        rows += ["".join(each.format(v) for v in values[k : k + width]) for k in range(0, len(values), width)]
        return rows

    flat = (np.array(point["xyz"]) / BOHR).ravel().tolist()
    rows = ["peroxide", "Force     RHF                                                         STO-3G              ",
            f"{'Number of atoms':<40s}   I     {4:12d}"]
    rows += section("Atomic numbers", "I", numbers) + section("Current cartesian coordinates", "R", flat)
    rows += [f"{'Total Energy':<40s}   R     {point['energy']:22.15E}"]
    rows += section("Cartesian Gradient", "R", [x for g in point["gradient"] for x in g])
    (out / "gaussian.fchk").write_text("\n".join(rows) + "\n")


def make_orca(out, points):
    folder = out / "orca"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    text = ["                                 *****************", "                                 * O   R   C   A *",
            "                                 *****************", "                         Program Version 5.0.4  -  RELEASE  -", "",
            "|  1> ! HF STO-3G TightSCF Opt", "|  2> %geom Scan D 0 1 2 3 = -150, 180, 12 end end", "",
            "                       *    Relaxed Surface Scan    *", "There is 1 parameter to be scanned.",
            "        Dihedral (  0,   1,   2,   3):   range= -150.00000000 .. 180.00000000  steps =   12",
            f"There will be   {len(points)} constrained geometry optimizations.", ""]

    def coordinates(xyz):
        rows = ["---------------------------------", "CARTESIAN COORDINATES (ANGSTROEM)", "---------------------------------"]
        return rows + [f"  {s:<3s}" + "".join(f"{x:12.6f}" for x in r) for s, r in zip(SYMBOLS, xyz)] + [""]

    for i, p in enumerate(points):
        text += ["         *************************************************************",
                 f"         *               RELAXED SURFACE SCAN STEP {i + 1:3d}               *",
                 f"         *           Dihedral (  0,   1,   2,   3)  : {p['angle']:12.8f}         *",
                 "         *************************************************************"]
        text += coordinates(np.array(p["xyz"]) + 0.01)
        text += [f"FINAL SINGLE POINT ENERGY      {p['energy'] + 0.001:.12f}", "------------------", "CARTESIAN GRADIENT", "------------------", ""]
        text += [f"{n + 1:4d}   {s}   :" + "".join(f"{x:15.9f}" for x in g) for n, (s, g) in enumerate(zip(SYMBOLS, p["gradient"]))]
        text += ["", "                    ***        THE OPTIMIZATION HAS CONVERGED     ***",
                 "                 *** FINAL ENERGY EVALUATION AT THE STATIONARY POINT ***"]
        text += coordinates(p["xyz"])
        text += [f"FINAL SINGLE POINT ENERGY      {p['energy']:.12f}", ""]
    text += ["The Calculated Surface using the 'Actual Energy'"]
    text += [f"{p['angle']:13.8f} {p['energy']:13.8f}" for p in points] + ["", "                             ****ORCA TERMINATED NORMALLY****", ""]
    (folder / "peroxide.out").write_text("\n".join(text))
    (folder / "peroxide.relaxscanact.dat").write_text("".join(f"{p['angle']:14.8f} {p['energy']:16.8f}\n" for p in points))
    frames = xyz(points, lambda i, p: "Coordinates from ORCA-job peroxide", 6).splitlines()
    size = len(SYMBOLS) + 2
    frames = [row for k in range(0, len(frames), size) for row in [*frames[k : k + size], ">"]][:-1]
    (folder / "peroxide.allxyz").write_text("\n".join(frames) + "\n")


MAKERS = ["reference", "topology", "xtb", "psi4", "psi4_json", "qcengine", "geometric", "ase", "others", "layouts"]

if __name__ == "__main__":
    target = Path(sys.argv[1]).resolve()
    target.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or MAKERS:
        print(name, flush=True)
        globals()[f"make_{name}"](target)
