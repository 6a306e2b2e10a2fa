# SPDX-License-Identifier: GPL-3.0-or-later
"""Energies of Tinker files: by Tinker's `analyze` where it is on the PATH, else by the formulas of its manual and sources.

Tinker is on no package registry, so that a calculation independent of Swivel's reader stands in for it:
python -m engine_checks.tinker X.xyz X.prm [X.key] prints the energy by term in kcal/mol as JSON. It knows harmonic bonds and
angles, Urey-Bradley terms, torsions, improper torsions, improper dihedrals, Lennard-Jones and charges, and no other term.
Where `analyze` is there, both are computed and must agree.
"""
import itertools
import json
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

DEFAULTS = {"bondunit": 1.0, "angleunit": (np.pi / 180) ** 2, "ureyunit": 1.0, "torsionunit": 1.0, "imptorunit": 1.0,
            "impropunit": 1.0, "vdw-14-scale": 1.0, "chg-14-scale": 1.0, "electric": 332.063713, "dielectric": 1.0}
WORDS = {"radiusrule": "ARITHMETIC", "radiustype": "R-MIN", "radiussize": "RADIUS", "vdwindex": "CLASS"}


def parse(paths):
    """Settings, and the lines of each keyword as (fields, is from a key file), in reading order."""
    settings, words, lines = dict(DEFAULTS), dict(WORDS), {}
    for path in paths:
        for text in Path(path).read_text().splitlines():
            fields = shlex.split(text, comments=True)
            if not fields:
                continue
            word = fields[0].lower()
            if word in settings:
                settings[word] = float(fields[1])
            elif word in words:
                words[word] = fields[1].upper()
            lines.setdefault(word, []).append((fields[1:], str(path).endswith(".key")))
    for name in ("vdw-14-scale", "chg-14-scale"):
        if settings[name] > 1:
            settings[name] = 1 / settings[name]
    return settings, words, lines


def table(lines, word, count, canonical):
    """(key, numbers) in the order of Tinker's arrays: key files replace the first entry of a key, else all append."""
    entries = []
    for fields, is_key in lines.get(word, []):
        key = canonical(tuple(int(x) for x in fields[:count]))
        values = [float(x) for x in fields[count:]]
        old = next((i for i, (k, _) in enumerate(entries) if k == key), None)
        if is_key and old is not None:
            entries[old] = (key, values)
        else:
            entries.append((key, values))
    return entries


def first(entries, keys):
    return next((v for k, v in entries if k in keys), None)


def ends(key):
    return min(key, key[::-1], key=lambda k: (k[0], k[-1]))


def torsion_key(key):
    return min(key, key[::-1], key=lambda k: (k[1], k[2], k[0], k[3]))


def dihedral(p, q, r, s):
    b1, b2, b3 = q - p, r - q, s - r
    m, n = np.cross(b1, b2), np.cross(b2, b3)
    return np.arctan2(np.linalg.norm(b2) * (b1 @ n), m @ n)


def periodic(values, phi, highest):
    """Later terms of one periodicity replace earlier ones."""
    terms = {int(n): (v, p) for v, p, n in zip(values[::3], values[1::3], values[2::3]) if 1 <= n <= highest}
    return sum(v * (1 + np.cos(n * phi - np.radians(p))) for n, (v, p) in terms.items())


def share(own):
    """What a force constant is divided by for neighbours of equal classes."""
    return {3: 1, 2: 2, 1: 6}[len(set(own))]


CYCLIC = [(0, 1, 2), (1, 2, 0), (2, 0, 1)]


def improper_torsions(entries, own, centre):
    """(values, order, divisor) of the imptors lines at a centre, as kimptor of Tinker 25 looks them up."""
    for first_class in (lambda c: c, lambda c: 0):
        found = [(v, o, share(own)) for k, v in entries for o in itertools.permutations(range(3))
                 if k == (first_class(own[o[0]]), own[o[1]], centre, own[o[2]])]
        if found:
            return found
    for last_classes in (own, [0]):
        found = [(v, o, 3) for k, v in entries if k in [(0, 0, centre, c) for c in last_classes] for o in CYCLIC]
        if found:
            return found
    return []


def improper_dihedrals(entries, own, centre):
    """(values, order, divisor) of the improper lines at a centre, as kimprop of Tinker 25 looks them up."""
    for k, v in entries:
        for o in itertools.permutations(range(3)):
            if k == (centre, *(own[i] for i in o)):
                return [(v, o, share(own))]
    found = []
    for k, v in entries:
        for o in ((1, 2, 0), (2, 0, 1), (0, 1, 2)):
            if k in ((centre, own[o[2]], 0, 0), (centre, 0, 0, own[o[2]])):
                found.append((v, o, 1))
                break
    general = [v for k, v in entries if k == (centre, 0, 0, 0)][:1]
    return found + [(v, o, 3) for v in general for o in CYCLIC]


