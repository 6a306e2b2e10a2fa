# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bonds of a molecule are driven, by which four atoms, and when two bonds have the same surroundings."""
from rdkit import Chem

# Bonds away from the driven bond up to which surroundings must be the same to count as equal.
RADIUS = 2


def driven_quartets(mol, methyls, polar):
    """One quartet for each kind of rotatable bond, as (quartet, key of its surroundings).

    Rotatable: single, in no ring, no end of it linear or without further neighbours. Bonds that symmetry exchanges are
    one kind. A side that ends in hydrogens alone counts with `methyls` (carbon) or `polar` (N, O, S, P).
    """
    rank = list(Chem.CanonicalRankAtoms(mol, breakTies=False))
    order = list(Chem.CanonicalRankAtoms(mol, breakTies=True))
    found, seen = [], set()
    for bond in sorted(mol.GetBonds(), key=lambda b: sorted((b.GetBeginAtomIdx(), b.GetEndAtomIdx()))):
        j, k = sorted((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()))
        if bond.GetBondType() != Chem.BondType.SINGLE or bond.IsInRing() or _is_linear(mol, j) or _is_linear(mol, k):
            continue
        i, l = (_end(mol, order, a, b, methyls, polar) for a, b in ((j, k), (k, j)))
        kind = tuple(sorted((rank[j], rank[k])))
        if i is None or l is None or kind in seen:
            continue
        # Two hydrogens at the ends, as in ethane, are driven with methyls only.
        seen.add(kind)
        found.append(((i, j, k, l), surroundings(mol, j, k)))
    return found


def _is_linear(mol, atom):
    return mol.GetAtomWithIdx(atom).GetHybridization() == Chem.HybridizationType.SP


def _end(mol, order, atom, other, methyls, polar):
    """The further neighbour that marks the dihedral: heavy before hydrogen, then the highest canonical rank."""
    centre = mol.GetAtomWithIdx(atom)
    others = [n for n in centre.GetNeighbors() if n.GetIdx() != other]
    heavy = [n for n in others if n.GetAtomicNum() > 1]
    if not heavy and not (methyls if centre.GetAtomicNum() == 6 else polar):
        return None
    return max((n.GetIdx() for n in heavy or others), key=lambda a: order[a], default=None)


def surroundings(mol, j, k):
    """The canonical text of the atoms within RADIUS bonds of j or k, with j and k marked: equal for equal environments."""
    distance = Chem.GetDistanceMatrix(mol)
    atoms = [a for a in range(mol.GetNumAtoms()) if min(distance[a][j], distance[a][k]) <= RADIUS]
    marked = Chem.Mol(mol)
    symbols = []
    for atom in marked.GetAtoms():
        mark = "*" if atom.GetIdx() in (j, k) else ""
        ring = "r" if atom.IsInRing() else ""
        # Aromatic atoms cut out of their ring would not be read again, so each atom carries its own description.
        aromatic = "a" if atom.GetIsAromatic() else ""
        symbols.append(f"[{atom.GetSymbol()}{aromatic}{ring}{atom.GetDegree()}{atom.GetFormalCharge():+d}{mark}]")
    return Chem.MolFragmentToSmiles(marked, atoms, atomSymbols=symbols, allBondsExplicit=True, allHsExplicit=True)


def picture(mol, quartet):
    """An SVG of the molecule with the driven bond coloured."""
    from rdkit.Chem import rdDepictor
    from rdkit.Chem.Draw import rdMolDraw2D
    flat = Chem.Mol(mol)
    for atom in flat.GetAtoms():
        atom.SetBoolProp("keep", atom.GetIdx() in quartet)
    flat = Chem.RWMol(flat)
    for atom in sorted((a.GetIdx() for a in flat.GetAtoms()
                        if a.GetAtomicNum() == 1 and not a.GetBoolProp("keep")), reverse=True):
        neighbour = flat.GetAtomWithIdx(atom).GetNeighbors()[0]
        neighbour.SetNumExplicitHs(neighbour.GetNumExplicitHs() + 1)
        flat.RemoveAtom(atom)
    flat = flat.GetMol()
    Chem.SanitizeMol(flat)
    names = {a.GetIntProp("swivel"): a.GetIdx() for a in flat.GetAtoms()}
    atoms = [names[a] for a in quartet]
    rdDepictor.Compute2DCoords(flat)
    drawing = rdMolDraw2D.MolDraw2DSVG(360, 260)
    bond = flat.GetBondBetweenAtoms(atoms[1], atoms[2]).GetIdx()
    drawing.DrawMolecule(flat, highlightAtoms=atoms, highlightBonds=[bond])
    drawing.FinishDrawing()
    return drawing.GetDrawingText()
