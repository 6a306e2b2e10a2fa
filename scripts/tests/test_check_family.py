# SPDX-License-Identifier: GPL-3.0-or-later
"""A shipped scan passes the check; each way of spoiling it is noticed."""
import re
import shutil

import check_family
import pytest


@pytest.fixture()
def folder(families, tmp_path):
    """A family of butane alone, copied from the shipped alkanes."""
    for name in ("molecules/butane.prmtop", "scans/butane-0-1-2-3.extxyz"):
        (tmp_path / name).parent.mkdir()
        shutil.copy(families / "alkanes" / name, tmp_path / name)
    (tmp_path / "family.yaml").write_text("molecules:\n  - id: butane\n    topology: molecules/butane.prmtop\n"
                                          "    scans: [scans/butane-0-1-2-3.extxyz]\n")
    return tmp_path


def shifted_energy(text):
    """The first energy, at -165 degrees, lowered by 1 kcal/mol."""
    return re.sub(r"energy=(\S+)", lambda match: f"energy={float(match[1]) - 1:.8f}", text, count=1)


def reversed_forces(text):
    return re.sub(r"(?m)^([CH] .{48})(.{16})(.{16})(.{16})$",
                  lambda m: m[1] + "".join(f"{-float(m[n]):16.8f}" for n in (2, 3, 4)), text)


def missing_frame(text):
    return "\n".join(text.splitlines()[:-16]) + "\n"


def exchanged_atoms(text):
    """Two hydrogens of the first methyl group exchanged in the first frame."""
    lines = text.splitlines()
    lines[6], lines[7] = lines[7], lines[6]
    return "\n".join(lines) + "\n"


def wrong_grid_angle(text):
    return text.replace("grid_angle=30.0", "grid_angle=31.0")


def broken_bond(text):
    """The first hydrogen of the first frame moved by 1 angstrom."""
    lines = text.splitlines()
    symbol, x, *rest = lines[6].split()
    lines[6] = " ".join([symbol, str(float(x) + 1.0), *rest])
    return "\n".join(lines) + "\n"


def test_a_shipped_scan_passes(folder):
    assert check_family.check_family(folder, profiles=False) == 0


@pytest.mark.parametrize("spoil, complaint", [
    (shifted_energy, "contradict"),
    (reversed_forces, "contradict"),
    (missing_frame, "grid"),
    (exchanged_atoms, "inverted"),
    (wrong_grid_angle, "off its grid angle"),
    (broken_bond, "not the molecule"),
])
def test_a_spoiled_scan_is_refused(folder, capsys, spoil, complaint):
    path = folder / "scans" / "butane-0-1-2-3.extxyz"
    spoiled = spoil(path.read_text())
    assert spoiled != path.read_text()
    path.write_text(spoiled)
    assert check_family.check_family(folder, profiles=False) > 0
    assert complaint in capsys.readouterr().out


def test_energies_at_another_level_s_geometries(folder, capsys):
    """Forces off the path are theirs; a sign that is wrong is still noticed."""
    path = folder / "scans" / "butane-0-1-2-3.extxyz"

    def pulled(text, level):
        pull = iter([0.1, -0.2] * 1000)
        text = text.replace('level_of_theory="GFN2-xTB"', f'level_of_theory="{level}"')
        return re.sub(r"(?m)^(C.{81})(.{16})$", lambda m: f"{m[1]}{float(m[2]) + next(pull):16.8f}", text)

    shipped = path.read_text()
    path.write_text(pulled(shipped, "B3LYP-D3BJ/DZVP//GFN2-xTB"))
    assert check_family.check_family(folder, profiles=False) == 0
    for spoiled, complaint in [(pulled(shipped, "GFN2-xTB"), "net force"),
                               (reversed_forces(pulled(shipped, "B3LYP-D3BJ/DZVP//GFN2-xTB")), "contradict")]:
        path.write_text(spoiled)
        assert check_family.check_family(folder, profiles=False) > 0
        assert complaint in capsys.readouterr().out


def test_a_file_which_is_not_listed_is_a_problem(folder):
    (folder / "molecules" / "stray.prmtop").write_text("")
    assert check_family.check_family(folder, profiles=False) == 1