def energies(xyz, parameters):
    settings, words, lines = parse(parameters)
    rows = [x.split() for x in Path(xyz).read_text().splitlines() if x.strip()]
    rows = rows[1:1 + int(rows[0][0])]
    x = np.array([[float(v) for v in r[2:5]] for r in rows])
    types = [int(r[5]) for r in rows]
    near = [sorted(int(v) - 1 for v in r[6:]) for r in rows]
    atom = {int(f[0]): (int(f[1]), int(f[4])) for f, _ in lines["atom"]}
    cls, number = [atom[t][0] for t in types], [atom[t][1] for t in types]
    e = dict.fromkeys(("bond", "angle", "torsion", "improper", "lj", "coulomb"), 0.0)
    natoms = range(len(rows))
    bonds = [(i, j) for i in natoms for j in near[i] if i < j]
    tables = {"bond": table(lines, "bond", 2, lambda k: tuple(sorted(k))), "angle": table(lines, "angle", 3, ends),
              "ureybrad": table(lines, "ureybrad", 3, ends), "torsion": table(lines, "torsion", 4, torsion_key),
              "imptors": table(lines, "imptors", 4, lambda k: k), "improper": table(lines, "improper", 4, lambda k: k)}
    for i, j in bonds:
        k, b = first(tables["bond"], [tuple(sorted((cls[i], cls[j])))])
        e["bond"] += settings["bondunit"] * k * (np.linalg.norm(x[i] - x[j]) - b) ** 2
    for j in natoms:
        for i, k in itertools.combinations(near[j], 2):
            key = ends((cls[i], cls[j], cls[k]))
            hydrogens = sum(number[h] == 1 for h in near[j] if h not in (i, k))
            for other, (fc, *ideal) in tables["angle"]:
                ideal = (ideal + [0, 0])[:3]
                if ideal[1] == ideal[2] == 0:
                    ideal = [ideal[0]] * (hydrogens + 1)
                if other == key and ideal[hydrogens]:
                    break
            else:
                raise KeyError(key)
            u, v = x[i] - x[j], x[k] - x[j]
            theta = np.degrees(np.arccos(u @ v / np.linalg.norm(u) / np.linalg.norm(v)))
            e["angle"] += settings["angleunit"] * fc * (theta - ideal[hydrogens]) ** 2
            if urey := first(tables["ureybrad"], [key]):
                e["angle"] += settings["ureyunit"] * urey[0] * (np.linalg.norm(x[i] - x[k]) - urey[1]) ** 2
    one_four = set()
    for j, k in bonds:
        for i, l in itertools.product(near[j], near[k]):
            if i == k or l == j or i == l:
                continue
            one_four.add((min(i, l), max(i, l)))
            a, b, c, d = torsion_key((cls[i], cls[j], cls[k], cls[l]))
            values = next(v for v in (first(tables["torsion"], keys) for keys in
                                      ([(a, b, c, d)], [(a, b, c, 0), (0, b, c, d)], [(0, b, c, 0)])) if v)
            e["torsion"] += settings["torsionunit"] * periodic(values, dihedral(x[i], x[j], x[k], x[l]), 6)
    for c in natoms:
        if len(near[c]) != 3:
            continue
        own = [cls[i] for i in near[c]]
        for values, o, divisor in improper_torsions(tables["imptors"], own, cls[c]):
            i, j, l = (near[c][n] for n in o)
            e["improper"] += settings["imptorunit"] * periodic(values, dihedral(x[i], x[j], x[c], x[l]), 3) / divisor
        for values, o, divisor in improper_dihedrals(tables["improper"], own, cls[c]):
            i, j, l = (near[c][n] for n in o)
            psi, ideal = np.degrees(dihedral(x[c], x[i], x[j], x[l])), values[1]
            if abs(psi + ideal) < abs(psi - ideal):
                ideal = -ideal
            delta = np.radians((psi - ideal + 180) % 360 - 180)
            e["improper"] += settings["impropunit"] * values[0] * delta ** 2 / divisor
    nonbonded(e, settings, words, lines, x, types, cls, near, one_four)
    e["total"] = sum(e.values())
    return e


