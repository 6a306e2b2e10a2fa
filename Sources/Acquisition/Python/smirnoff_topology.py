# SPDX-License-Identifier: GPL-3.0-or-later
"""Topologies of SMIRNOFF force fields (Sage, or any offxml) by OpenFF's toolkit and Interchange, and which SMIRKS each torsion has.

Charges are AM1-BCC by antechamber at the start geometry, as for GAFF, whatever the file asks for.
"""
import tempfile
from pathlib import Path

import amber_topology
from molecules import Refused
from open_force_field import molecule, toolkit

# What the words of `--base` mean; without constraints, which would hide bonds to hydrogens from an energy in vacuum.
NAMES = {"sage-2.2": "openff_unconstrained-2.2.1.offxml", "sage-2.3": "openff_unconstrained-2.3.0.offxml"}


class SmirnoffBase:
    """One force field, and the torsion definitions of the molecules that it was applied to."""

    def __init__(self, base):
        self.path = _find(base)
        try:
            field = toolkit().ForceField(str(self.path), load_plugins=False)
        except Refused:
            raise
        except Exception as error:  # the toolkit raises of all kinds
            raise Refused(f"{self.path} is no SMIRNOFF force field: {' '.join(str(error).split())[:300]}") from None
        handlers = set(field.registered_parameter_handlers)
        for handler in ("Bonds", "Angles", "ProperTorsions", "vdW", "Electrostatics"):
            if handler not in handlers:
                raise Refused(f"{self.path} has no <{handler}>: a whole force field is needed")
        self.asks_for_nagl = "NAGLCharges" in handlers
        for handler in {"NAGLCharges", "Constraints"} & handlers:
            field.deregister_parameter_handler(handler)
        self.field = field
        self.order = {parameter.smirks: place for place, parameter in enumerate(field["ProperTorsions"].parameters)}
        self._seen = {}

    @property
    def words(self):
        """What family.yaml calls it."""
        return f"{self.path.stem}, AM1-BCC charges of antechamber"

    def topology(self, identifier, mol, positions, path):
        """Writes the prmtop file; returns notes.

        Raises Refused.
        """
        from openff.interchange import Interchange
        from openff.units import Quantity
        own = molecule(mol)
        own.partial_charges = Quantity(amber_topology.charges(mol, positions), "elementary_charge")
        try:
            whole = Interchange.from_smirnoff(self.field, own.to_topology(), charge_from_molecules=[own])
            with tempfile.TemporaryDirectory(prefix="swivel-openff-") as folder:
                written = Path(folder, "mol.prmtop")
                whole.to_prmtop(written)
                amber_topology.require_same(mol, written)
                text = written.read_text()
        except Refused:
            raise
        except Exception as error:  # the toolkit raises of all kinds
            raise Refused(f"{self.path.name} does not fit it: {' '.join(str(error).split())[:300]}") from None
        amber_topology.write(path, amber_topology.undated(text))
        self._seen[identifier] = own, self.labels(mol)
        return [f"{self.path.name} asks for NAGL charges; it has AM1-BCC charges of antechamber"] if self.asks_for_nagl else []

    def labels(self, mol):
        """The SMIRKS of each proper torsion, by its four atoms, the smaller end first."""
        found = self.field.label_molecules(molecule(mol).to_topology())[0]["ProperTorsions"]
        return {min(tuple(key), tuple(key)[::-1]): value.smirks for key, value in found.items()}

    def rules(self, driven):
        """The SMIRKS to fit, first match first: those of torsions about driven bonds, and those that must stand before them.

        Args:
            driven: pairs of the atoms of driven bonds, by the molecules' identifiers.
        """
        seen = {name: self._seen[name] for name in driven}
        wanted = {smirks for name, (_, labels) in seen.items() for key, smirks in labels.items()
                  if tuple(sorted(key[1:3])) in driven[name]}
        while True:
            shadowed = set()
            ordered = sorted(wanted, key=self.order.__getitem__, reverse=True)
            for own, labels in seen.values():
                free = set(labels)
                for smirks in ordered:
                    matched = {min(tuple(m), tuple(m)[::-1]) for m in own.chemical_environment_matches(smirks)} & free
                    shadowed |= {labels[key] for key in matched if labels[key] != smirks}
                    free -= matched
            if shadowed <= wanted:
                return ordered
            wanted |= shadowed


def _find(base):
    """The file of a base: given as a path, or by a name that is looked for in this folder and in the environment."""
    if base not in NAMES:
        return Path(base)
    name = NAMES[base]
    beside = Path(name)
    if beside.exists():
        return beside
    try:
        import openforcefields
        inside = Path(openforcefields.__file__).parent / "offxml" / name
        if inside.exists():
            return inside
    except ImportError:
        pass
    raise Refused(f"{name} is neither in this folder nor in the Python environment: `swivel doctor --install` makes one that "
                  f"has it, or give the file from github.com/openforcefield/openff-forcefields as --base {name}")
