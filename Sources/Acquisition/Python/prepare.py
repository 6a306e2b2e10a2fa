# SPDX-License-Identifier: GPL-3.0-or-later
"""Molecules to topologies, start geometries and drives: the Python side of `swivel prepare`.

    python prepare.py REQUEST RESULT

A request (schema swivel.prepare/1) has "sources", "base" (gaff2, gaff, sage-2.2, sage-2.3, or the path of an offxml), "topology"
(the user's own, of the one molecule), "methyls", "polar", "all_bonds", "largest", "whole" (heavy atoms of the largest molecule
that is driven whole; larger ones in fragments), "starts", "output" (the family folder). For each molecule the result
has "ok": true with what a drive list holds, or "ok": false with "error". Lines on standard output are progress.
"""
import json
import os
import re
import shutil
import sys
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import rdkit
from rdkit import Chem, RDLogger

import amber_topology
import drives
import fragments
import molecules
from amber_topology import write
from molecules import Refused

START_LEVEL = {"program": "tblite", "method": "GFN2-xTB", "basis": None}
SCHEMA = "swivel.prepared/1"


class Family:
    """What is known of the molecules so far."""

    def __init__(self, request, smirnoff):
        self.request, self.smirnoff = request, smirnoff
        self.output = Path(request["output"])
        self.ids = set()
        # Answers and molecules by canonical SMILES; the first molecule of each kind of driven bond.
        self.answers, self.molecules, self.environments = {}, {}, {}

    def identifier(self, name, number):
        """A file name of its own: letters, digits, hyphens."""
        plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:40].strip("-")
        base = plain or f"molecule-{number}"
        identifier, copy = base, 2
        while identifier in self.ids:
            identifier, copy = f"{base}-{copy}", copy + 1
        self.ids.add(identifier)
        return identifier

    def take(self, identifier, name, mol):
        """Takes a molecule, whole or in fragments.

        Raises Refused.
        """
        full, notes = molecules.checked(mol, self.request["largest"])
        key = Chem.MolToSmiles(full)
        known = self.answers.get(key)
        if known:
            raise Refused(f"is the same molecule as {known['id']}")
        quartets = drives.driven_quartets(full, self.request["methyls"], self.request["polar"])
        if not quartets:
            raise Refused("has no bond to drive: all are in rings, linear or ends; "
                          "--methyls or --polar drive rotors of hydrogens")
        own = self.request.get("topology")
        if own or full.GetNumHeavyAtoms() <= self.request["whole"]:
            answer = self.add(identifier, name, full, notes)
            for quartet, _ in quartets:
                self.drive(answer, full, quartet)
            return
        pieces = fragments.about(full, [quartet[1:3] for quartet, _ in quartets])
        if any(piece.GetNumHeavyAtoms() >= full.GetNumHeavyAtoms() for piece, _, _ in pieces):
            notes.append("some bond's fragment is the whole molecule")
        answer = self.add(identifier, name, full, notes)
        write(self.output / f"molecules/{identifier}.xyz", Chem.MolToXYZBlock(amber_topology.placed(full, answer["positions"])))
        answer["fragments"] = []
        for (quartet, _), (piece, atoms, _) in zip(quartets, pieces):
            self.drive_fragment(answer, full, quartet, piece, atoms)

    def add(self, identifier, name, full, notes):
        """The answer of a molecule without drives yet; writes its topology and structure.

        Raises Refused.
        """
        bonds = sorted(tuple(sorted((b.GetBeginAtomIdx(), b.GetEndAtomIdx()))) for b in full.GetBonds())
        geometries = molecules.starts(full, START_LEVEL, set(bonds), self.request["starts"])
        topology = f"molecules/{identifier}.prmtop"
        own = self.request.get("topology")
        if own:
            topology = f"molecules/{identifier}{Path(own).suffix}"
            amber_topology.require_same(full, own)
            shutil.copyfile(own, self.output / topology)
        elif self.smirnoff:
            notes += self.smirnoff.topology(identifier, full, geometries[0], self.output / topology)
        else:
            amber_topology.topology(full, geometries[0], self.request["base"], self.output / topology)
        structure = f"molecules/{identifier}.sdf"
        block = amber_topology.molblock(full, geometries[0]).splitlines()
        block[0], block[1] = name, "  Swivel"
        write(self.output / structure, "\n".join(block) + "\n$$$$\n")
        key = Chem.MolToSmiles(full)
        answer = {"ok": True, "id": identifier, "name": name, "smiles": Chem.MolToSmiles(Chem.RemoveHs(full)), "key": key,
                  "symbols": [a.GetSymbol() for a in full.GetAtoms()], "bonds": bonds,
                  "charge": Chem.GetFormalCharge(full), "ranks": list(Chem.CanonicalRankAtoms(full, breakTies=True)),
                  "positions": geometries[0].tolist(), "topology": topology, "structure": structure, "drives": [],
                  "left_out": [], "notes": notes}
        if len(geometries) > 1:
            answer["starts"] = [positions.tolist() for positions in geometries[1:]]
        self.answers[key], self.molecules[key] = answer, full
        return answer

    def drive(self, answer, full, quartet):
        """Has a dihedral of a molecule driven, unless one like it is; returns the molecule that has it driven."""
        environment = drives.surroundings(full, *quartet[1:3])
        first = self.environments.setdefault(environment, answer["id"])
        if first != answer["id"] and not self.request["all_bonds"]:
            answer["left_out"].append({"quartet": quartet, "as": first})
            return first
        kinds = list(Chem.CanonicalRankAtoms(full, breakTies=False))
        if any(sorted(kinds[a] for a in drive["quartet"][1:3]) == sorted(kinds[a] for a in quartet[1:3])
               for drive in answer["drives"]):
            return answer["id"]
        picture = f"drives/{answer['id']}-{'-'.join(map(str, quartet))}.svg"
        write(self.output / picture, drives.picture(full, quartet))
        answer["drives"].append({"quartet": quartet, "picture": picture})
        return answer["id"]

    def drive_fragment(self, parent, full, quartet, piece, atoms):
        """Has the fragment about a bond of a large molecule driven, and writes down what belongs to what."""
        key = Chem.MolToSmiles(piece)
        if key in self.answers:
            atoms = fragments.onto(piece, atoms, self.molecules[key])
        else:
            stem = f"{parent['id']}-fragment-"
            number = 1 + len({e["molecule"] for e in parent["fragments"] if e["molecule"].startswith(stem)})
            identifier = self.identifier(f"{stem}{number}", 0)
            checked, notes = molecules.checked(piece, self.request["largest"])
            self.add(identifier, identifier, checked, notes)
        answer, whole = self.answers[key], self.molecules[key]
        inside = [atoms.index(atom) for atom in quartet]
        driven = self.drive(answer, whole, inside)
        picture = f"drives/{parent['id']}-{'-'.join(map(str, quartet))}.svg"
        write(self.output / picture, drives.picture(full, quartet))
        parent["fragments"].append({"quartet": quartet, "picture": picture, "molecule": answer["id"], "atoms": atoms,
                                    "fragment_quartet": inside})
        if driven != answer["id"]:
            parent["notes"].append(f"the bond {quartet[1]}-{quartet[2]} is like one of {driven}, which is driven there")
        else:
            self._compare(parent, full, quartet, answer, whole, atoms)

    def _compare(self, parent, full, quartet, answer, whole, atoms):
        """Notes torsions about the bond that the fragment has of other types than the large molecule, or not at all."""
        large, small = (self._types(entry, mol) for entry, mol in ((parent, full), (answer, whole)))
        inside = {atom: index for index, atom in enumerate(atoms) if atom is not None}
        j, k = quartet[1:3]
        for i in (n.GetIdx() for n in full.GetAtomWithIdx(j).GetNeighbors() if n.GetIdx() != k):
            for l in (n.GetIdx() for n in full.GetAtomWithIdx(k).GetNeighbors() if n.GetIdx() != j):
                wanted = large((i, j, k, l))
                found = small(tuple(inside[a] for a in (i, j, k, l))) if {i, l} <= inside.keys() else None
                if wanted != found:
                    parent["notes"].append(
                        f"the torsion {i}-{j}-{k}-{l} is {wanted} here and {found or 'missing'} in {answer['id']}: "
                        "the fragment's scan does not fit it")

    def _types(self, answer, mol):
        """The torsion type of four atoms of a molecule, in words."""
        if self.smirnoff:
            labels = self.smirnoff.labels(mol)
            return lambda atoms: labels.get(min(atoms, atoms[::-1]), "none")
        types = amber_topology.types(self.output / answer["topology"])
        return lambda atoms: "-".join(min([types[a] for a in atoms], [types[a] for a in atoms[::-1]]))


