#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the files of shipped molecule families, and print what their profiles look like.

    python3 scripts/families/check_family.py families/alkanes [--profiles]

Fails (exit 1) when a topology does not load in OpenMM or does not match its scans, when equal atom types have different
parameters in two topologies, when a grid point is missing, off its angle or of another molecule, or when energies
and forces contradict each other: from one neighbour of a grid point to the other the energy must rise by what
the torque about the driven bond says (Simpson's rule). A profile that goes over to another branch breaks that rule;
it is accepted, and listed, where another dihedral hops. So is a feature too sharp for the rule, such as the tops of
2-fluorobiphenyl: there another dihedral about the driven bond turns much faster than the driven one. Where the level of theory is
"ENERGIES//GEOMETRIES", forces are not those that the geometries are relaxed under: bonds that are not driven may have torques, the
rule is ten times looser, and net forces are those of a density functional's grid.
"""
import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openmm
import parmed
import yaml
from openmm import app

from family_builder.geometry import SMOOTH, bond_graph, contradiction, dihedral, handedness, torque, wrapped
from family_builder.parameters import contradictions

ANGLE_TOLERANCE = 0.1  # degrees off the grid angle
IDLE_TORQUE = 0.2  # kcal/mol/rad about a bond that is not driven: the geometry is not relaxed
NET_FORCE = 1e-3  # kcal/mol/angstrom
GRID_FORCE = 0.5  # the same of a density functional integrated on a grid that stands still
HOP = 20.0  # degrees which another dihedral moves between neighbouring grid points


@dataclass(frozen=True)
class Frame:
    """One frame of an extended XYZ file: angstrom, kcal/mol, kcal/mol/angstrom, degrees, zero-based atoms."""

    symbols: list[str]
    positions: np.ndarray
    forces: np.ndarray
    energy: float
    quartet: tuple[int, ...]
    angle: float
    level: str

    @property
    def is_relaxed_elsewhere(self) -> bool:
        energies, _, geometries = self.level.partition("//")
        return geometries not in ("", energies)


def read_frames(path: Path) -> list[Frame]:
    lines = path.read_text().splitlines()
    frames = []
    while lines:
        atoms = int(lines[0])
        fields = {key: a or b for key, a, b in re.findall(r'(\w+)=(?:"([^"]*)"|(\S+))', lines[1])}
        units = fields["energy_unit"], fields["force_unit"], fields["dihedral_indexing"]
        if units != ("kcal/mol", "kcal/mol/angstrom", "zero"):
            raise ValueError(f"{path}: unexpected units {units}")
        rows = [line.split() for line in lines[2:2 + atoms]]
        numbers = np.array([[float(x) for x in row[1:]] for row in rows])
        frames.append(Frame([row[0] for row in rows], numbers[:, :3], numbers[:, 3:], float(fields["energy"]),
                            tuple(map(int, fields["dihedral"].split())), float(fields["grid_angle"]),
                            fields.get("level_of_theory", "")))
        lines = lines[2 + atoms:]
    return frames


class ScanCheck:
    """What is wrong and what is remarkable in one scan."""

    def __init__(self, path: Path, symbols: list[str], bonds: set[frozenset[int]]) -> None:
        self.name = path.stem
        self.bonds = bonds
        self.frames = read_frames(path)
        self.quartet = self.frames[0].quartet
        self.angles = np.array([frame.angle for frame in self.frames])
        self.energies = np.array([frame.energy for frame in self.frames])
        self.torques = np.array([torque(f.positions, f.forces, bonds, self.quartet) for f in self.frames])
        self.problems: list[str] = []
        self.hops: list[str] = []
        self._check_frames(path, symbols)
        self._check_relaxation()
        self._check_energies_against_torques()

    def summary(self) -> str:
        mirror = np.abs(self.energies[:-1] - self.energies[-2::-1]).max()
        return (f"{self.name:34s} barrier {np.ptp(self.energies):6.2f}"
                f"  largest torque {np.abs(self.torques).max():6.2f}"
                f"  Simpson {self.simpson:.4f}  idle torque {self.idle:.3f}  E(x)-E(-x) {mirror:.4f}"
                f"{'  hops: ' + '; '.join(self.hops) if self.hops else ''}")

    def profile(self) -> str:
        relative = self.energies - self.energies.min()
        return "\n".join(f"    {a:7.1f} {e:9.4f} {q:9.4f}" for a, e, q in zip(self.angles, relative, self.torques))

    def _check_frames(self, path: Path, symbols: list[str]) -> None:
        if not path.stem.endswith("-".join(map(str, self.quartet))):
            self.problems.append("the file name does not match the driven dihedral")
        if len(self.frames) != 24 or not np.allclose(np.diff(self.angles), 15.0) or self.angles[-1] not in (165.0, 180.0):
            self.problems.append("the grid is not the whole circle by 15 degrees")
        hand = handedness(self.frames[0].positions, self.bonds)
        for frame in self.frames:
            if frame.symbols != symbols or bond_graph(symbols, frame.positions) != self.bonds:
                self.problems.append(f"{frame.angle:g}: not the molecule of the topology")
            if handedness(frame.positions, self.bonds) != hand:
                self.problems.append(f"{frame.angle:g}: a centre is inverted")
            if abs(wrapped(dihedral(frame.positions, self.quartet) - frame.angle)) > ANGLE_TOLERANCE:
                self.problems.append(f"{frame.angle:g}: the dihedral is off its grid angle")
            if np.abs(frame.forces.sum(axis=0)).max() > (GRID_FORCE if frame.is_relaxed_elsewhere else NET_FORCE):
                self.problems.append(f"{frame.angle:g}: there is a net force")

    def _check_relaxation(self) -> None:
        self.idle = 0.0
        for quartet in self._other_quartets():
            for frame in self.frames:
                self.idle = max(self.idle, abs(torque(frame.positions, frame.forces, self.bonds, quartet)))
        if self.idle > IDLE_TORQUE and not self.frames[0].is_relaxed_elsewhere:
            self.problems.append(f"torque of {self.idle:.3f} about a bond which is not driven")

    def _check_energies_against_torques(self) -> None:
        error = contradiction(self.energies, self.torques)
        self.simpson = error.max()
        moved = [self._largest_move(n) for n in range(len(self.frames))]
        for n in np.flatnonzero(error > (10 if self.frames[0].is_relaxed_elsewhere else 1) * SMOOTH):
            # The hop may be in either of the two intervals.
            atoms, degrees = max(moved[n], moved[(n + 1) % len(moved)], key=lambda move: move[1])
            if degrees > HOP:
                self.hops.append(f"{self.angles[n]:g} ({error[n]:.2f}, {'-'.join(map(str, atoms))} by {degrees:.0f})")
            else:
                self.problems.append(f"{self.angles[n]:g}: energies and torques contradict each other ({error[n]:.2f})")

    def _largest_move(self, n: int) -> tuple[tuple[int, ...], float]:
        """The dihedral but the driven which changes most from frame n-1 to n; a methyl's hydrogens are alike."""
        moves = [((), 0.0)]
        symbols = self.frames[0].symbols
        for quartet in self._other_quartets() + self._quartets_about_the_driven_bond():
            change = dihedral(self.frames[n].positions, quartet) - dihedral(self.frames[n - 1].positions, quartet)
            methyl = "H" in (symbols[quartet[0]], symbols[quartet[3]])
            moves.append((quartet, abs(wrapped(3 * change) / 3 if methyl else wrapped(change))))
        return max(moves, key=lambda move: move[1])

    def _other_quartets(self) -> list[tuple[int, ...]]:
        """A quartet, heavy atoms first, of each acyclic bond between atoms with further neighbours, but the driven."""
        symbols = self.frames[0].symbols
        neighbours = {a: sorted((b for bond in self.bonds if a in bond for b in bond if b != a),
                                key=lambda b: (symbols[b] == "H", b)) for a in range(len(symbols))}
        result = []
        for j, k in sorted(tuple(sorted(bond)) for bond in self.bonds - {frozenset(self.quartet[1:3])}):
            ends = [n for n in neighbours[j] if n != k], [n for n in neighbours[k] if n != j]
            if not all(ends) or self._in_ring(j, k, neighbours):
                continue
            result.append((ends[0][0], j, k, ends[1][0]))
        return result

    def _quartets_about_the_driven_bond(self) -> list[tuple[int, ...]]:
        """All quartets of heavy atoms about the driven bond but the driven; on the grid they turn by about its step."""
        _, j, k, _ = self.quartet
        ends = [[a for bond in self.bonds if atom in bond for a in bond - {j, k} if self.frames[0].symbols[a] != "H"]
                for atom in (j, k)]
        return [(i, j, k, l) for i in sorted(ends[0]) for l in sorted(ends[1]) if (i, j, k, l) != self.quartet]

    @staticmethod
    def _in_ring(j: int, k: int, neighbours: dict[int, list[int]]) -> bool:
        seen, edge = {j}, [n for n in neighbours[j] if n != k]
        while edge:
            atom = edge.pop()
            if atom == k:
                return True
            seen.add(atom)
            edge += [n for n in neighbours[atom] if n not in seen]
        return False


def check_family(folder: Path, profiles: bool) -> int:
    """Print one line a scan; returns the number of problems."""
    manifest = yaml.safe_load((folder / "family.yaml").read_text())
    problems, listed, structures = 0, set(), {}
    for molecule in manifest["molecules"]:
        topology = app.AmberPrmtopFile(str(folder / molecule["topology"]))
        structures[molecule["id"]] = parmed.load_file(str(folder / molecule["topology"]))
        listed.update(folder / molecule[key] for key in ("topology", "structure") if key in molecule)
        symbols = [atom.element.symbol for atom in topology.topology.atoms()]
        bonds = {frozenset((bond.atom1.index, bond.atom2.index)) for bond in topology.topology.bonds()}
        context = openmm.Context(topology.createSystem(), openmm.VerletIntegrator(0.001),
                                 openmm.Platform.getPlatformByName("Reference"))
        for name in molecule["scans"]:
            listed.add(folder / name)
            scan = ScanCheck(folder / name, symbols, bonds)
            context.setPositions(scan.frames[0].positions / 10)
            energy = context.getState(getEnergy=True).getPotentialEnergy()._value
            if not np.isfinite(energy):
                scan.problems.append("the energy of the topology is not finite")
            print(scan.summary())
            if profiles:
                print(scan.profile())
            for problem in scan.problems:
                print(f"    PROBLEM {problem}")
            problems += len(scan.problems)
    for sentence in contradictions(structures):
        print(f"    PROBLEM {sentence}")
        problems += 1
    for stray in {*folder.glob("scans/*"), *folder.glob("molecules/*")} - listed:
        print(f"    PROBLEM {stray} is not listed in family.yaml")
        problems += 1
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="+", type=Path, help="folders which hold a family.yaml")
    parser.add_argument("--profiles", action="store_true", help="print angle, energy and torque of each grid point")
    arguments = parser.parse_args()
    problems = sum(check_family(folder, arguments.profiles) for folder in arguments.folder)
    print(f"{problems} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
