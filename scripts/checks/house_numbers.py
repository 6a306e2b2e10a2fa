#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what can be counted of the house: sizes, circles, repeats, tests a target; of the tree as it is, or of a commit.

    python3 scripts/checks/house_numbers.py [--commit b7ca816]

- Circles are strongly connected sets of files of a target, as check_house.py draws them, allowed ones included.
- A repeat is six lines and more that stand, blanks and comments left out, in two places of Sources.
- Which error sites tests reach is what error_sites.py counts.
"""
import argparse
import collections
import re
import subprocess
import tempfile
from pathlib import Path

import check_house

REPEAT = 6


def swift_files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.swift"))}


def repeats(files: dict[str, str]) -> int:
    """How many lines of a second place stand in a first one, in runs of at least REPEAT."""
    seen: dict[tuple[str, ...], tuple[str, int]] = {}
    count = 0
    for name, text in files.items():
        lines = [line.strip() for line in text.split("\n")]
        lines = [line for line in lines if len(line) > 1 and not line.startswith(("//", "import ", "#if", "#else", "#endif"))]
        last = -1
        for start in range(len(lines) - REPEAT + 1):
            window = tuple(lines[start:start + REPEAT])
            # Closing brackets and one word a line repeat everywhere and mean nothing.
            if sum(map(len, window)) < 20 * REPEAT:
                continue
            if window in seen and seen[window] != (name, start):
                count += start + REPEAT - max(start, last)
                last = start + REPEAT
            else:
                seen.setdefault(window, (name, start))
    return count


def longest(files: dict[str, str]) -> list[tuple[int, str, str]]:
    """Lines, name and file of every function, the longest first."""
    found = [(length, function, name) for name, text in files.items()
             for function, _, length in check_house.function_lengths(check_house.code(text))]
    return sorted(found, reverse=True)


def lines(files: dict[str, str]) -> int:
    return sum(text.count("\n") for text in files.values())


def report(root: Path) -> str:
    sources = swift_files(root / "Sources")
    functions = longest(sources)
    result = [
        f"files: {len(sources)}; lines: {lines(sources)}; the longest file: {max(text.count(chr(10)) for text in sources.values())} lines",
        "longest functions: " + ", ".join(f"{name} ({length})" for length, name, _ in functions[:5])
        + f"; above 80 lines: {sum(length > 80 for length, _, _ in functions)}; median {functions[len(functions) // 2][0]}",
        f"lines above 120 characters: {sum(len(line) > 120 for text in sources.values() for line in text.split(chr(10)))}, "
        f"above 160: {sum(len(line) > 160 for text in sources.values() for line in text.split(chr(10)))}",
        f"lines of repeats: {repeats(sources)}",
        f"`#if canImport(Glibc)`: {sum('canImport(Glibc)' in text for text in sources.values())} files",
        "", "| target | files | lines | files in circles | the largest circle | test lines | test lines a line | error sites |",
        "|---|---|---|---|---|---|---|---|"]
    for folder in sorted((root / "Sources").iterdir()):
        own = swift_files(folder)
        if not own:
            continue
        found = check_house.circles(check_house.graph({name: check_house.code(text) for name, text in own.items()}))
        name = {"swivel": "Command"}.get(folder.name, folder.name)
        tests = lines(swift_files(root / "Tests" / f"{name}Tests")) if (root / "Tests" / f"{name}Tests").exists() else 0
        sites = sum(bool(re.search(r"\bthrow\b", line)) for text in own.values() for line in check_house.code(text).split("\n"))
        sizes = collections.Counter(len(each) for each in found)
        result.append(f"| {folder.name} | {len(own)} | {lines(own)} | {sum(size * times for size, times in sizes.items())} | "
                      f"{max(sizes, default=0)} | {tests} | {tests / max(1, lines(own)):.2f} | {sites} |")
    return "\n".join(result)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commit")
    arguments = parser.parse_args()
    if not arguments.commit:
        print(report(check_house.ROOT))
        return
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "archive", arguments.commit, "Sources", "Tests"], cwd=check_house.ROOT,
                                 capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
        print(report(Path(folder)))


if __name__ == "__main__":
    main()
