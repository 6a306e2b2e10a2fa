#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Breaks the code on purpose, place by place, and says whether the tests that should notice do.

    python3 scripts/checks/mutations.py               every mutation
    python3 scripts/checks/mutations.py --list        which there are
    python3 scripts/checks/mutations.py --only gate   those whose name holds a word
    python3 scripts/checks/mutations.py --here        plants them in this very tree, which is a copy to throw away, and in its .build

The copy in .build-mutations has all of them at once, each asleep until SWIVEL_MUTATION is its number: one build, which
is incremental from then on. First the tests of each are run with none awake, as what fails without a mutation notices nothing.
"""
import argparse
import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".build-mutations"
# Those of `make test`: a tree that it built needs little more.
FLAGS = ["-c", "release", "--explicit-target-dependency-import-check", "error", "-Xswiftc", "-enable-testing", "-Xswiftc",
         "-warnings-as-errors"]
# What a test may need of the repository beside its sources.
KEPT = ["Benchmarks", "CHANGELOG.md", "CONTRIBUTING.md", "Fuzz", "Makefile", "Package.resolved", "Package.swift", "README.md", "Smarts",
        "Sources", "Tests", "docs", "families", "forcefields", "reports", "scripts"]


@dataclasses.dataclass
class Mutation:
    """An expression that is another."""
    name: str
    file: str
    text: str
    replacement: str
    tests: str
    """Stands in front of `text` in the file, where that stands there more than once."""
    before: str = ""


MUTATIONS = [
    Mutation("a reader's unit of length", "Sources/FamilyFiles/Scans/Programs/HDF5Scans.swift",
             "vectors(own, times: Units.bohr)", "vectors(own)", "FormatTests|HDF5MustFailTests"),
    Mutation("the sign of a reader's forces", "Sources/FamilyFiles/Scans/Gaussian/GaussianLog.swift",
             "force * Units.hartreePerBohr", "force * -Units.hartreePerBohr", "FormatTests"),
    Mutation("the 1-4 scale", "Sources/ForceFieldFiles/Amber/AmberTopology.swift",
             "scaling.lennardJonesDivisor", "scaling.coulombDivisor", "AmberTopologyTests|AmberTopologyWriterTests",
             before="(entry.map { a14[$0] } ?? 0) / "),
    Mutation("the sign of a phase that is written", "Sources/ForceFieldFiles/Lammps/LammpsTorsionEditor.swift",
             "degrees(term.phaseAsComputed)", "-degrees(term.phaseAsComputed)", "TorsionEditorMustFailTests"),
    Mutation("the prior's standard deviation", "Sources/TorsionModel/Posterior/CoherentPrior.swift",
             "scales.floor + coherent * part.eigenvalues[d]", "scales.floor + 2 * coherent * part.eigenvalues[d]",
             "TorsionPosteriorTests"),
    Mutation("the prior's standard deviation as reported", "Sources/TorsionModel/Posterior/CoherentPrior.swift",
             "marginalVariances(scales).map { $0.squareRoot() }", "marginalVariances(scales)", "TorsionPosteriorTests|SummaryTests"),
    Mutation("the offset of a scan's energies", "Sources/TorsionModel/Posterior/MoleculeBlock.swift",
             "kind.hasOffset", "false", "TorsionPosteriorTests"),
    Mutation("the scale of noise", "Sources/TorsionModel/Posterior/NoiseSampling.swift",
             "0.5 * own * logs[k]", "own * logs[k]", "TorsionPosteriorTests|GewekeTests"),
    Mutation("a gate's limit of coverage", "Sources/ReportFiles/Page/Rules/Gate.swift",
             "distance <= 0.05", "distance <= 0.06", "GateTests", before="verdict: "),
    Mutation("a gate's limit of halves", "Sources/ReportFiles/Page/Rules/Gate.swift",
             "1.3", "1.4", "GateTests", before="static let narrowZ = "),
    Mutation("the lease of a finished job", "Sources/Acquisition/Ledger/Ledger.swift",
             "\"UPDATE job SET state = 'leased', lease = ?, leasedAt = ? WHERE id = ? AND state IN ('ready', 'leased')\"",
             "\"UPDATE job SET state = 'leased', lease = ?, leasedAt = ? WHERE id = ?\"", "LedgerMustFailTests|LedgerTests"),
    Mutation("the interval that is exported", "Sources/ForceFieldFiles/Shared/RemarkWriter.swift",
             "bounds(interval90)", "bounds(fitted.interval95 ?? interval90)", "TermRemarksTests"),
]


def planted(number: int, mutation: Mutation, source: str) -> str:
    """The source with the mutation asleep in it."""
    whole = mutation.before + mutation.text
    if source.count(whole) != 1:
        sys.exit(f"{mutation.file} has {whole!r} {source.count(whole)} times, not once: the list is to be mended")
    return source.replace(whole, f"{mutation.before}(mutationIsAwake({number}) ? ({mutation.replacement}) : ({mutation.text}))")


AWAKE = """
import Foundation

