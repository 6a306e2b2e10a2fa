#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Made-up force fields of N-methylacetamide in the forms of CHARMM and LAMMPS, with the engines' energies.

    python3 Tests/Fixtures/make_fixtures.py          (OpenMM in Python; LAMMPS: `lmp`, and LMP_NEW=… for style fourier)

The numbers are of ordinary size and belong to no published force field. Writes charmm/, lammps/ and energies.json.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent / "scripts" / "checks"))
from engine_checks import charmm, lammps  # noqa: E402

ELEMENTS = "C C O N C H H H H H H H".split()
MASSES = {"C": 12.011, "O": 15.999, "N": 14.007, "H": 1.008}
TYPES = "CT3 C O NH1 CT3 HA HA HA H HA HA HA".split()
CHARGES = [-0.27, 0.51, -0.51, -0.47, -0.11, 0.09, 0.09, 0.09, 0.31, 0.09, 0.09, 0.09]
BONDS = [(0, 1), (1, 2), (1, 3), (3, 4), (0, 5), (0, 6), (0, 7), (3, 8), (4, 9), (4, 10), (4, 11)]
IMPROPERS = [(1, 0, 3, 2), (3, 1, 4, 8)]
START = np.array([
    [1.888, 0.000, -0.026], [0.489, -0.144, 0.538], [0.256, -0.396, 1.699], [-0.489, 0.058, -0.381],
    [-1.864, 0.282, -0.005], [2.610, -0.334, 0.714], [2.076, 1.048, -0.254], [2.004, -0.584, -0.936],
    [-0.224, 0.327, -1.316], [-2.143, 1.330, -0.138], [-1.960, 0.015, 1.046], [-2.530, -0.344, -0.600]])


def frames() -> np.ndarray:
    random = np.random.default_rng(5)
    return np.round(np.array([START + 0.12 * k * random.standard_normal(START.shape) for k in range(3)]), 6)


def neighbours() -> list[list[int]]:
    result = [[] for _ in ELEMENTS]
    for a, b in BONDS:
        result[a].append(b)
        result[b].append(a)
    return result


def angles() -> list[tuple[int, ...]]:
    return [(i, j, k) for j, around in enumerate(neighbours()) for i in around for k in around if i < k]


def dihedrals() -> list[tuple[int, ...]]:
    around = neighbours()
    return [(i, j, k, l) for j, k in BONDS for i in around[j] if i != k for l in around[k] if l != j]


RTF = """* masses for a made-up force field
*
36  1

MASS  -1  H      1.00800  ! polar hydrogen
MASS  -1  HA     1.00800  ! aliphatic hydrogen
MASS  -1  CT3   12.01100
MASS  -1  C     12.01100
MASS  -1  O     15.99900
MASS  -1  NH1   14.00700 N

DEFA FIRS NONE LAST NONE
RESI NMA 0.00
GROUP
ATOM CL CT3 -0.27
BOND CL C
END
"""
PRM = """* parameters of a made-up force field
*

BONDS
!V(bond) = Kb(b - b0)**2
CT3  C     251.3  1.487
O    C     618.7  1.232
NH1  C     367.9  1.347  ! lower case below
ct3  nh1   318.2  1.433
HA   CT3   321.4  1.109
H    NH1   438.6  0.994

ANGLES
CT3 C   O     79.3  121.3
CT3 C   NH1   81.2  116.2  20.5  2.41
NH1 C   O     78.9  122.7
C   NH1 CT3   49.7  120.4
H   NH1 C     33.8  123.1
H   NH1 CT3   34.6  117.3
HA  CT3 C     32.7  109.4  21.9  2.168
HA  CT3 NH1   50.8  109.6
HA  CT3 HA    35.9  108.2   5.3  1.805

DIHEDRALS
CT3 C  NH1 CT3   1.63  1    0.0
CT3 C  NH1 CT3   2.47  2  180.0
X   C  NH1 X     2.39  2  180.0
X   CT3 C  X     0.05  6  180.0
C   NH1 CT3 HA   0.11  3   17.5
C   NH1 CT3 HA  -0.03  1    0.0
H   NH1 CT3 HA   0.07  3    0.0

IMPROPER
O   X   X   C    118.7  0  0.0
NH1 X   X   H     19.6  0  0.0

NONBONDED nbxmod  5 atom cdiel fshift vatom vdistance vfswitch -
cutnb 14.0 ctofnb 12.0 ctonnb 10.0 eps 1.0 e14fac 1.0 wmin 1.5
C      0.0  -0.1087  2.02
O      0.0  -0.1231  1.69   0.0  -0.1187  1.41
NH1    0.0  -0.1962  1.84   0.0  -0.1891  1.57
CT3    0.0  -0.0793  2.05   0.0  -0.0123  1.93
H      0.0  -0.0457  0.2247
HA     0.0  -0.0243  1.33

HBOND CUTHB 0.5

END
"""
STREAM = """* later parameters
*
read rtf card append
* nothing new
36 1
RESI NONE 0.0
END

read para card flex append
* an exception
*
BONDS
H    NH1   441.2  0.997

NBFIX
O  HA   -0.0619  2.97   -0.0311  2.83
H  HA   -0.0512  1.71

END
RETURN
"""


