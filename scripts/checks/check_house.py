#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks what the compiler does not: imports, cycles among the files of a target, and the sizes of files, functions and lines.

    python3 scripts/checks/check_house.py [--graph TARGET]

- Every import of a file is a dependency that Package.swift declares for its target, or comes with the system.
- The files of a target refer to each other's types without going round in a circle; circles that belong to a thing that is
  recursive by nature are named below. A file refers to another where it names a type that the other alone declares.
- Files have at most 400 lines, functions at most 80, lines at most 120 characters; swift-format wraps code alone, and no comment or text.
- A public function that throws says what, in a `- Throws:` of its documentation.
- A path that a document, a script, the Makefile or a comment names is there, and so is every file that CONTRIBUTING.md names.

Exit code 1 with a line for every fault. `--graph` prints who refers to whom in a target, for a look.
"""
import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SYSTEM = {"Foundation", "FoundationEssentials", "FoundationXML", "Glibc", "Darwin", "Dispatch", "Synchronization"}
FILE_LINES, FUNCTION_LINES, LINE_CHARACTERS = 400, 80, 120
TEXTS = {".md", ".py", ".sh", ".swift", ".txt", ".h", ".1", ""}
# What stands for a name, and what builds leave.
PLACEHOLDERS = {"FORMATTorsionEditor.swift", "FORMATFormat.swift", "FORMATParameters.swift",
                "Sources/ForceFieldFiles/FORMAT/FORMATFormat.swift", "Sources/LIBRARY/LIBRARY.docc", "Benchmarks/.build"}
# Circles that are there on purpose: sets of files by target, and why. There are none.
CIRCLES: dict[str, list[set[str]]] = {}


def dependencies() -> dict[str, set[str]]:
    """What Package.swift lets each target import."""
    text = (ROOT / "Package.swift").read_text(encoding="utf-8")
    found = {}
    for start in re.finditer(r"\.(?:executableTarget|target|testTarget|systemLibrary)\(", text):
        depth, end = 1, start.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        body = text[start.end():end - 1]
        name = re.search(r'name: "(\w+)"', body)[1]
        listed = re.search(r"dependencies: \[(.*)\]", body, flags=re.S)
        names = re.findall(r'"(\w+)"', re.sub(r'package: "[^"]*"', "", listed[1])) if listed else []
        found[name] = set(names) | {name}
    return found


def blank_texts(text: str) -> str:
    """Swift with the contents of strings as spaces, comments left alone."""
    def blank(match: re.Match) -> str:
        return match[0] if match[0].startswith("//") else re.sub(r"[^\n]", " ", match[0])
    return re.sub(r'//[^\n]*|#?"""(?:.|\n)*?"""#?|#"[^\n]*?"#|"(?:\\.|[^"\\\n])*"', blank, text)


def code(text: str) -> str:
    """Swift without comments and string contents; line numbers stay."""
    def blank(match: re.Match) -> str:
        return re.sub(r"[^\n]", " ", match[0])
    text = blank_texts(text)
    text = re.sub(r"/\*(?:.|\n)*?\*/", blank, text)
    return re.sub(r"//[^\n]*", blank, text)


def declared(text: str) -> set[str]:
    """Types that a file declares at its top level."""
    depth, names = 0, set()
    for line in text.split("\n"):
        match = re.match(r"(?:(?:public|private|fileprivate|package|final|indirect)\s+)*"
                         r"(?:struct|enum|class|protocol|actor|typealias)\s+(\w+)", line.strip())
        if match and depth == 0 and "private" not in line.split(match[1])[0]:
            names.add(match[1])
        depth += line.count("{") - line.count("}")
    return names


def graph(files: dict[str, str]) -> dict[str, set[str]]:
    owner: dict[str, str] = {}
    for name, text in files.items():
        for each in declared(text):
            owner[each] = name
    edges = {}
    for name, text in files.items():
        words = set(re.findall(r"(?<![.\w])[A-Z]\w*", text))
        edges[name] = {owner[word] for word in words if word in owner} - {name}
    return edges


def circles(edges: dict[str, set[str]]) -> list[set[str]]:
    """Strongly connected sets of two and more (Tarjan 1972, doi:10.1137/0201010)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(edges[node]):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            part = set()
            while True:
                last = stack.pop()
                part.add(last)
                if last == node:
                    break
            if len(part) > 1:
                found.append(part)

    sys.setrecursionlimit(10000)
    for node in sorted(edges):
        if node not in index:
            visit(node)
    return found


