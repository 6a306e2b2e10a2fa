#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether `acquire --adaptive` reaches the error of a regular grid with fewer points: finished scans stand for the quantum chemistry.

    python3 scripts/checks/compare_choice.py [--families families/ethers ...] [--seeds 20] [--table FILE.md]

For each seed half of a family's molecules, drawn at random, are left out; of the others every grid point can be asked for. The grid
takes every m-th point of each scan, from a first point drawn at random. The choice is the order in which `swivel acquire --adaptive` asks a worker
that looks results up in place of the programs. Either set of points gives force constants by the linear model of that choice
(PointChoice.swift): normal around the base force field with 1 kcal/mol, noise estimated, with the driven torques and without.
The error is that of the energies of the molecules left out, at the scans' geometries, offsets free. No quantum chemistry is run.
"""
import argparse
import json
import os
import random
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import parmed
import yaml

ROOT = Path(__file__).resolve().parents[2]
SWIVEL = ROOT / ".build" / "release" / "swivel"
LEVEL = "B3LYP-D3BJ/DZVP//GFN2-xTB"
STEPS = (1, 2, 3, 4, 6)
SHARE = 0.6
# As PointChoice.swift: prior and offsets (kcal/mol), noise of energies and torques before anything is known, and its worth in
# points; a scan counts as so many independent points at most.
PRIOR, OFFSET, GUESS, WORTH, EFFECTIVE = 1.0, 100.0, (0.5, 1.5), 6.0, 12

# Answers as worker.py does, from the scans beside it: geometries by grid angle, energies and forces as they are there.
WORKER = '''#!{python}
import json, os, sys
if "--serve" not in sys.argv:
    sys.exit()
scans = json.load(open({scans!r}))
print("ready", flush=True)
for line in sys.stdin:
    source, target = line.rstrip("\\n").split("\\t")
    job = json.load(open(source))
    molecule = "".join(job["symbols"]) + str(job["bonds"])
    frame = scans[molecule + str(job["quartet"])][str(round(job["angle"]))]
    if job["kind"] == "point":
        with open({scans!r} + ".asked", "a") as log:
            print(json.dumps([molecule, job["quartet"], job["angle"]]), file=log)
    with open(target + ".partial", "w") as file:
        json.dump(dict(frame, ok=True, provenance=dict(program="looked up", version="1", seconds=0.0)), file)
    os.replace(target + ".partial", target)
    print(target, flush=True)
'''


def frames(path):
    """Comment and atom lines of each frame of an extended XYZ."""
    lines = path.read_text().splitlines()
    found, place = [], 0
    while place < len(lines):
        count = int(lines[place])
        found.append((lines[place + 1], lines[place + 2:place + 2 + count]))
        place += count + 2
    return found


def read_scan(path):
    """(symbols, quartet, {grid angle: result}) of a scan file."""
    results, symbols, quartet = {}, None, None
    for comment, atoms in frames(path):
        rows = [line.split() for line in atoms]
        symbols = [row[0] for row in rows]
        quartet = [int(word) for word in re.search(r'dihedral="([^"]*)"', comment)[1].split()]
        angle = round(float(re.search(r"grid_angle=(\S+)", comment)[1]))
        results[180 if angle == -180 else angle] = {
            "energy": float(re.search(r"energy=(\S+)", comment)[1]),
            "positions": [[float(x) for x in row[1:4]] for row in rows], "forces": [[float(x) for x in row[4:7]] for row in rows]}
    return symbols, quartet, results


def bonds_of(topology):
    """Bonded pairs of a prmtop, ascending."""
    text = topology.read_text()
    pairs = set()
    for section in ("BONDS_INC_HYDROGEN", "BONDS_WITHOUT_HYDROGEN"):
        numbers = [int(x) for x in re.search(rf"%FLAG {section}\s*\n%FORMAT[^\n]*\n([^%]*)", text)[1].split()]
        pairs |= {tuple(sorted((numbers[n] // 3, numbers[n + 1] // 3))) for n in range(0, len(numbers), 3)}
    return [list(pair) for pair in sorted(pairs)]


def drive_list(source, molecules, folder):
    """Writes drives.json and topologies of a family whose scans are finished; returns what the worker looks up."""
    entries, known = [], {}
    for molecule in molecules:
        bonds, drives, positions, symbols = bonds_of(source / molecule["topology"]), [], None, None
        for scan in molecule["scans"]:
            symbols, quartet, results = read_scan(source / scan)
            known["".join(symbols) + str(bonds) + str(quartet)] = results
            drives.append({"quartet": quartet})
            lowest = min(results.values(), key=lambda result: result["energy"])
            positions = positions or lowest["positions"]
        target = folder / molecule["topology"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / molecule["topology"], target)
        entries.append({"id": molecule["id"], "smiles": molecule["smiles"], "key": molecule["id"], "symbols": symbols, "bonds": bonds,
                        "charge": 0, "ranks": list(range(len(symbols))), "positions": positions,
                        "topology": molecule["topology"], "structure": "none.sdf", "drives": drives})
    (folder / "drives.json").write_text(json.dumps({"schema": "swivel.drives/1", "name": "choice", "base": "GAFF2", "spacing": 15,
                                                    "versions": {}, "molecules": entries}))
    return known


def run(*arguments, accepted=(0,), **environment):
    outcome = subprocess.run([SWIVEL, *map(str, arguments)], capture_output=True, text=True, env=os.environ | environment)
    if outcome.returncode not in accepted:
        sys.exit(f"swivel {' '.join(map(str, arguments))}\n{outcome.stderr}")
    return outcome.stdout


class Rows:
    """Each grid point of a family as rows of the linear model: what cosines the energy and the torque have, and what is to be explained.

    energy, torque: (points, parameters); energy_rest, torque_rest: (points), kcal/mol and kcal/mol/rad; scan: (points).
    """

    def __init__(self, source, molecules):
        self.place, self.scans, self.scan = {}, [], []
        energy, torque, energy_rest, torque_rest, columns = [], [], [], [], {}
        for molecule in molecules:
            topology = source / molecule["topology"]
            structure = parmed.load_file(str(topology))
            types = [atom.type for atom in structure.atoms]
            beside = [sorted(partner.idx for partner in atom.bond_partners) for atom in structure.atoms]
            for scan in molecule["scans"]:
                symbols, quartet, results = read_scan(source / scan)
                mm = json.loads(run("energy", "--topology", topology, "--coordinates", source / scan, "--json", "--forces"))
                base, forces = [frame["total"] for frame in mm["frames"]], mm["forces"]
                key = "".join(symbols) + str(bonds_of(topology)) + str(quartet)
                for index, (angle, result) in enumerate(results.items()):
                    x = np.array(result["positions"])
                    own, turn = {}, {}
                    _, j, k, _ = quartet
                    for i in beside[j]:
                        for l in beside[k]:
                            if i == k or l == j:
                                continue
                            name = min((types[i], types[j], types[k], types[l]), (types[l], types[k], types[j], types[i]))
                            phi = dihedral(x, (i, j, k, l))
                            for n in range(1, 5):
                                column = columns.setdefault((name, n), len(columns))
                                own[column] = own.get(column, 0.0) + np.cos(n * phi)
                                turn[column] = turn.get(column, 0.0) + n * np.sin(n * phi)
                    energy.append(own)
                    torque.append(turn)
                    energy_rest.append(result["energy"] - base[index])
                    pull = np.array(result["forces"]) - np.array(forces[index])
                    side = turning_side(beside, j, k)
                    axis = (x[k] - x[j]) / np.linalg.norm(x[k] - x[j])
                    torque_rest.append(float(np.sum(np.cross(axis, x[side] - x[j]) * pull[side])))
                    self.place[molecule["id"], key, angle] = len(self.scan)
                    self.scan.append(len(self.scans))
                self.scans.append((molecule["id"], key, list(results)))
        self.energy, self.torque = (dense(rows, len(columns)) for rows in (energy, torque))
        self.energy_rest, self.torque_rest = np.array(energy_rest), np.array(torque_rest)
        self.scan = np.array(self.scan)


def dense(rows, width):
    matrix = np.zeros((len(rows), width))
    for index, row in enumerate(rows):
        for column, value in row.items():
            matrix[index, column] = value
    return matrix


def dihedral(x, quartet):
    i, j, k, l = x[list(quartet)]
    first, second = np.cross(j - i, k - j), np.cross(k - j, l - k)
    return np.arctan2(np.cross(first, second) @ (k - j) / np.linalg.norm(k - j), first @ second)


def turning_side(beside, j, k):
    seen, edge = {j, k}, [k]
    while edge:
        new = [b for b in beside[edge.pop()] if b not in seen]
        seen.update(new)
        edge += new
    return sorted(seen - {j, k})


def constants(rows, points, with_torques):
    """The mean of the force constants after these points."""
    points = np.array(sorted(points))
    scans = sorted(set(rows.scan[points]))
    offsets = np.array([[float(scan == other) for other in scans] for scan in rows.scan[points]])
    rest = rows.energy_rest[points] - np.array([rows.energy_rest[points][rows.scan[points] == s][0] for s in rows.scan[points]])
    counts = np.array([np.sum(rows.scan[points] == s) for s in rows.scan[points]])
    spread = np.maximum(counts / EFFECTIVE, 1.0)
    energy = np.hstack([rows.energy[points], offsets])
    torque = np.hstack([rows.torque[points], 0 * offsets])
    width = rows.energy.shape[1]
    prior = np.diag([PRIOR ** -2] * width + [OFFSET ** -2] * len(scans))
    noise = GUESS
    for _ in range(8):
        precision, right = prior.copy(), np.zeros(len(prior))
        for matrix, values, sd, used in ((energy, rest, noise[0], True), (torque, rows.torque_rest[points], noise[1], with_torques)):
            if used:
                weights = 1 / (sd * sd * spread)
                precision += matrix.T @ (weights[:, None] * matrix)
                right += matrix.T @ (weights * values)
        mean = np.linalg.solve(precision, right)
        noise = tuple(np.sqrt((np.sum((values - matrix @ mean) ** 2) + WORTH * guess ** 2) / (len(points) + WORTH))
                      for matrix, values, guess in ((energy, rest, GUESS[0]), (torque, rows.torque_rest[points], GUESS[1])))
    return mean[:width]


def error(rows, mean, molecules):
    """RMSE of the energies of some molecules' scans, offsets free, kcal/mol."""
    squares = []
    for index, (molecule, _, _) in enumerate(rows.scans):
        if molecule in molecules:
            own = rows.scan == index
            rest = rows.energy_rest[own] - rows.energy[own] @ mean
            squares += list((rest - rest.mean()) ** 2)
    return float(np.sqrt(np.mean(squares)))


