# SPDX-License-Identifier: GPL-3.0-or-later
"""A molecule and its grid points as the engines take them; energies by term in kcal/mol."""
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import parmed

# AMBER's Coulomb constant, and the one of GROMACS and OpenMM (138.935458 kJ nm), kcal/mol A.
AMBER_COULOMB = 18.2223 ** 2
SI_COULOMB = 138.935458 / 0.4184
TERMS = ("bond", "angle", "dihedral", "lj", "coulomb")


@dataclass
class Frames:
    """A molecule's topology and all its grid points (angstrom)."""

    name: str
    prmtop: Path
    positions: np.ndarray  # frame, atom, axis

    @property
    def structure(self) -> parmed.Structure:
        return parmed.load_file(str(self.prmtop), xyz=self.positions[0])


def read_positions(paths: list[Path]) -> np.ndarray:
    """All frames of extended XYZ files whose first columns are species and position."""
    frames = []
    for path in paths:
        lines = path.read_text().splitlines()
        while lines:
            count = int(lines[0])
            if not re.search(r"Properties=species:S:1:pos:R:3", lines[1]):
                raise ValueError(f"{path}: unexpected columns")
            frames.append([[float(x) for x in line.split()[1:4]] for line in lines[2:2 + count]])
            lines = lines[2 + count:]
    return np.array(frames)