def psf() -> str:
    text = "PSF CMAP CHEQ\n\n       2 !NTITLE\n* made by make_fixtures.py ! with a mark\n* \n\n"
    text += f"{len(ELEMENTS):8d} !NATOM\n"
    for i, (element, kind, charge) in enumerate(zip(ELEMENTS, TYPES, CHARGES)):
        text += (f"{i + 1:8d} AMID 1    NMA  {element + str(i + 1):4s} {kind:4s} {charge:10.6f}     "
                 f"{MASSES[element]:9.4f}           0   0.00000     -0.301140E-02\n")

    def section(title: str, rows: list[tuple[int, ...]]) -> str:
        numbers = [n + 1 for row in rows for n in row]
        lines = ["".join(f"{n:8d}" for n in numbers[k:k + 8]) for k in range(0, len(numbers), 8)]
        return f"\n{len(rows):8d} !{title}\n" + "".join(line + "\n" for line in lines)

    text += section("NBOND: bonds", BONDS) + section("NTHETA: angles", angles())
    text += section("NPHI: dihedrals", dihedrals())
    text += section("NIMPHI: impropers", [(2, 3, 0, 1), (3, 1, 4, 8)])
    text += "\n       0 !NDON: donors\n\n\n       0 !NACC: acceptors\n\n\n       0 !NNB\n\n"
    text += "".join(f"{0:8d}" * 8 + "\n" for _ in range(1)) + f"{0:8d}" * 4 + "\n"
    text += "\n       1       0 !NGRP NST2\n       0       1       0\n\n       1 !MOLNT\n" + f"{1:8d}" * 8 + "\n"
    text += f"{1:8d}" * 4 + "\n\n       0       0 !NUMLP NUMLPH\n\n       0 !NCRTERM: cross-terms\n\n"
    return text


def data(head: dict[str, list[str]], members: dict[str, list[tuple[int, tuple[int, ...]]]], labels: str = "") -> str:
    """A data file of coefficient sections and of rows of terms (type, atoms); atom types C CT N O H HA by number."""
    kinds = ["CT3", "C", "O", "NH1", "H", "HA"]
    text = "made-up N-methylacetamide\n\n12 atoms\n"
    for name, rows in members.items():
        text += f"{len(rows)} {name.lower()}\n"
    text += "6 atom types\n"
    for name in members:
        text += f"{max(t for t, _ in members[name])} {name.lower()[:-1]} types\n"
    text += "\n-20 20 xlo xhi\n-20 20 ylo yhi\n-20 20 zlo zhi\n" + labels + "\nMasses\n\n"
    masses = [12.011, 12.011, 15.999, 14.007, 1.008, 1.008]
    text += "".join(f"{n + 1} {m} # {k}\n" for n, (m, k) in enumerate(zip(masses, kinds)))
    for title, rows in head.items():
        text += f"\n{title}\n\n" + "".join(f"{n + 1} {row}\n" for n, row in enumerate(rows))
    text += "\nAtoms # full\n\n"
    for i in reversed(range(12)):
        x, y, z = START[i]
        text += f"{i + 1} 1 {kinds.index(TYPES[i]) + 1} {CHARGES[i]} {x} {y} {z} 0 0 0\n"
    text += "\nVelocities\n\n" + "".join(f"{i + 1} 0 0 0\n" for i in range(12))
    for name, rows in members.items():
        text += f"\n{name}\n\n"
        text += "".join(f"{n + 1} {t} {' '.join(str(a + 1) for a in atoms)}\n" for n, (t, atoms) in enumerate(rows))
    return text


def by_types(rows: list[tuple[int, ...]], shift: int = 0, most: int = 99) -> list[tuple[int, tuple[int, ...]]]:
    """Rows with a type number by their atoms' types, at most so many types."""
    seen: dict[tuple[str, ...], int] = {}
    result = []
    for row in rows:
        key = tuple(TYPES[a] for a in row)
        key = min(key, key[::-1])
        number = seen.setdefault(key, len(seen) % most + 1)
        result.append((number + shift, row))
    return result


HEAD = """# made up
units           real
atom_style      full
boundary        s s s
neighbor        2.0 nsq
"""
TAIL = "thermo_style custom pe ebond eangle edihed eimp evdwl ecoul\nthermo_modify format float %.12g\nrun 0\n"