def function_lengths(text: str) -> list[tuple[str, int, int]]:
    """Name, first line and number of lines of every function and initialiser with a body."""
    lines, found = text.split("\n"), []
    for number, line in enumerate(lines):
        match = re.search(r"\b(?:func\s+(\S+?)[(<]|(init)[?!]?[(<])", line)
        if not match or line.lstrip().startswith("."):
            continue
        depth, opened, brackets = 0, False, 0
        for end in range(number, len(lines)):
            for character in lines[end]:
                # A closure among the default values of parameters is no body.
                if not opened and character in "()":
                    brackets += 1 if character == "(" else -1
                elif brackets == 0 and character == "{":
                    depth, opened = depth + 1, True
                elif brackets == 0 and character == "}":
                    depth -= 1
            if opened and depth <= 0:
                found.append((match[1] or "init", number + 1, end - number + 1))
                break
            if not opened and end > number and re.match(r"\s*(?:@\w+\s+)*(?:public |private |static |mutating )*(?:func|var|let|init|case)\b", lines[end]):
                break
    return found


def silent_throws(text: str) -> list[tuple[int, str]]:
    """Public functions that throw and do not say what."""
    lines, found = text.split("\n"), []
    for number, line in enumerate(lines):
        match = re.match(r"\s*public (?:static |mutating )*(?:func (\w+)|(init))", line)
        if not match:
            continue
        head = line
        for following in lines[number + 1:number + 14]:
            if "{" in head:
                break
            head += following
        if not re.search(r"\)\s*(?:async\s+)?throws", head.split("{")[0]):
            continue
        # What Codable throws stands with Codable.
        if re.search(r"\(from \w+: any Decoder|\(to \w+: any Encoder|forKey \w+: Key", head):
            continue
        comment, above = "", number - 1
        while above >= 0 and re.match(r"\s*(?:///|@)", lines[above]):
            comment = lines[above] + "\n" + comment
            above -= 1
        if "- Throws:" not in comment:
            found.append((number + 1, match[1] or "init"))
    return found


def faults() -> list[str]:
    found, allowed = [], dependencies()
    for folder in sorted((ROOT / "Sources").iterdir()):
        files = {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.swift"))}
        if not files:
            continue
        plain = {name: code(text) for name, text in files.items()}
        for name, text in files.items():
            place = f"Sources/{folder.name}/{name}"
            for number, line in enumerate(text.split("\n"), 1):
                match = re.match(r"\s*(?:@\w+ )*(?:public |private )?import (?:struct |class |enum |func )?(\w+)", line)
                if match and match[1] not in allowed.get(folder.name, set()) | SYSTEM:
                    found.append(f"{place}:{number}: imports {match[1]}, which Package.swift does not give to {folder.name}")
                if len(line) > LINE_CHARACTERS:
                    found.append(f"{place}:{number}: {len(line)} characters, {LINE_CHARACTERS} at most")
            if text.count("\n") > FILE_LINES:
                found.append(f"{place}: {text.count(chr(10))} lines, {FILE_LINES} at most")
            for function, number, length in function_lengths(plain[name]):
                if length > FUNCTION_LINES:
                    found.append(f"{place}:{number}: {function} has {length} lines, {FUNCTION_LINES} at most")
            for number, function in silent_throws(text):
                found.append(f"{place}:{number}: {function} throws, and its documentation has no \"- Throws:\"")
        for circle in circles(graph(plain)):
            if not any(circle <= known for known in CIRCLES.get(folder.name, [])):
                found.append(f"Sources/{folder.name}: these refer to each other in a circle: " + ", ".join(sorted(circle)))
    return found


def missing_paths() -> list[str]:
    """Paths that texts name and that are not there."""
    named = re.compile(r"(?<![\w./-])((?:Sources|Tests|scripts|Benchmarks|Smarts)/[\w./+-]*\w)")
    found = []
    for start in ["Makefile", "README.md", "CONTRIBUTING.md", ".ci/run", "docs", "scripts", "Sources", "Tests", "Benchmarks"]:
        root = ROOT / start
        for path in [root] if root.is_file() else sorted(root.rglob("*")):
            if path.suffix not in TEXTS or not path.is_file() or ".build" in path.parts:
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
                found += [f"{path.relative_to(ROOT)}:{number}: {match[1]} is not there" for match in named.finditer(line)
                          if match[1] not in PLACEHOLDERS and not (ROOT / match[1]).exists()]
    names = {path.name for folder in ("Sources", "Tests", "scripts", "docs") for path in (ROOT / folder).rglob("*")}
    names |= {path.name for path in ROOT.iterdir()}
    for match in re.finditer(r"`(\w[\w+]*\.(?:swift|py|md|sh|yaml|txt))`", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")):
        if match[1] not in names and match[1] not in PLACEHOLDERS:
            found.append(f"CONTRIBUTING.md: there is no {match[1]}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graph", metavar="TARGET")
    arguments = parser.parse_args()
    if arguments.graph:
        folder = ROOT / "Sources" / arguments.graph
        files = {str(path.relative_to(folder)): code(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.swift"))}
        for name, others in graph(files).items():
            print(name, "->", ", ".join(sorted(others)))
        return
    found = faults() + missing_paths()
    print("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