def prepared(request):
    """The whole answer."""
    output = Path(request["output"])
    for folder in ("molecules", "drives"):
        (output / folder).mkdir(parents=True, exist_ok=True)
    smirnoff = None
    if request["base"].startswith("sage-") or request["base"].lower().endswith(".offxml"):
        from smirnoff_topology import SmirnoffBase
        try:
            smirnoff = SmirnoffBase(request["base"])
        except Refused as error:
            return {"schema": SCHEMA, "molecules": [], "versions": {}, "error": str(error)}
    family, refused = Family(request, smirnoff), []
    sources = [entry for source in request["sources"] for entry in _readable(source)]
    for number, (name, mol, words) in enumerate(sources, 1):
        identifier = family.identifier(name, number)
        print(f"{number}/{len(sources)} {identifier}", flush=True)
        before = dict(family.answers), dict(family.molecules), dict(family.environments)
        try:
            if mol is None:
                raise Refused(words)
            family.take(identifier, name, mol)
            continue
        except Refused as error:
            words = str(error)
        except Exception as error:  # one bad molecule never costs the batch
            words = f"{type(error).__name__}: {error}"[:400]
        family.answers, family.molecules, family.environments = before
        refused.append({"ok": False, "id": identifier, "name": name, "error": words})
    answer = {"schema": SCHEMA, "molecules": [*family.answers.values(), *refused],
              "versions": {"rdkit": rdkit.__version__, "topologies": amber_topology.version()}}
    if smirnoff:
        answer["base"] = smirnoff.words
        answer["torsions"] = smirnoff.rules(
            {entry["id"]: {tuple(sorted(drive["quartet"][1:3])) for drive in entry["drives"]}
             for entry in family.answers.values()})
    return answer


def _readable(source):
    try:
        return molecules.read(source)
    except OSError as error:
        return [(str(source.get("path", "")), None, f"cannot be read: {error.strerror}")]


if __name__ == "__main__":
    from relaxation import quiet
    RDLogger.DisableLog("rdApp.*")
    quiet()
    with open(sys.argv[1]) as file:
        answer = prepared(json.load(file))
    write(Path(sys.argv[2]), json.dumps(answer, separators=(",", ":"), sort_keys=True))