def write(folder: str, name: str, text: str) -> None:
    path = HERE / folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def write_charmm() -> None:
    write("charmm", "nma.psf", psf())
    write("charmm", "base.rtf", RTF)
    write("charmm", "base.prm", PRM)
    write("charmm", "more.str", STREAM)


def write_charmm_like() -> None:
    """CHARMM's styles: Urey-Bradley, harmonic impropers, 1-4 pairs by dihedral weights, arithmetic mixing by default."""
    bonds = by_types(BONDS)
    angle_rows = by_types(angles())
    seen: set[tuple[int, int]] = set()
    rows = []
    for number, atoms in by_types(dihedrals(), most=4):
        ends = (min(atoms[0], atoms[3]), max(atoms[0], atoms[3]))
        # Types 1 to 4 carry the weight of their ends, 5 to 8 are second terms without.
        rows += [(number if ends not in seen else number + 4, atoms), (number + 4, atoms)]
        seen.add(ends)
    head = {
        "Pair Coeffs # lj/charmm/coul/charmm": [
            "0.0793 3.65 0.0123 3.44", "0.1087 3.6", "0.1231 3.01 0.1187 2.51", "0.1962 3.28", "0.0457 0.4",
            "0.0243 2.37"],
        "Bond Coeffs # harmonic": [f"{300 + 10 * t} {1.0 + 0.05 * t}" for t in range(max(t for t, _ in bonds))],
        "Angle Coeffs # charmm": [
            f"{40 + t} {105 + 2 * t} {5.5 * (t % 3)} {2.0 + 0.03 * t}" for t in range(max(t for t, _ in angle_rows))],
        "Dihedral Coeffs # charmm": [f"{0.3 + 0.2 * t} {1 + t} {30 * t} 1.0" for t in range(4)]
        + [f"{-0.1 + 0.15 * t} {4 - t} 180 0.0" for t in range(4)],
        "Improper Coeffs # harmonic": ["110.5 0", "21.25 180"],
    }
    members = {"Bonds": bonds, "Angles": angle_rows, "Dihedrals": rows,
               "Impropers": [(1, (2, 3, 0, 1)), (2, (8, 3, 1, 4))]}
    write("lammps", "charmm.data", data(head, members))
    write("lammps", "charmm.in", HEAD + """pair_style lj/charmm/coul/charmm 900 1000
bond_style harmonic
angle_style charmm
dihedral_style charmm
improper_style harmonic
special_bonds charmm
read_data charmm.data
pair_coeff 3 6 0.0619 2.65 0.0311 2.52
""" + TAIL)


def write_opls_like() -> None:
    """Hybrid dihedrals, geometric mixing by default, coefficients in an included file, a weight of one half."""
    members = {"Bonds": by_types(BONDS), "Angles": by_types(angles()), "Dihedrals": by_types(dihedrals(), most=4),
               "Impropers": [(1, IMPROPERS[0]), (2, IMPROPERS[1])]}
    write("lammps", "opls.data", data({}, members))
    write("lammps", "opls.in", HEAD + """pair_style lj/cut/coul/cut &
   500.0
bond_style hybrid harmonic
angle_style harmonic
dihedral_style hybrid opls multi/harmonic charmm harmonic
improper_style hybrid cvff harmonic
special_bonds lj/coul 0.0 0.0 0.5
dielectric 1.5
read_data opls.data
include opls.settings
fix 1 all nve
""" + TAIL + "run 100\nfix 2 all restrain dihedral 1 2 3 4 0 0 0\n")
    bonds = max(t for t, _ in members["Bonds"])
    angle_count = max(t for t, _ in members["Angles"])
    text = "# coefficients\npair_coeff * * 0.08 3.1\npair_coeff 3*4 5 0.02 1.5\npair_coeff 6 6 0.03 2.5\npair_coeff 3 3 0.17 2.96\n"
    text += "".join(f"bond_coeff {t} harmonic {310 + 7 * t} {1.0 + 0.06 * t}\n" for t in range(1, bonds + 1))
    text += "angle_coeff * 50.5 111.5\nangle_coeff 2*4 61.0 117.25\n"
    text += f"angle_coeff {angle_count} 37.5 108.75\n"
    text += ("dihedral_coeff 1 opls 1.3 -0.7 0.4 0.11\ndihedral_coeff 2 multi/harmonic 0.3 -0.4 0.5 0.6 -0.2\n"
             "dihedral_coeff 3 charmm 0.7 2 180 0.0\ndihedral_coeff 4 harmonic 0.35 -1 3\n"
             "improper_coeff 1 cvff 10.5 -1 2\nimproper_coeff 2 harmonic 12.5 180.0\n"
             "set type 5 charge 0.29 # lighter\n")
    write("lammps", "opls.settings", text)