def chosen_order(source, molecules, folder):
    """The grid points of some molecules in the order in which acquire asks for them: (molecule, scan's key, angle)."""
    family = folder / "family"
    family.mkdir(parents=True)
    (folder / "scans.json").write_text(json.dumps(drive_list(source, molecules, family)))
    worker = folder / "python"
    worker.write_text(WORKER.format(python=sys.executable, scans=str(folder / "scans.json")))
    worker.chmod(worker.stat().st_mode | stat.S_IXUSR)
    run("acquire", family, "--level", LEVEL, "--adaptive", "--target-sd", 1e-9, "--no-store", "--workers", 1, "--quiet",
        SWIVEL_PYTHON=str(worker), SWIVEL_CACHE=str(folder / "cache"))
    names = {"".join(m["symbols"]) + str(m["bonds"]): m["id"] for m in json.loads((family / "drives.json").read_text())["molecules"]}
    asked = [json.loads(line) for line in (folder / "scans.json.asked").read_text().splitlines()]
    return [(names[molecule], molecule + str(quartet), round(angle)) for molecule, quartet, angle in asked]


def one_seed(source, seed, rows, molecules):
    """{with torques: {"grid": {step: (points, error)}, "chosen": [error after 1, 2, … points]}} of one deal."""
    stream = random.Random(seed)
    dealt = stream.sample(molecules, len(molecules))
    left_out, used = {m["id"] for m in dealt[:len(dealt) // 2]}, dealt[len(dealt) // 2:]
    with tempfile.TemporaryDirectory(prefix="swivel-choice-") as folder:
        order = [rows.place[point] for point in chosen_order(source, used, Path(folder))]
    firsts = {step: stream.randrange(step) for step in STEPS}
    answer = {}
    for with_torques in (True, False):
        grid = {}
        for step in STEPS:
            points = [rows.place[molecule, key, angle] for molecule, key, angles in rows.scans if molecule not in left_out
                      for angle in sorted(angles)[firsts[step]::step]]
            grid[step] = len(points), error(rows, constants(rows, points, with_torques), left_out)
        answer[with_torques] = {"grid": grid, "chosen": [error(rows, constants(rows, order[:count], with_torques), left_out)
                                                        for count in range(1, len(order) + 1)]}
    return answer


def table(family, answers):
    """Lines: for each grid its error, that of the choice with as many points and with 60 % of them, medians over the seeds."""
    lines = []
    for with_torques in (True, False):
        for step in STEPS:
            rows = []
            for answer in answers:
                count, grid = answer[with_torques]["grid"][step]
                errors = answer[with_torques]["chosen"]
                rows.append((count, grid, errors[count - 1], errors[round(SHARE * count) - 1]))
            count, grid, same, fewer = np.median(np.array(rows), axis=0)
            # Within 2 %: errors of two sets of points are never equal.
            good = np.mean([row[3] <= 1.02 * row[1] for row in rows])
            lines.append(f"| {family} | {'yes' if with_torques else 'no'} | every {step}, {count:.0f} | {grid:.3f} | {same:.3f} | "
                         f"{fewer:.3f} | {good:.0%} |")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", type=Path, nargs="+", default=[ROOT / "families" / "ethers"])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--table", type=Path, help="write the table to this file")
    arguments = parser.parse_args()
    lines = ["| family | torques | grid, points | its error | chosen, as many | chosen, 60 % of them | seeds no worse with 60 % |",
             "|---|---|---|---|---|---|---|"]
    for family in arguments.families:
        molecules = yaml.safe_load((family / "family.yaml").read_text())["molecules"]
        rows = Rows(family, molecules)
        answers = [one_seed(family, seed, rows, molecules) for seed in range(1, arguments.seeds + 1)]
        lines += table(family.name, answers)
    print("\n".join(lines))
    if arguments.table:
        arguments.table.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
