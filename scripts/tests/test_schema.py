# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/family.schema.json takes what Swivel takes and names what it does not."""
import json
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/family.schema.json").read_text())


class Plain(yaml.SafeLoader):
    """YAML whose dates stay text, as Swivel and JSON have them."""


Plain.yaml_implicit_resolvers = {
    key: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}


@pytest.mark.parametrize("path", sorted((ROOT / "families").glob("*/family.yaml")), ids=lambda p: p.parent.name)
def test_shipped_families_are_valid(path):
    jsonschema.validate(yaml.load(path.read_text(), Loader=Plain), SCHEMA)


@pytest.mark.parametrize("fields", [
    "geometry: rigid", "held: [[4, 0, 1, 2]], dihedral_indexing: zero", "held: ['5 1 2 3'], dihedral_indexing: one, geometry: relaxed"])
def test_how_a_scan_was_made_is_valid(fields):
    text = f"name: a\nmolecules: [{{id: b, topology: t, scans: [{{file: s, {fields}}}]}}]"
    jsonschema.validate(yaml.load(text, Loader=Plain), SCHEMA)


@pytest.mark.parametrize("text", [
    "molecules: []", "name: a\nmolecules: []", "name: a\nmolecules: [{id: b}]",
    "name: a\nmolecule: x\nmolecules: [{id: b, topology: t}]",
    "name: a\ntorsions: [{types: [c3, c3]}]\nmolecules: [{id: b, topology: t}]",
    "name: a\ntorsions: [{types: [X, c3, c3, X], smarts: '[*:1]'}]\nmolecules: [{id: b, topology: t}]",
    "name: a\nenergy_unit: cal\nmolecules: [{id: b, topology: t}]",
    "name: a\nmolecules: [{id: b, topology: t, scans: [{dihedral: 0 1 2 3}]}]",
    "name: a\nmolecules: [{id: b, topology: t, scans: [{file: s, geometry: stiff}]}]",
    "name: a\nmolecules: [{id: b, topology: t, scans: [{file: s, held: [[0, 1, 2]], dihedral_indexing: zero}]}]"])
def test_what_is_wrong_is_named(text):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.load(text, Loader=Plain), SCHEMA)
