# SPDX-License-Identifier: GPL-3.0-or-later
"""One molecule: its atoms and bonds, its low conformers, and the dihedrals worth driving."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rdkit import Chem
from rdkit.Chem import AllChem

from . import xtb
from .geometry import bond_graph, handedness

SEED = 20240229
CONFORMERS = 30
# kcal/mol: conformers closer than the first are the same, those above the second are left out.
SAME_ENERGY = 5e-3
WINDOW = 2.0


@dataclass(frozen=True)
class Molecule:
    """A neutral closed-shell molecule; atoms are the heavy atoms in SMILES order, then the hydrogens."""

    id: str
    name: str
    smiles: str

    @cached_property
    def graph(self) -> Chem.Mol:
        mol = Chem.AddHs(Chem.MolFromSmiles(self.smiles))
        if Chem.GetFormalCharge(mol) != 0:
            raise ValueError(f"{self.id}: only neutral molecules are supported")
        return mol

    @cached_property
    def symbols(self) -> list[str]:
        return [atom.GetSymbol() for atom in self.graph.GetAtoms()]

    @cached_property
    def bonds(self) -> set[frozenset[int]]:
        return {frozenset((b.GetBeginAtomIdx(), b.GetEndAtomIdx())) for b in self.graph.GetBonds()}

    @cached_property
    def symmetries(self) -> list[list[int]]:
        """The permutations of atoms which keep all bonds, those that move few atoms first."""
        matches = self.graph.GetSubstructMatches(self.graph, uniquify=False, maxMatches=100_000)
        return [list(m) for m in sorted(matches, key=lambda m: sum(a != b for a, b in enumerate(m)))]

    def is_intact(self, positions: np.ndarray) -> bool:
        """Whether exactly the bonded atoms are close to each other."""
        return bond_graph(self.symbols, positions) == self.bonds

    def molblock(self, positions: np.ndarray) -> str:
        """The molecule with these coordinates as an MDL mol file."""
        mol = Chem.Mol(self.graph)
        mol.RemoveAllConformers()
        conformer = Chem.Conformer(mol.GetNumAtoms())
        for atom, point in enumerate(positions):
            conformer.SetAtomPosition(atom, [float(x) for x in point])
        mol.AddConformer(conformer)
        return Chem.MolToMolBlock(mol)


def low_conformers(molecule: Molecule) -> list[np.ndarray]:
    """Geometries of the distinct low conformers, lowest first, each optimised with GFN2-xTB.

    Conformers of equal energy, mirror images above all, count as one.
    """
    mol = Chem.Mol(molecule.graph)
    settings = AllChem.ETKDGv3()
    settings.randomSeed = SEED
    embedded = list(AllChem.EmbedMultipleConfs(mol, CONFORMERS, settings))
    AllChem.MMFFOptimizeMoleculeConfs(mol, maxIters=500)
    found: list[tuple[float, np.ndarray]] = []
    for conformer in embedded:
        positions = xtb.optimised(molecule.symbols, mol.GetConformer(conformer).GetPositions())
        energy, _ = xtb.energy_and_forces(molecule.symbols, positions)
        if molecule.is_intact(positions) and all(abs(energy - known) > SAME_ENERGY for known, _ in found):
            found.append((energy, positions))
    if not found:
        raise xtb.XtbError(f"{molecule.id}: no conformer kept its bonds in the optimisation")
    found.sort(key=lambda pair: pair[0])
    return _alike(molecule, [positions for energy, positions in found if energy < found[0][0] + WINDOW])


def driven_quartets(molecule: Molecule, hydroxyl: bool = False) -> list[tuple[int, int, int, int]]:
    """One quartet for each kind of acyclic single bond between heavy atoms that both have a further neighbour.

    Bonds are of one kind when molecular symmetry exchanges them (equal canonical ranks). The further neighbour must
    be heavy, or with `hydroxyl` the hydrogen of a hydroxyl group. Of several further neighbours the one of
    the highest rank is taken, the lowest index among equals. Amide and ester bonds are driven like all others.
    """
    mol = molecule.graph
    rank = list(Chem.CanonicalRankAtoms(mol, breakTies=False))

    def end(atom: int, other: int) -> int | None:
        candidates = [n.GetIdx() for n in mol.GetAtomWithIdx(atom).GetNeighbors() if n.GetIdx() != other]
        if not (hydroxyl and mol.GetAtomWithIdx(atom).GetSymbol() == "O"):
            candidates = [c for c in candidates if mol.GetAtomWithIdx(c).GetAtomicNum() > 1]
        return min(candidates, key=lambda c: (-rank[c], c), default=None)

    quartets, seen = [], set()
    pairs = sorted(tuple(sorted(bond)) for bond in molecule.bonds)
    for j, k in pairs:
        bond = mol.GetBondBetweenAtoms(j, k)
        i, l = end(j, k), end(k, j)
        kind = tuple(sorted((rank[j], rank[k])))
        if bond.GetBondType() != Chem.BondType.SINGLE or bond.IsInRing() or None in (i, l) or kind in seen:
            continue
        seen.add(kind)
        quartets.append((i, j, k, l))
    return quartets


def methyl_quartet(molecule: Molecule) -> tuple[int, int, int, int]:
    """H-C-X-Y of the first methyl group: its first hydrogen, and Y of the highest rank."""
    mol = molecule.graph
    rank = list(Chem.CanonicalRankAtoms(mol, breakTies=False))
    h, c, x = min(mol.GetSubstructMatches(Chem.MolFromSmarts("[#1][CX4H3][!#1]")), key=lambda m: (m[1], m[0]))
    ends = [n.GetIdx() for n in mol.GetAtomWithIdx(x).GetNeighbors() if n.GetIdx() != c and n.GetAtomicNum() > 1]
    return h, c, x, min(ends, key=lambda a: (-rank[a], a))


def mirror_relabelling(molecule: Molecule, quartet: tuple[int, ...], positions: np.ndarray) -> list[int] | None:
    """A permutation p such that the mirror image, atom a taken from p[a], is the same labelled molecule.

    It keeps the quartet, so it maps a geometry at angle x to one at -x of the same energy. None for scans
    without this symmetry.
    """
    everything = list(range(len(positions)))
    wanted = handedness(positions, molecule.bonds)
    return _relabelling(molecule, mirrored(positions, everything), wanted, quartet)


def mirrored(positions: np.ndarray, relabelling: list[int]) -> np.ndarray:
    """The mirror image with its atoms relabelled."""
    return positions[relabelling] * np.array([-1.0, 1.0, 1.0])


def _alike(molecule: Molecule, conformers: list[np.ndarray]) -> list[np.ndarray]:
    """The conformers relabelled so that like neighbours (the hydrogens of a CH2) have the same handedness in all."""
    wanted = handedness(conformers[0], molecule.bonds)
    found = [(positions, _relabelling(molecule, positions, wanted)) for positions in conformers]
    return [positions[relabelling] for positions, relabelling in found if relabelling is not None]


def _relabelling(molecule: Molecule, positions: np.ndarray, wanted: list[int],
                 fixed: tuple[int, ...] = ()) -> list[int] | None:
    """The graph symmetry p of fewest moves, none of a `fixed` atom, which gives positions[p] the wanted handedness."""
    for symmetry in molecule.symmetries:
        is_allowed = all(symmetry[atom] == atom for atom in fixed)
        if is_allowed and handedness(positions[symmetry], molecule.bonds) == wanted:
            return symmetry
    return None
