# SPDX-License-Identifier: GPL-3.0-or-later
"""Fragments on a molecule's whole files, from which the lines of the same types were taken: CHARMM and Tinker."""
import tempfile
from pathlib import Path

from . import charmm as charmm_files
from . import complete
from . import tinker as tinker_files
from .molecule import SI_COULOMB, Frames


def charmm(molecule: Frames, stem: Path, fragment: Path) -> list[dict[str, float]] | None:
    """The molecule's prm without the fragment's dihedrals, and the fragment, in OpenMM's reader; None where no line is the fragment's."""
    types = {canonical(line.split()[:4]) for line in fragment.read_text().splitlines() if "!" in line}
    kept, taken = without(Path(f"{stem}.prm").read_text(), "DIHEDRALS", types)
    if not taken:
        return None
    with tempfile.TemporaryDirectory(prefix="swivel-charmm-") as folder:
        base = Path(folder, "base.prm")
        base.write_text(kept)
        frames = charmm_files.energies(Path(f"{stem}.psf"), [fragment, base], molecule.positions)
    return [complete.with_impropers(frame) for frame in frames]


def tinker(molecule: Frames, stem: Path, fragment: Path) -> list[dict[str, float]] | None:
    """The molecule's prm without the fragment's torsions, and the fragment as its key."""
    rows = [line.split() for line in fragment.read_text().splitlines() if line.startswith("torsion")]
    types = {canonical(row[1:5]) for row in rows}
    text = Path(f"{stem}.prm").read_text().splitlines()
    kept = [line for line in text if not (line.split()[:1] == ["torsion"] and canonical(line.split()[1:5]) in types)]
    if len(kept) == len(text):
        return None
    with tempfile.TemporaryDirectory(prefix="swivel-tinker-") as folder:
        base = Path(folder, "base.prm")
        base.write_text("\n".join(kept) + "\n")
        frames = tinker_files.frames(stem, [str(base), str(fragment)], molecule.positions)
    return [complete.with_impropers(frame) for frame in frames]


def canonical(types: list[str]) -> tuple[str, ...]:
    upper = tuple(t.upper() for t in types)
    return min(upper, upper[::-1])


def without(text: str, section: str, types: set[tuple[str, ...]]) -> tuple[str, int]:
    """The text without the section's lines of these types, and how many they were."""
    out, inside, taken = [], False, 0
    for line in text.splitlines():
        words = line.split("!")[0].split()
        if words and words[0].isalpha() and words[0].isupper() and len(words) < 4:
            inside = words[0] == section
        if inside and len(words) == 7 and canonical(words[:4]) in types:
            taken += 1
        else:
            out.append(line)
    return "\n".join(out) + "\n", taken


# Extension → how the fragment is tried, and the folder of whole molecules that it is tried on.
ENGINES = {"prm": charmm, "key": tinker}
FOLDERS = {"prm": "charmm", "key": "tinker"}
COULOMB = {"prm": SI_COULOMB}
