# SPDX-License-Identifier: GPL-3.0-or-later
"""What the builder writes is what the checker reads, and stale files go away."""
import numpy as np
import pytest
import yaml
from check_family import read_frames

from family_builder import files
from family_builder.cache import MoleculeCache
from family_builder.scan import GRID, GridPoint, Scan

QUARTET = (0, 1, 2, 3)


@pytest.fixture()
def scan(butane, butane_positions):
    random = np.random.default_rng(5)
    points = [GridPoint(angle, np.round(butane_positions + random.normal(size=butane_positions.shape), 8),
                        random.normal(), random.normal(size=butane_positions.shape)) for angle in GRID]
    return Scan(butane, QUARTET, points, starts=1, rounds=0)


def test_a_scan_comes_back_from_its_file(scan, tmp_path):
    path = tmp_path / "scan.extxyz"
    path.write_text(files.extended_xyz(scan))
    frames = read_frames(path)
    assert [frame.angle for frame in frames] == list(GRID)
    for frame, point in zip(frames, scan.points):
        assert frame.symbols == scan.molecule.symbols and frame.quartet == QUARTET
        assert np.array_equal(frame.positions, point.positions)
        assert np.allclose(frame.forces, point.forces, atol=1e-8)  # eight decimals are written
        assert frame.energy == pytest.approx(point.energy, abs=1e-8)


def test_other_units_are_refused(scan, tmp_path):
    path = tmp_path / "scan.extxyz"
    path.write_text(files.extended_xyz(scan).replace("kcal/mol/angstrom", "eV/angstrom"))
    with pytest.raises(ValueError, match="units"):
        read_frames(path)


def test_a_family_lists_its_files_and_no_others(scan, tmp_path):
    entry = files.FamilyEntry(scan.molecule, "topology", [
        files.ScanEntry(QUARTET, files.extended_xyz(scan), "2026-01-01", is_envelope=True)])
    (tmp_path / "scans").mkdir()
    stale = tmp_path / "scans" / "gone-0-1-2-3.extxyz"
    stale.write_text("")
    files.write_family(tmp_path, "test", "A test.", [entry], {"xtb": "1", "AmberTools": "2"})
    manifest = yaml.safe_load((tmp_path / "family.yaml").read_text())
    (molecule,) = manifest["molecules"]
    listed = {molecule["topology"], *molecule["scans"]}
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.glob("*/*")}
    assert listed == written == {"molecules/butane.prmtop", "scans/butane-0-1-2-3.extxyz"}
    assert manifest["level_of_theory"] == "GFN2-xTB" and manifest["license"] == "CC0-1.0"
    assert "`butane-0-1-2-3.extxyz`" in (tmp_path / "README.md").read_text()  # named as an envelope


def test_the_cache_keeps_finished_scans_and_forgets_them_with_another_program(scan, tmp_path):
    cache = MoleculeCache(tmp_path, scan.molecule, {"xtb": "1"})
    assert not cache.has_scan(QUARTET) and cache.conformers() is None
    cache.store_topology("topology")
    cache.store_scan(scan, "2026-01-01")
    again = MoleculeCache(tmp_path, scan.molecule, {"xtb": "1"})
    (entry,) = again.entry([QUARTET]).scans
    assert entry.text == files.extended_xyz(scan) and not entry.is_envelope
    assert not MoleculeCache(tmp_path, scan.molecule, {"xtb": "2"}).has_scan(QUARTET)
