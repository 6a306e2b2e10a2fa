# SPDX-License-Identifier: GPL-3.0-or-later
"""Swivel's jobs as programs of QCEngine, for the compute managers of a QCFractal server.

In the manager's environment (fractal_wheel.py puts it there) this is the package swivel_qcengine, worker.py and what it
imports beside it. Importing QCEngine then registers

    swivel                          an optimisation: relaxed with the dihedral held, as worker.py does it
    swivel-tblite, swivel-pyscf     a gradient, as worker.py computes it

Each job runs in worker.py in a process of its own, one thread, whatever else the environment has: the same bits as on
the machine where Swivel is. The other half, jobs as records, is in fractal.py, which takes the words from here.
"""
import hashlib
import importlib.abc
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from typing import ClassVar

# angstrom; as in levels.py. Both halves must have the same.
BOHR = 0.529177210903
RELAX = "swivel"
POINT = "swivel-"
PROGRAMS = {"tblite": ("tblite",), "pyscf": ("pyscf",)}
RELAX_NEEDS = ("geometric", "rdkit")
# QCFractal keeps methods in lower case; tblite wants its own spelling.
METHODS = {"gfn1-xtb": "GFN1-xTB", "gfn2-xtb": "GFN2-xTB"}
# What decides about results; its hash is the version that both halves must have.
WORKER = ("cartesian.py", "harnesses.py", "levels.py", "relaxation.py", "worker.py")
OTHER_SOURCES = "the manager's plugin is of another Swivel"
HERE = os.path.dirname(os.path.abspath(__file__))


def sources():
    """The hash of the worker's sources beside this file."""
    total = hashlib.sha256()
    for name in WORKER:
        with open(os.path.join(HERE, name), "rb") as file:
            total.update(file.read())
    return total.hexdigest()[:12]


def geometry(positions):
    """Positions (angstrom) as a record has them: bohr, flat, 8 decimals."""
    return [round(value / BOHR, 8) for row in positions for value in row]


def positions(values):
    """The positions (angstrom, 8 decimals) that `geometry` was made from: 1e-8 bohr is finer than 1e-8 angstrom."""
    flat = [round(float(value) * BOHR, 8) for value in values]
    return [flat[first:first + 3] for first in range(0, len(flat), 3)]


def keywords(job, limit):
    """The keywords of the record of a job; `limit` is the seconds that it may take."""
    words = {"attempt": job["attempt"], "memory": job["memory"], "limit": limit, "sources": sources()}
    if job["kind"] == "relax":
        held = {"type": "dihedral", "indices": job["quartet"], "value": job["angle"]}
        words |= {"bonds": job["bonds"], "constraints": {"set": [held]}}
    return words


def job_of(molecule, words, program, model):
    """The job that a record was made from."""
    if words.get("sources") != sources():
        raise _error(f"{OTHER_SOURCES}: {sources()} here, {words.get('sources')} wanted")
    held = words.get("constraints", {"set": [{}]})["set"][0]
    method = model.method.lower()
    return {"schema": "swivel.job/1", "kind": "relax" if held else "point",
            "symbols": [str(symbol) for symbol in molecule.symbols],
            "charge": int(molecule.molecular_charge), "positions": positions(molecule.geometry.ravel()),
            "bonds": words.get("bonds", []), "quartet": held.get("indices", []), "angle": held.get("value", 0.0),
            "attempt": words["attempt"], "memory": words["memory"],
            "level": {"program": program.removeprefix(POINT), "method": METHODS.get(method, method),
                      "basis": model.basis or None}}


def computed(job, limit):
    """The worker's result file of a job; raises QCEngine's error where there is none or it says why not."""
    with tempfile.TemporaryDirectory(prefix="swivel-") as folder:
        source, target = os.path.join(folder, "job.json"), os.path.join(folder, "result.json")
        with open(source, "w") as file:
            json.dump(job, file)
        try:
            ended = subprocess.run([sys.executable, os.path.join(HERE, "worker.py"), source, target], cwd=folder,
                                   stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit)
        except subprocess.TimeoutExpired:
            raise _error(f"took longer than {limit:.0f} s") from None
        if not os.path.exists(target):
            words = (ended.stderr.strip().splitlines() or ["no words"])[-1]
            raise _error(f"its worker died (status {ended.returncode}): {words[:300]}")
        with open(target) as file:
            answer = json.load(file)
    if not answer["ok"]:
        raise _error(answer["error"])
    return answer