def nonbonded(e, settings, words, lines, x, types, cls, near, one_four):
    index = types if words["vdwindex"] == "TYPE" else cls
    factor = (2 ** (1 / 6) if words["radiustype"] == "SIGMA" else 1) * (0.5 if words["radiussize"] == "DIAMETER" else 1)
    size = {int(f[0]): (float(f[1]), float(f[2])) for f, _ in lines["vdw"]}
    size4 = dict(size)
    for f, _ in lines.get("vdw14", []):
        r, eps = float(f[1]), float(f[2])
        size4[int(f[0])] = (r or size[int(f[0])][0], eps or size[int(f[0])][1])
    special = {tuple(sorted((int(f[0]), int(f[1])))): (float(f[2]), float(f[3]))
               for w in ("vdwpr", "vdwpair") for f, _ in lines.get(w, [])}
    charge = {int(f[0]): float(f[1]) for f, _ in lines["charge"]}
    charges = [charge.get(-n - 1, charge[t]) for n, t in enumerate(types)]
    for i, j in itertools.combinations(range(len(x)), 2):
        if j in near[i] or set(near[i]) & set(near[j]):
            continue
        is14 = (i, j) in one_four
        (ri, ei), (rj, ej) = ((size4 if is14 else size)[index[n]] for n in (i, j))
        ri, rj = ri * factor, rj * factor
        rmin = 2 * np.sqrt(ri * rj) if words["radiusrule"] == "GEOMETRIC" else ri + rj
        eps = np.sqrt(abs(ei) * abs(ej))
        if pair := special.get(tuple(sorted((index[i], index[j])))):
            rmin, eps = pair[0] * (2 ** (1 / 6) if words["radiustype"] == "SIGMA" else 1), abs(pair[1])
        r = np.linalg.norm(x[i] - x[j])
        p6 = (rmin / r) ** 6
        e["lj"] += (settings["vdw-14-scale"] if is14 else 1) * eps * (p6 * p6 - 2 * p6)
        e["coulomb"] += ((settings["chg-14-scale"] if is14 else 1) * settings["electric"] / settings["dielectric"]
                         * charges[i] * charges[j] / r)


def frames(stem: Path, parameters: list[str], positions) -> list[dict[str, float]]:
    """Energies by term of STEM.xyz at other positions, the torsions as `dihedral`: of `analyze` where it is there."""
    result = []
    with tempfile.TemporaryDirectory(prefix="swivel-tinker-") as folder:
        coordinates = Path(folder, "mol.xyz")
        for frame in positions:
            coordinates.write_text(moved(Path(f"{stem}.xyz").read_text(), frame))
            result.append(as_dihedral(energies(str(coordinates), parameters)))
    if not has_analyze():
        return result
    # What a user pastes into the .key, and the .prm that its `parameters` line names.
    prm = [name for name in parameters if name.endswith(".prm")]
    pasted = "".join(Path(name).read_text() for name in parameters if name.endswith(".key"))
    said = analyze(stem, f"parameters {prm[0]}\n{pasted}", positions)
    for number, (ours, theirs) in enumerate(zip(result, said, strict=True)):
        for term, value in theirs.items():
            if abs(ours[term] - value) > AGREEMENT:
                raise RuntimeError(f"frame {number}: {term} is {value} by analyze and {ours[term]} by its formulas")
    return said


# Eight decimals a term, of coordinates with ten.
AGREEMENT = 1e-6
COMPONENTS = {"Bond Stretching": "bond", "Angle Bending": "angle", "Urey-Bradley": "angle", "Torsional Angle": "dihedral",
              "Improper Torsion": "improper", "Improper Dihedral": "improper", "Van der Waals": "lj",
              "Charge-Charge": "coulomb"}


def as_dihedral(terms: dict[str, float]) -> dict[str, float]:
    return {"dihedral" if term == "torsion" else term: value for term, value in terms.items()}


def has_analyze() -> bool:
    """Whether Tinker's `analyze` is on the PATH."""
    return shutil.which("analyze") is not None


def analyze(stem: Path, key: str, positions) -> list[dict[str, float]]:
    """Energies by term that Tinker's own `analyze` prints, under the text of a .key."""
    with tempfile.TemporaryDirectory(prefix="swivel-tinker-") as folder:
        work = Path(folder)
        text = Path(f"{stem}.xyz").read_text()
        (work / "mol.xyz").write_text("".join(moved(text, frame) for frame in positions))
        (work / "mol.key").write_text(key + "\ndigits 8\n")
        done = subprocess.run(["analyze", "mol.xyz", "E"], cwd=work, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              timeout=600)
    blocks = done.stdout.split(" Total Potential Energy :")[1:]
    if len(blocks) != len(positions):
        raise RuntimeError(f"analyze gave {len(blocks)} energies of {len(positions)} frames: {(done.stdout + done.stderr)[-600:]}")
    result = []
    for block in blocks:
        terms = dict.fromkeys(COMPONENTS.values(), 0.0)
        for name, value in re.findall(r"^ (\S[A-Za-z -]*?\S) +(-?[0-9.]+) +[0-9]+ *$", block, re.M):
            terms[COMPONENTS[name]] += float(value)
        result.append(terms)
    return result


def moved(text: str, positions) -> str:
    """Tinker coordinates with other positions."""
    lines = text.splitlines()
    for number, (x, y, z) in enumerate(positions, start=1):
        fields = lines[number].split()
        lines[number] = f"{fields[0]} {fields[1]} {x:.10f} {y:.10f} {z:.10f} {' '.join(fields[5:])}"
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(json.dumps(energies(sys.argv[1], sys.argv[2:]), indent=1))