private let mutationThatIsAwake = ProcessInfo.processInfo.environment["SWIVEL_MUTATION"].flatMap { Int($0) }
private func mutationIsAwake(_ number: Int) -> Bool { mutationThatIsAwake == number }
"""


def with_mutations() -> dict[str, str]:
    """The files that mutations stand in, by their names, with all of them planted."""
    changed: dict[str, str] = {}
    for number, mutation in enumerate(MUTATIONS, 1):
        source = changed.get(mutation.file) or (ROOT / mutation.file).read_text(encoding="utf-8")
        changed[mutation.file] = planted(number, mutation, source)
    return {file: text + AWAKE for file, text in changed.items()}


def make_copy(copy: Path) -> None:
    """Copies what changed, so that a second build is a short one, with every mutation planted."""
    changed = with_mutations()
    kept = set()
    for path in (path for name in KEPT for path in ([ROOT / name] if (ROOT / name).is_file() else (ROOT / name).rglob("*"))):
        own = path.relative_to(ROOT)
        if not path.is_file() or ".build" in own.parts:
            continue
        kept.add(own)
        text = changed[str(own)].encode() if str(own) in changed else path.read_bytes()
        if not (copy / own).exists() or (copy / own).read_bytes() != text:
            (copy / own).parent.mkdir(parents=True, exist_ok=True)
            (copy / own).write_bytes(text)
            shutil.copymode(path, copy / own)
    for path in [path for path in copy.rglob("*") if path.is_file() and path.relative_to(copy) not in kept]:
        if path.relative_to(copy).parts[0] in KEPT:
            path.unlink()
    # Engines and Python packages are large, and no test changes them.
    if not (copy / ".venv").exists() and (ROOT / ".venv").exists():
        (copy / ".venv").symlink_to(ROOT / ".venv")


def passes(tree: Path, tests: str, awake: int = 0) -> bool:
    """Whether tests pass with a mutation awake; none for 0."""
    environment = os.environ | {"SWIVEL_MUTATION": str(awake)}
    environment.setdefault("SWIVEL_SMARTS", str(ROOT / ".build" / "smarts" / "libswivel-smarts.so"))
    run = subprocess.run(["swift", "test", *FLAGS, "--skip-build", "--filter", tests], cwd=tree, env=environment, capture_output=True,
                         text=True, check=False)
    if "Test run with 0 tests" in run.stdout + run.stderr:
        sys.exit(f"no test is called {tests}")
    return run.returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--here", action="store_true")
    arguments = parser.parse_args()
    chosen = [(number, mutation) for number, mutation in enumerate(MUTATIONS, 1) if arguments.only in mutation.name]
    if arguments.list:
        for number, mutation in chosen:
            print(f"{number}. {mutation.name}: {mutation.file}\n   {mutation.text}\n   → {mutation.replacement}\n   by {mutation.tests}")
        return
    tree = ROOT if arguments.here else FOLDER / "tree"
    if arguments.here:
        for file, text in with_mutations().items():
            (ROOT / file).write_text(text, encoding="utf-8")
    else:
        make_copy(tree)
    subprocess.run(["swift", "build", *FLAGS, "--build-tests"], cwd=tree, check=True)
    sound = {tests: passes(tree, tests) for tests in sorted({mutation.tests for _, mutation in chosen})}
    unnoticed = 0
    for number, mutation in chosen:
        verdict = "the tests fail without it" if not sound[mutation.tests] else "not noticed" if passes(tree, mutation.tests, number) else "noticed"
        unnoticed += verdict != "noticed"
        print(f"{number:2d}. {mutation.name}: {verdict} ({mutation.tests})", flush=True)
    if unnoticed:
        sys.exit(f"{unnoticed} of {len(chosen)} mutations are not noticed")
    print(f"all {len(chosen)} mutations are noticed")


if __name__ == "__main__":
    main()
