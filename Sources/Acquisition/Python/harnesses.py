# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that QCEngine does not know: tblite and PySCF take and give the same QCSchema as its own harnesses.

One thread each: two one-thread jobs beat one job on two threads by far, and one thread gives the same bits each time.
"""
import numpy as np
import qcengine
from qcelemental.models.v2 import AtomicResult, Provenance
from qcengine.exceptions import InputError, UnknownError
from qcengine.programs.model import ProgramHarness


class _Harness(ProgramHarness):
    version_check: bool = False

    @staticmethod
    def _package():
        raise NotImplementedError

    @classmethod
    def found(cls, raise_error=False):
        try:
            cls._package()
            return True
        except ImportError:
            if raise_error:
                raise
            return False

    def get_version(self):
        return self._package().__version__

    def _result(self, data, energy, gradient):
        wants_gradient = data.specification.driver == "gradient"
        properties = {"return_energy": energy, "calcinfo_natom": len(data.molecule.symbols)}
        if wants_gradient:
            properties["return_gradient"] = gradient.tolist()
        return AtomicResult(
            input_data=data, molecule=data.molecule, success=True, properties=properties,
            return_result=gradient.tolist() if wants_gradient else energy,
            provenance=Provenance(creator=self.name, version=self.get_version(), routine="swivel"))


class TbliteHarness(_Harness):
    """GFN1-xTB, GFN2-xTB, IPEA1-xTB. Keywords: accuracy, maxiter, damping, spin."""

    _defaults = {"name": "tblite", "scratch": False, "thread_safe": False, "thread_parallel": True,
                 "node_parallel": False, "managed_memory": False}

    @staticmethod
    def _package():
        from importlib import metadata, import_module
        package = import_module("tblite")
        package.__version__ = metadata.version("tblite")
        return package

    def compute(self, input_data, config):
        from tblite.interface import Calculator
        molecule, keywords = input_data.molecule, input_data.specification.keywords
        numbers = np.array(molecule.atomic_numbers)
        calculator = Calculator(input_data.specification.model.method, numbers, np.array(molecule.geometry).reshape(-1, 3),
                                charge=molecule.molecular_charge, uhf=molecule.molecular_multiplicity - 1)
        calculator.set("verbosity", 0)
        calculator.set("accuracy", keywords.get("accuracy", 0.1))
        calculator.set("max-iter", keywords.get("maxiter", 250))
        if "damping" in keywords:
            calculator.set("mixer-damping", keywords["damping"])
        try:
            result = calculator.singlepoint()
        except Exception as error:  # tblite has errors of its own for what it cannot do
            raise UnknownError(f"tblite: {error}") from None
        return self._result(input_data, float(result.get("energy")), np.array(result.get("gradient")))


class PySCFHarness(_Harness):
    """Kohn-Sham and Hartree-Fock with density fitting; "-D3BJ" of a method is taken as dispersion.

    Keywords: conv_tol, max_cycle, level_shift, grid_level.
    """

    _defaults = {"name": "pyscf", "scratch": False, "thread_safe": False, "thread_parallel": True,
                 "node_parallel": False, "managed_memory": True}

    @staticmethod
    def _package():
        import pyscf
        return pyscf

    def compute(self, input_data, config):
        from pyscf import dft, gto, lib, scf
        lib.num_threads(config.ncores)
        molecule, keywords = input_data.molecule, input_data.specification.keywords
        geometry = np.array(molecule.geometry).reshape(-1, 3)
        if input_data.specification.model.basis is None:
            raise InputError("PySCF needs a basis set")
        system = gto.M(atom=list(zip(molecule.symbols, geometry.tolist())), unit="Bohr",
                       basis=input_data.specification.model.basis, verbose=0,
                       charge=int(molecule.molecular_charge), spin=molecule.molecular_multiplicity - 1,
                       max_memory=config.memory * 1000)
        method, _, dispersion = input_data.specification.model.method.lower().partition("-d3")
        if method in ("hf", "rhf"):
            field = scf.HF(system)
        else:
            field = dft.KS(system, xc=method)
            field.grids.level = keywords.get("grid_level", 3)
        field = field.density_fit()
        if dispersion:
            field.disp = "d3" + dispersion
        field.conv_tol = keywords.get("conv_tol", 1e-9)
        field.max_cycle = keywords.get("max_cycle", 100)
        field.level_shift = keywords.get("level_shift", 0.0)
        energy = field.kernel()
        if not field.converged:
            raise UnknownError(f"the SCF did not converge in {field.max_cycle} cycles")
        gradient = field.nuc_grad_method()
        gradient.grid_response = False
        return self._result(input_data, float(energy), np.array(gradient.kernel()))


def register():
    """Make both known to QCEngine; twice is once."""
    for harness in (TbliteHarness, PySCFHarness):
        made = harness(**harness._defaults)
        if made.name not in qcengine.list_all_programs():
            qcengine.register_program(made)
