# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the folders of scripts/ importable for their tests, and holds the geometries they share."""
import sys
from pathlib import Path

import numpy as np
import pytest
from rdkit.Chem import AllChem

SCRIPTS = Path(__file__).resolve().parent.parent
# Seconds after which a program that tests wait for counts as hanging. No test takes a hundredth of it on an idle machine:
# it is there so that a hang ends, not so that anything is quick.
HANGS_AFTER = 1800
sys.path[:0] = [str(SCRIPTS / folder) for folder in ("families", "checks", "docs")]

from family_builder.molecules import Molecule  # noqa: E402  (needs the path above)


def embedded(molecule: Molecule) -> np.ndarray:
    """Some geometry of the molecule, always the same."""
    mol = AllChem.Mol(molecule.graph)
    assert AllChem.EmbedMolecule(mol, randomSeed=7) == 0
    AllChem.MMFFOptimizeMolecule(mol)
    return mol.GetConformer().GetPositions()


@pytest.fixture(scope="session")
def families() -> Path:
    """The shipped families."""
    return SCRIPTS.parent / "families"


@pytest.fixture(scope="session")
def butane() -> Molecule:
    return Molecule("butane", "butane", "CCCC")


@pytest.fixture(scope="session")
def butane_positions(butane: Molecule) -> np.ndarray:
    return embedded(butane)
