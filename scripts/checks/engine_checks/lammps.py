# SPDX-License-Identifier: GPL-3.0-or-later
"""LAMMPS: a complete input (NAME.data, NAME.in) run at every grid point, energies by term."""
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np

# The columns of the input's thermo_style.
TERMS = ("total", "bond", "angle", "dihedral", "improper", "lj", "coulomb")


def energies(stem: Path, positions: np.ndarray, program: str = "lmp", include: Path | None = None,
             environment: dict[str, str] | None = None) -> list[dict[str, float]]:
    """Energies of every frame (angstrom), kcal/mol; `include` is a parameter file read after the data file."""
    data = stem.with_name(stem.name + ".data").read_text()
    script = stem.with_name(stem.name + ".in").read_text()
    if include is not None:
        script = script.replace("thermo_style", f"include {include.resolve()}\nthermo_style", 1)
    result = []
    with tempfile.TemporaryDirectory(prefix="swivel-lammps-") as folder:
        for frame in positions:
            Path(folder, f"{stem.name}.data").write_text(moved(data, frame))
            Path(folder, "run.in").write_text(script.replace("%.12g", "%.15g"))
            done = subprocess.run([program, "-in", "run.in", "-log", "none"], cwd=folder, capture_output=True,
                                  text=True, env=environment)
            found = re.search(r"PotEng.*\n(.*)", done.stdout)
            if done.returncode != 0 or not found:
                raise RuntimeError(f"{program} on {stem}: {done.stdout[-600:]} {done.stderr[-300:]}")
            result.append(dict(zip(TERMS, map(float, found.group(1).split()), strict=True)))
    return result


def moved(data: str, positions: np.ndarray) -> str:
    """A data file of atom_style full with other positions, in the order of the atoms' numbers."""
    out, inside = [], False
    for line in data.splitlines():
        words = line.split("#")[0].split()
        if words and words[0][0].isalpha():
            inside = words == ["Atoms"]
        elif inside and words:
            x, y, z = positions[int(words[0]) - 1]
            line = " ".join(words[:4]) + f" {x:.10f} {y:.10f} {z:.10f}"
        out.append(line)
    return "\n".join(out) + "\n"
