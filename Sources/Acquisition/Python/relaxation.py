# SPDX-License-Identifier: GPL-3.0-or-later
"""Relaxation by geomeTRIC, free or with one dihedral held, and the checks that the molecule is still the molecule."""
import contextlib
import io
import logging
import os
import tempfile

import numpy as np
from geometric import engine, errors, molecule, optimize

from cartesian import bond_graph, dihedral, handedness, turned, wrapped
from levels import BOHR, Level, QuantumError

# Largest difference (degree) between the dihedral and its grid angle.
ANGLE_TOLERANCE = 0.01
# Energy (hartree), rms and largest gradient (hartree/bohr), rms and largest step (angstrom).
TIGHT = {"convergence_energy": 1e-7, "convergence_grms": 5e-5, "convergence_gmax": 1e-4, "convergence_drms": 4e-4,
         "convergence_dmax": 8e-4}
USUAL = {"convergence_energy": 1e-6, "convergence_grms": 3e-4, "convergence_gmax": 4.5e-4, "convergence_drms": 1.2e-3,
         "convergence_dmax": 1.8e-3}
# Attempt by attempt: coordinates, trust radius, largest trust radius, steps, enforcement of the dihedral; the last repeats.
# The dihedral is at its angle from the start and stays there within 1e-6 degrees without enforcement, which costs 30 % of
# the time (lidocaine, one grid point: 1.25 against 1.8 CPU seconds, the same energy within 1e-6 kcal/mol).
RECIPES = (("tric", 0.1, 0.3, 200, 0.0), ("hdlc", 0.03, 0.1, 400, 0.1), ("dlc", 0.01, 0.03, 1000, 0.1))
# Degrees the dihedral may be turned at once in the last recipes, which relax on the way.
GENTLE_TURN = 5.0


class Broken(Exception):
    """The relaxed geometry is not the molecule any more, or not at its angle."""


class _Engine(engine.Engine):
    def __init__(self, frame, level):
        super().__init__(frame)
        self.level = level

    def calc_new(self, coords, dirname):
        energy, gradient = self.level.gradient(coords)
        return {"energy": energy, "gradient": gradient}


def relaxed(symbols, bonds, positions, level, attempt, quartet=None, angle=None):
    """Relaxed positions (angstrom); `quartet` is turned to `angle` (degree) and held there.

    Raises Broken, QuantumError.
    """
    wanted = handedness(positions, bonds)
    if quartet is None:
        result = _optimised(symbols, positions, level, attempt, None, None)
    else:
        for target in _way(dihedral(positions, quartet), angle, attempt):
            positions = _optimised(symbols, turned(positions, bonds, quartet, target), level, attempt, quartet, target)
        missing = wrapped(angle - dihedral(positions, quartet))
        if abs(missing) > ANGLE_TOLERANCE:
            raise Broken(f"the dihedral ended {missing:.3f} degrees from its grid angle")
        result = turned(positions, bonds, quartet, angle)
    changed = bond_graph(symbols, result) ^ bonds
    if changed:
        pairs = ", ".join(f"{symbols[a]}{a}-{symbols[b]}{b}" for a, b in sorted(changed)[:4])
        raise Broken(f"bonds changed: {pairs}")
    if handedness(result, bonds) != wanted:
        raise Broken("a centre was inverted")
    return np.round(result, 8)


def _way(start, end, attempt):
    """The angles to relax at from start to end: the end alone, or in the last recipe small turns to it."""
    turn = wrapped(end - start)
    steps = max(1, int(np.ceil(abs(turn) / GENTLE_TURN))) if attempt >= 2 else 1
    return [wrapped(start + turn * (n + 1) / steps) for n in range(steps - 1)] + [end]


def _optimised(symbols, positions, level: Level, attempt, quartet, angle):
    frame = molecule.Molecule()
    frame.elem = list(symbols)
    frame.xyzs = [np.array(positions)]
    frame.charge, frame.mult = level.charge, 1
    coordinates, trust, largest, steps, enforce = RECIPES[min(attempt, len(RECIPES) - 1)]
    converge = TIGHT if level.level["program"] in ("tblite", "xtb") else USUAL
    settings = {"customengine": _Engine(frame, level), "input": "job.txt", "coordsys": coordinates, "trust": trust,
                "tmax": largest, "maxiter": steps, "epsilon": 0.0, "verbose": 0} | converge
    here = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="swivel-relax-") as folder, contextlib.redirect_stdout(io.StringIO()):
        os.chdir(folder)
        try:
            open("job.txt", "w").close()
            if quartet is not None:
                with open("constraints.txt", "w") as file:
                    print("$set\ndihedral", *(atom + 1 for atom in quartet), f"{angle:.8f}", file=file)
                settings |= {"constraints": "constraints.txt", "enforce": enforce}
            progress = optimize.run_optimizer(**settings)
        except errors.GeomOptNotConvergedError:
            raise Broken(f"the relaxation did not converge in {steps} steps") from None
        except errors.EngineError as error:
            raise QuantumError(str(error)) from None
        except (errors.Error, np.linalg.LinAlgError, RuntimeError) as error:
            raise Broken(f"geomeTRIC: {str(error)[:200] or type(error).__name__}") from None
        finally:
            os.chdir(here)
    return np.array(progress.xyzs[-1])


def quiet():
    """geomeTRIC tells its story to loggers; nobody reads it here."""
    logging.getLogger("geometric").handlers = [logging.NullHandler()]
    logging.getLogger("geometric").propagate = False
    logging.disable(logging.WARNING)
