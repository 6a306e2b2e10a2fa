# SPDX-License-Identifier: GPL-3.0-or-later
"""Molecules to topologies, start geometries and drives: the Python side of `swivel prepare`.

    python prepare.py REQUEST RESULT

A request (schema swivel.prepare/1) has "sources", "base", "topology" (the user's own, of the one molecule), "methyls", "polar",
"all_bonds", "largest", "output" (the family folder). For each molecule the result has "ok": true with what a drive
list holds, or "ok": false with "error". Lines on standard output are progress.
"""
import json
import os
import re
import shutil
import sys
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import rdkit
from rdkit import Chem, RDLogger

import amber_topology
import drives
import molecules
from molecules import Refused

START_LEVEL = {"program": "tblite", "method": "GFN2-xTB", "basis": None}


def prepared(request):
    """The whole answer."""
    output = Path(request["output"])
    for folder in ("molecules", "drives"):
        (output / folder).mkdir(parents=True, exist_ok=True)
    answers, ids, known = [], set(), {}
    sources = [entry for source in request["sources"] for entry in _readable(source)]
    for number, (name, mol, words) in enumerate(sources, 1):
        identifier = _identifier(name, number, ids)
        print(f"{number}/{len(sources)} {identifier}", flush=True)
        try:
            if mol is None:
                raise Refused(words)
            answers.append(_molecule(request, output, identifier, name, mol, known))
        except Refused as error:
            answers.append({"ok": False, "id": identifier, "name": name, "error": str(error)})
        except Exception as error:  # one bad molecule never costs the batch
            answers.append({"ok": False, "id": identifier, "name": name,
                            "error": f"{type(error).__name__}: {error}"[:400]})
    versions = {"rdkit": rdkit.__version__}
    versions["topologies"] = amber_topology.version()
    return {"schema": "swivel.prepared/1", "molecules": answers, "versions": versions}


def _readable(source):
    try:
        return molecules.read(source)
    except OSError as error:
        return [(str(source.get("path", "")), None, f"cannot be read: {error.strerror}")]


def _identifier(name, number, ids):
    """A file name of its own: letters, digits, hyphens."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:40].strip("-")
    base = plain or f"molecule-{number}"
    identifier, copy = base, 2
    while identifier in ids:
        identifier, copy = f"{base}-{copy}", copy + 1
    ids.add(identifier)
    return identifier


def _molecule(request, output, identifier, name, mol, known):
    full, notes = molecules.checked(mol, request["largest"])
    bonds = sorted(tuple(sorted((b.GetBeginAtomIdx(), b.GetEndAtomIdx()))) for b in full.GetBonds())
    key = Chem.MolToSmiles(full)
    if key in known.setdefault("molecules", {}):
        raise Refused(f"is the same molecule as {known['molecules'][key]}")
    quartets = drives.driven_quartets(full, request["methyls"], request["polar"])
    if not quartets:
        raise Refused("has no bond to drive: all are in rings, linear or ends; --methyls or --polar drive rotors of hydrogens")
    positions = molecules.start(full, START_LEVEL, set(bonds))
    topology = f"molecules/{identifier}.prmtop"
    own = request.get("topology")
    if own:
        topology = f"molecules/{identifier}{Path(own).suffix}"
        amber_topology.require_same(full, own)
        shutil.copyfile(own, output / topology)
    else:
        amber_topology.topology(full, positions, request["base"], output / topology)
    structure = f"molecules/{identifier}.sdf"
    block = amber_topology.molblock(full, positions).splitlines()
    block[0], block[1] = name, "  Swivel"
    _write(output / structure, "\n".join(block) + "\n$$$$\n")
    known["molecules"][key] = identifier
    driven, left_out = [], []
    for quartet, environment in quartets:
        first = known.setdefault("environments", {}).setdefault(environment, identifier)
        if first != identifier and not request["all_bonds"]:
            left_out.append({"quartet": quartet, "as": first})
            continue
        picture = f"drives/{identifier}-{'-'.join(map(str, quartet))}.svg"
        _write(output / picture, drives.picture(full, quartet))
        driven.append({"quartet": quartet, "picture": picture})
    return {"ok": True, "id": identifier, "name": name, "smiles": Chem.MolToSmiles(Chem.RemoveHs(full)), "key": key,
            "symbols": [a.GetSymbol() for a in full.GetAtoms()], "bonds": bonds, "charge": Chem.GetFormalCharge(full),
            "ranks": list(Chem.CanonicalRankAtoms(full, breakTies=True)), "positions": positions.tolist(),
            "topology": topology, "structure": structure, "drives": driven, "left_out": left_out, "notes": notes}


def _write(path, text):
    temporary = path.with_name(path.name + ".partial")
    temporary.write_text(text)
    os.replace(temporary, path)


if __name__ == "__main__":
    from relaxation import quiet
    RDLogger.DisableLog("rdApp.*")
    quiet()
    with open(sys.argv[1]) as file:
        answer = prepared(json.load(file))
    _write(Path(sys.argv[2]), json.dumps(answer, separators=(",", ":"), sort_keys=True))
