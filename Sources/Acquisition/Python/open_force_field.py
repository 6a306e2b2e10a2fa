# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenFF toolkit, imported late and only where it is needed, and its molecules with atoms in our order."""
import importlib.metadata
import warnings
from functools import cache

from molecules import Refused

# The packages on PyPI have other names than the ones they ask for their versions.
NAMES = {"openff.toolkit": "acellera-openff-toolkit", "openff.interchange": "openff-interchange"}
NEEDED = "the OpenFF toolkit is not there: `swivel doctor --install` makes an environment that has it"


@cache
def toolkit():
    """The package openff.toolkit.

    Raises Refused.
    """
    version = importlib.metadata.version
    importlib.metadata.version = lambda name: version(NAMES.get(name, name))
    warnings.filterwarnings("ignore")
    try:
        import openff.toolkit
    except ImportError as error:
        raise Refused(f"{NEEDED} ({error})") from None
    finally:
        importlib.metadata.version = version
    return openff.toolkit


def molecule(mol):
    """An OpenFF molecule of an RDKit molecule with all hydrogens, atoms in its order."""
    return toolkit().Molecule.from_rdkit(mol, allow_undefined_stereo=True, hydrogens_are_explicit=True)