def write_class2_like() -> None:
    """Styles of a newer LAMMPS: fourier, nharmonic, class2 without cross terms, type labels, coul/long."""
    kinds = by_types(dihedrals(), most=3)
    members = {"Bonds": by_types(BONDS), "Angles": by_types(angles()), "Dihedrals": kinds}
    labels = "\nAtom Type Labels\n\n1 CT3\n2 C\n3 O\n4 NH1\n5 H\n6 HA\n\nDihedral Type Labels\n\n1 CT3-C-NH1-CT3\n2 b\n3 c\n"
    head = {
        "Bond Coeffs # harmonic": [f"{300 + 10 * t} {1.0 + 0.05 * t}" for t in range(max(t for t, _ in members["Bonds"]))],
        "Angle Coeffs # harmonic": [f"{40 + t} {105 + 2 * t}" for t in range(max(t for t, _ in members["Angles"]))],
        "Dihedral Coeffs # hybrid": ["fourier 2 0.45 1 37.5 -0.2 3 180", "nharmonic 5 0.1 0.4 -0.3 0.2 0.5",
                                     "class2 0.6 15 -0.3 40 0.2 180"],
        "MiddleBondTorsion Coeffs": ["fourier", "nharmonic", "class2 0 0 0 1.4"],
        "EndBondTorsion Coeffs": ["fourier", "nharmonic", "class2 0 0 0 0 0 0 1.1 1.3"],
        "AngleTorsion Coeffs": ["fourier", "nharmonic", "class2 0 0 0 0 0 0 110 109"],
        "AngleAngleTorsion Coeffs": ["fourier", "nharmonic", "class2 0 110 109"],
        "BondBond13 Coeffs": ["fourier", "nharmonic", "class2 0 1.1 1.3"],
    }
    text = data(head, members, labels).replace("\n\nfourier", "\n\n1 skip")
    for title in list(head)[3:]:
        text = re.sub(rf"({title}\n\n)1 fourier\n2 nharmonic\n", r"\g<1>1 skip\n2 skip\n", text)
    write("lammps", "class2.data", text)
    write("lammps", "class2.in", HEAD + """pair_style lj/cut/coul/cut 500.0
pair_modify mix arithmetic
bond_style harmonic
angle_style harmonic
dihedral_style hybrid fourier nharmonic class2
special_bonds amber
read_data class2.data
pair_coeff CT3 CT3 0.11 3.4
pair_coeff C C 0.086 3.4
pair_coeff O O 0.21 2.96
pair_coeff NH1 NH1 0.17 3.25
pair_coeff H H 0.0157 1.07
pair_coeff HA HA 0.0157 2.65
pair_coeff O H 0.05 2.0
if "$(is_typelabel(dihedral,CT3-C-NH1-CT3))" then "dihedral_coeff CT3-C-NH1-CT3 fourier 2 0.55 1 37.5 -0.2 3 180"
if "$(is_typelabel(dihedral,c3-c3-c3-hc))" then "dihedral_coeff c3-c3-c3-hc fourier 1 0.5 1 0"
""" + TAIL)


def main() -> None:
    positions = frames()
    for writer in (write_charmm, write_charmm_like, write_opls_like, write_class2_like):
        writer()
    text = ""
    for frame in positions:
        text += "12\nmade up\n"
        text += "".join(f"{e} {x:.6f} {y:.6f} {z:.6f}\n" for e, (x, y, z) in zip(ELEMENTS, frame))
    (HERE / "nma.xyz").write_text(text)
    folder = HERE / "charmm"
    result = {"openmm": charmm.energies(folder / "nma.psf", [folder / n for n in ("base.rtf", "base.prm", "more.str")],
                                        positions)}
    new = os.environ.get("LMP_NEW", "lmp")
    for name, program in (("charmm", "lmp"), ("opls", "lmp"), ("class2", new)):
        result[f"lammps {name}"] = run(HERE / "lammps" / name, positions, program)
    (HERE / "energies.json").write_text(json.dumps(result, indent=1) + "\n")


def run(stem: Path, positions: np.ndarray, program: str) -> list[dict[str, float]]:
    """LAMMPS's energies; its script is cut after the first run."""
    folder = Path("/tmp/swivel-fixtures")
    folder.mkdir(exist_ok=True)
    for path in stem.parent.glob(f"{stem.name}.*"):
        text = path.read_text()
        (folder / path.name).write_text(text.split("run 100")[0].replace("include ", f"include {folder}/"))
    version = subprocess.run([program, "-h"], capture_output=True, text=True).stdout.strip().splitlines()[0]
    print(stem.name, version)
    return lammps.energies(folder / stem.name, positions, program)


if __name__ == "__main__":
    main()