def _error(words):
    from qcengine.exceptions import UnknownError
    return UnknownError(words)


def _found(names, raise_error):
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing and raise_error:
        raise ModuleNotFoundError(f"no module named {', '.join(missing)}")
    return not missing


def register():
    """Make the programs known to QCEngine, which is being imported."""
    from qcengine.procedures import list_all_procedures, register_procedure
    from qcengine.programs import register_program
    if RELAX in list_all_procedures():
        return
    relaxation, harness = _harnesses()
    register_procedure(relaxation())
    for program in PROGRAMS:
        register_program(harness(name=POINT + program))


def _harnesses():
    import numpy as np
    from qcelemental import constants
    from qcelemental.models import v2
    from qcengine.procedures.model import ProcedureHarness
    from qcengine.programs.model import ProgramHarness
    kcal = constants.hartree2kcalmol

    def outcome(answer):
        return {"return_energy": answer["energy"] / kcal,
                "return_gradient": (-np.array(answer["forces"]) * (BOHR / kcal)).tolist()}

    def stamp():
        return v2.Provenance(creator=RELAX, version=sources(), routine="swivel_qcengine")

    class Relaxation(ProcedureHarness):
        """Relaxed with one dihedral held; the worker's whole answer is in the result's extras."""

        _defaults: ClassVar = {"name": RELAX, "procedure": "optimization"}

        def found(self, raise_error=False):
            return _found(RELAX_NEEDS, raise_error)

        def get_version(self):
            return sources()

        def build_input_model(self, data, *, return_input_schema_version=False):
            return self._build_model(data, "OptimizationInput", return_input_schema_version=return_input_schema_version)

        def compute(self, input_model, config):
            outer = input_model.specification
            start, inner = input_model.initial_molecule, outer.specification
            answer = computed(job_of(start, outer.keywords, inner.program, inner.model), outer.keywords["limit"])
            final = v2.Molecule(symbols=start.symbols, geometry=geometry(answer["positions"]), fix_com=True,
                                fix_orientation=True, molecular_charge=start.molecular_charge)
            return v2.OptimizationResult(
                input_data=input_model, success=True, final_molecule=final, trajectory_results=[],
                trajectory_properties=[v2.AtomicProperties(calcinfo_natom=len(start.symbols), **outcome(answer))],
                provenance=stamp(), properties=v2.OptimizationProperties(**outcome(answer)), extras={RELAX: answer})

    class Point(ProgramHarness):
        """Energy and gradient; the worker's whole answer is in the result's extras."""

        _defaults: ClassVar = {"scratch": False, "thread_safe": False, "thread_parallel": False, "node_parallel": False,
                               "managed_memory": False}

        def found(self, raise_error=False):
            return _found(PROGRAMS[self.name.removeprefix(POINT)], raise_error)

        def get_version(self):
            return sources()

        def compute(self, input_data, config):
            molecule, asked = input_data.molecule, input_data.specification
            answer = computed(job_of(molecule, asked.keywords, self.name, asked.model), asked.keywords["limit"])
            values = outcome(answer)
            return v2.AtomicResult(
                input_data=input_data, molecule=molecule, success=True, provenance=stamp(), extras={RELAX: answer},
                properties=values | {"calcinfo_natom": len(molecule.symbols)}, return_result=values["return_gradient"])

    return Relaxation, Point


class WhenImported(importlib.abc.MetaPathFinder):
    """Registers the programs as soon as something imports QCEngine, and costs nothing where nothing does."""

    def find_spec(self, name, path, target=None):
        """Python asks for each module; only QCEngine's own is waited for."""
        if name != "qcengine":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None:
            run = spec.loader.exec_module

            def run_and_register(module):
                run(module)
                register()

            spec.loader.exec_module = run_and_register
        return spec


def wait_for_qcengine():
    """What the .pth file of the wheel calls at each start of Python."""
    sys.meta_path.insert(0, WhenImported())
