# SPDX-License-Identifier: GPL-3.0-or-later
"""GFN2-xTB by the xtb program: optimisation, with one dihedral held if wanted, and energy with forces.

Everything outside this file is in angstrom, kcal/mol and kcal/mol/angstrom.
"""
import os
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np

# CODATA 2018, and the thermochemical calorie.
HARTREE_JOULE = 4.3597447222071e-18
AVOGADRO = 6.02214076e23
HARTREE = HARTREE_JOULE * AVOGADRO / 4184.0  # kcal/mol
BOHR = 0.529177210903  # angstrom

METHOD = "GFN2-xTB"
# From tight to tighter; the next one is tried when xtb does not converge.
OPTIMISATION_LEVELS = ("extreme", "vtight")
# Restraints on the driven dihedral, hartree/rad²: the first is soft enough not to break bonds; the next is tried where
# shifting its centre does not settle (a scan's _relaxed shifts it), because the molecule's own curvature overcomes it,
# as at 180 degrees of 2,2'-difluorobiphenyl.
RESTRAINTS = (1.0, 3.0)
TIME_LIMIT = 600  # seconds for one call


class XtbError(Exception):
    """xtb failed or did not converge."""


def version() -> str:
    """The version of the xtb program."""
    text = subprocess.run(["xtb", "--version"], capture_output=True, text=True, check=True).stdout
    return re.search(r"xtb version (\S+)", text).group(1)


def optimised(symbols: list[str], positions: np.ndarray, quartet: tuple[int, ...] | None = None,
              centre: float | None = None, restraint: float = RESTRAINTS[0]) -> np.ndarray:
    """The optimised geometry; if given, `restraint` (hartree/rad²) draws the dihedral of `quartet` to `centre` degrees."""
    error = None
    for level in OPTIMISATION_LEVELS:
        with tempfile.TemporaryDirectory(prefix="swivel-xtb-") as folder:
            options = ["--opt", level]
            if quartet is not None:  # xtb never returns from an empty input file
                atoms = ",".join(str(atom + 1) for atom in quartet)
                Path(folder, "xtb.inp").write_text(
                    f"$constrain\n force constant={restraint}\n dihedral: {atoms},{centre:.6f}\n$end\n")
                options += ["--input", "xtb.inp"]
            try:
                _run(folder, symbols, positions, *options)
                return _read_xyz(Path(folder, "xtbopt.xyz"))
            except XtbError as failure:
                error = failure
    raise error


def energy_and_forces(symbols: list[str], positions: np.ndarray) -> tuple[float, np.ndarray]:
    """The energy (kcal/mol) and the forces -dE/dx (kcal/mol/angstrom), nothing restrained."""
    with tempfile.TemporaryDirectory(prefix="swivel-xtb-") as folder:
        _run(folder, symbols, positions, "--grad")
        lines = Path(folder, "gradient").read_text().replace("D", "E").split("\n")
    energy = float(re.search(r"ENERGY\s*=\s*(\S+)", lines[1], re.IGNORECASE).group(1))
    atoms = len(symbols)
    gradient = np.array([[float(x) for x in line.split()] for line in lines[2 + atoms:2 + 2 * atoms]])
    return energy * HARTREE, -gradient * HARTREE / BOHR


def _run(folder: str, symbols: list[str], positions: np.ndarray, *options: str) -> None:
    xyz = [str(len(symbols)), ""]
    xyz += [f"{s} {x:.10f} {y:.10f} {z:.10f}" for s, (x, y, z) in zip(symbols, positions)]
    Path(folder, "in.xyz").write_text("\n".join(xyz) + "\n")
    environment = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_STACKSIZE": "1G"}
    command = ["xtb", "in.xyz", "--gfn", "2", "--acc", "0.1", "--norestart", *options]
    try:
        result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True,
                                timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        raise XtbError(f"xtb ran longer than {TIME_LIMIT} s: {' '.join(command)}") from None
    if result.returncode != 0 or Path(folder, ".sccnotconverged").exists():
        raise XtbError(f"xtb failed: {' '.join(command)}: {result.stderr.strip()[-300:]}")
    if "--opt" in options and Path(folder, "NOT_CONVERGED").exists():
        raise XtbError(f"xtb did not converge: {' '.join(command)}")


def _read_xyz(path: Path) -> np.ndarray:
    lines = path.read_text().split("\n")
    return np.array([[float(x) for x in line.split()[1:4]] for line in lines[2:2 + int(lines[0])]])
