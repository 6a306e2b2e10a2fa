# SPDX-License-Identifier: GPL-3.0-or-later
"""Finished parts of one molecule in the work folder, so that an interrupted run can go on.

The folder's name holds a hash of the molecule, the settings and the program versions; a file is complete or absent.
After a change of the algorithm, remove the work folder.
"""
import hashlib
import json
import os
from pathlib import Path

import numpy as np

from . import files, molecules, scan, xtb
from .molecules import Molecule
from .scan import Scan


class MoleculeCache:
    """The topology, optimised conformers and scans of one molecule."""

    def __init__(self, work: Path, molecule: Molecule, versions: dict[str, str]) -> None:
        settings = [molecule.smiles, versions, molecules.SEED, molecules.CONFORMERS, molecules.WINDOW, scan.SPACING,
                    scan.ANGLE_TOLERANCE, xtb.METHOD, xtb.RESTRAINTS, xtb.OPTIMISATION_LEVELS]
        digest = hashlib.sha256(json.dumps(settings).encode()).hexdigest()[:12]
        self.molecule = molecule
        self.folder = work / f"{molecule.id}-{digest}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.topology = self.folder / "molecule.prmtop"

    def conformers(self) -> list[np.ndarray] | None:
        """The optimised conformers, lowest first; None if there are none yet."""
        path = self.folder / "conformers.json"
        return [np.array(positions) for positions in json.loads(path.read_text())] if path.exists() else None

    def store_conformers(self, conformers: list[np.ndarray]) -> None:
        self._write("conformers.json", json.dumps([positions.tolist() for positions in conformers]))

    def store_topology(self, text: str) -> None:
        self._write(self.topology.name, text)

    def has_scan(self, quartet: tuple[int, ...]) -> bool:
        return self._info(quartet).exists()

    def store_scan(self, finished: Scan, date: str) -> None:
        self._write(self._frames(finished.quartet).name, files.extended_xyz(finished))
        info = {"date": date, "quartet": finished.quartet, "starts": finished.starts, "rounds": finished.rounds}
        self._write(self._info(finished.quartet).name, json.dumps(info))  # last: it marks the scan as finished

    def entry(self, quartets: list[tuple[int, ...]]) -> files.FamilyEntry:
        """What the family's files say about the molecule, with these scans."""
        scans = []
        for quartet in quartets:
            info = json.loads(self._info(quartet).read_text())
            scans.append(files.ScanEntry(quartet, self._frames(quartet).read_text(), info["date"], info["rounds"] > 0))
        return files.FamilyEntry(self.molecule, self.topology.read_text(), scans)

    def _frames(self, quartet: tuple[int, ...]) -> Path:
        return self.folder / f"scan-{'-'.join(map(str, quartet))}.extxyz"

    def _info(self, quartet: tuple[int, ...]) -> Path:
        return self._frames(quartet).with_suffix(".json")

    def _write(self, name: str, text: str) -> None:
        temporary = self.folder / f".{name}.partial"
        temporary.write_text(text)
        os.replace(temporary, self.folder / name)
