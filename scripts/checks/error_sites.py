#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists the error sites of Sources that no test reaches: lines that throw and that no run of the tests executes.

    python3 scripts/checks/error_sites.py                    builds for coverage, runs the tests, lists
    python3 scripts/checks/error_sites.py --skip-run         lists what the last run reached
    python3 scripts/checks/error_sites.py --filter Gromacs   runs those tests beside what was run before
    python3 scripts/checks/error_sites.py --table            a row a target only

A site is a `throw` in Sources. Lines are counted by LLVM's coverage of the Swift tests and of the command that they run, in
.build-coverage; a build of its own takes some minutes. The Python tests are not counted.
"""
import argparse
import collections
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build-coverage"
FLAGS = ["-c", "release", "--explicit-target-dependency-import-check", "error", "--scratch-path", str(BUILD), "-Xswiftc",
         "-enable-testing", "-Xswiftc", "-profile-generate", "-Xswiftc", "-profile-coverage-mapping"]


def tool(name: str) -> str:
    """A tool of the toolchain that `swift` is of: Debian's own llvm-cov may be older than the data."""
    beside = Path(shutil.which("swift")).resolve().parent / name
    return str(beside) if beside.exists() else name


def run_tests(filters: list[str]) -> None:
    raw = BUILD / "raw"
    if not filters:
        shutil.rmtree(raw, ignore_errors=True)
    raw.mkdir(parents=True, exist_ok=True)
    # Processes of one program add to one of four files; the command that tests start is the covered one beside them.
    environment = os.environ | {"LLVM_PROFILE_FILE": str(raw / "%4m.profraw")}
    # RDKit's library lies where `make smarts` puts it, which this build folder is not.
    environment.setdefault("SWIVEL_SMARTS", str(ROOT / ".build" / "smarts" / "libswivel-smarts.so"))
    subprocess.run(["swift", "build", *FLAGS, "--build-tests"], cwd=ROOT, check=True)
    chosen = [word for each in filters for word in ("--filter", each)]
    subprocess.run(["swift", "test", *FLAGS, "--skip-build", *chosen], cwd=ROOT, env=environment, check=False)
    merge(raw)


def merge(raw: Path) -> None:
    """All runs in one file."""
    files = sorted(str(path) for path in raw.glob("*.profraw"))
    if not files:
        sys.exit("the tests left no coverage")
    said = subprocess.run([tool("llvm-profdata"), "merge", "-sparse", "--failure-mode=all", *files, "-o", str(BUILD / "tests.profdata")],
                          check=True, capture_output=True, text=True).stderr
    # Processes that were killed while they added their counts leave nonsense, which counts as run.
    if "counter overflow" in said:
        print("warning: counts are damaged, and sites may be called reached that are not: run it anew and let it end", file=sys.stderr)


def counts() -> dict[Path, dict[int, int]]:
    """How often each line ran, by file."""
    if not (BUILD / "tests.profdata").exists():
        sys.exit("no run of the tests is there: leave out --skip-run")
    tests = next((BUILD / "release").glob("*PackageTests.xctest"))
    text = subprocess.run(
        [tool("llvm-cov"), "export", "-format=lcov", str(tests), "-object", str(BUILD / "release" / "swivel"),
         f"-instr-profile={BUILD / 'tests.profdata'}", str(ROOT / "Sources")], capture_output=True, text=True, check=True).stdout
    found: dict[Path, dict[int, int]] = {}
    lines: dict[int, int] = {}
    for line in text.split("\n"):
        if line.startswith("SF:"):
            lines = found.setdefault(Path(line[3:]), {})
        elif line.startswith("DA:"):
            number, count = line[3:].split(",")[:2]
            lines[int(number)] = max(lines.get(int(number), 0), int(count))
    return found


def sites() -> dict[Path, list[tuple[int, str]]]:
    """Lines that throw, by file, comments and texts left out."""
    found = {}
    for path in sorted((ROOT / "Sources").rglob("*.swift")):
        lines = path.read_text(encoding="utf-8").split("\n")
        own = []
        for number, line in enumerate(lines, 1):
            bare = re.sub(r'"(?:\\.|[^"\\])*"', '""', line.split("//")[0])
            if re.search(r"\bthrow\b", bare):
                own.append((number, message(lines[number - 1:number + 4])))
        if own:
            found[path] = own
    return found


def message(lines: list[str]) -> str:
    """The first text at a site, to know it by."""
    texts = re.findall(r'"((?:\\.|[^"\\])+)"', " ".join(lines))
    return texts[0][:90] if texts else lines[0].strip()[:90]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skip-run", action="store_true")
    parser.add_argument("--filter", action="append", default=[])
    parser.add_argument("--table", action="store_true")
    arguments = parser.parse_args()
    if not arguments.skip_run:
        run_tests(arguments.filter)
    ran = counts()
    total, reached = collections.Counter(), collections.Counter()
    for path, own in sites().items():
        place = path.relative_to(ROOT)
        target = place.parts[1]
        for number, text in own:
            total[target] += 1
            if ran.get(path, {}).get(number, 0) > 0:
                reached[target] += 1
            elif not arguments.table:
                print(f"{place}:{number}: {text}")
    for target in sorted(total):
        print(f"{target:16s} {reached[target]:4d} of {total[target]:4d} error sites reached")
    print(f"{'all':16s} {sum(reached.values()):4d} of {sum(total.values()):4d}")


if __name__ == "__main__":
    main()
