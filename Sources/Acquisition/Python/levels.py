# SPDX-License-Identifier: GPL-3.0-or-later
"""Energies and gradients at a level of theory, through QCEngine, with the gentler settings of later attempts.

A level is {"program", "method", "basis" (or null)}; units here are hartree, bohr outside `energy_and_forces`.
"""
import numpy as np
import qcengine

import harnesses

HARTREE = 4.3597447222071e-18 * 6.02214076e23 / 4184.0  # kcal/mol
BOHR = 0.529177210903  # angstrom
# What each attempt adds for a program; the last repeats.
KEYWORDS = {
    "tblite": [{}, {"damping": 0.2, "maxiter": 1000}, {"damping": 0.1, "maxiter": 2000}],
    "pyscf": [{}, {"level_shift": 0.3, "max_cycle": 300}, {"level_shift": 0.6, "max_cycle": 600}],
    "psi4": [{}, {"damping_percentage": 20, "maxiter": 300}, {"soscf": True, "maxiter": 300}],
}


class QuantumError(Exception):
    """The program could not give an energy."""


class Level:
    """One level of theory for one molecule."""

    def __init__(self, level, symbols, charge, attempt, memory):
        harnesses.register()
        self.level, self.symbols, self.charge, self.memory = level, symbols, charge, memory
        steps = KEYWORDS.get(level["program"], [{}])
        self.keywords = steps[min(attempt, len(steps) - 1)]
        self.provenance = None

    def gradient(self, positions):
        """Energy (hartree) and gradient (hartree/bohr, flat) at positions in bohr."""
        model = {"method": self.level["method"]}
        if self.level.get("basis"):
            model["basis"] = self.level["basis"]
        data = {
            "molecule": {"symbols": self.symbols, "geometry": np.asarray(positions).ravel().tolist(),
                         "molecular_charge": self.charge, "fix_com": True, "fix_orientation": True},
            "driver": "gradient", "model": model, "keywords": self.keywords,
        }
        try:
            result = qcengine.compute(data, self.level["program"], raise_error=True,
                                      task_config={"ncores": 1, "memory": self.memory})
        except Exception as error:  # QCEngine wraps whatever the program raised
            raise QuantumError(f"{self.level['program']}: {str(error).strip().splitlines()[-1][:300]}") from None
        self.provenance = {"program": result.provenance.creator, "version": result.provenance.version,
                           "qcengine": qcengine.__version__}
        gradient = np.array(result.return_result).ravel()
        energy = float(result.properties.return_energy)
        if not (np.isfinite(energy) and np.isfinite(gradient).all()):
            raise QuantumError(f"{self.level['program']}: the energy or the gradient is not a number")
        return energy, gradient

    def energy_and_forces(self, positions):
        """Energy (kcal/mol) and forces (kcal/mol/angstrom) at positions in angstrom."""
        energy, gradient = self.gradient(np.asarray(positions) / BOHR)
        return energy * HARTREE, -gradient.reshape(-1, 3) * HARTREE / BOHR
