#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the documentation of the libraries with the toolchain's DocC; a warning is an error.

    scripts/docs/build_docs.py            from what `make build` built, into .build/docs

Each library becomes an archive that a static web server shows. A link to a symbol of a library below, ``InputError`` in
FamilyFiles, is written in the sources as one of the library's own: this script says which library has it.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Downwards first: links go to libraries that stand before.
LIBRARIES = ["TextFiles", "Chemistry", "Mechanics", "Statistics", "TorsionModel", "Validation", "ForceFieldFiles",
             "FamilyFiles", "Acquisition", "ReportFiles"]
# Of C libraries: the project's own that only name a system library, then one it builds, then those of packages.
MODULE_MAPS = [
    *(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("Sources/*/module.modulemap"))),
    "{build}/CLanes.build/module.modulemap", ".build/checkouts/Yams/Sources/CYaml/include/module.modulemap",
    ".build/checkouts/GRDB.swift/Sources/GRDBSQLite/module.modulemap"]
LINK = re.compile(r"``(\w+)([^`]*)``")


def tool(name: str) -> Path:
    """A tool of the toolchain that `swift` is of."""
    swift = shutil.which("swift")
    beside = Path(swift).resolve().parent / name if swift else None
    if beside and beside.exists():
        return beside
    found = shutil.which(name)
    if not found:
        sys.exit(f"{name} is neither beside swift nor on the PATH")
    return Path(found)


def target() -> str:
    info = subprocess.run([tool("swiftc"), "-print-target-info"], check=True, capture_output=True, text=True).stdout
    return json.loads(info)["target"]["triple"]


def extract(library: str, build: Path, triple: str, folder: Path) -> None:
    """Writes the symbol graphs of a built library."""
    if not (build / "Modules" / f"{library}.swiftmodule").exists():
        sys.exit(f"{library} has not been built: run `make build` first")
    folder.mkdir(parents=True)
    maps = [word for path in MODULE_MAPS for word in ("-Xcc", f"-fmodule-map-file={path.format(build=build)}")]
    subprocess.run(
        [tool("swift-symbolgraph-extract"), "-module-name", library, "-I", build / "Modules", *maps, "-target", triple,
         "-minimum-access-level", "public", "-skip-inherited-docs", "-output-dir", folder], check=True, cwd=ROOT)


def owners(folder: Path) -> dict[str, str]:
    """The library of each name that one of them has at its top."""
    result: dict[str, str] = {}
    for library in LIBRARIES:
        for symbol in json.loads((folder / library / f"{library}.symbols.json").read_text())["symbols"]:
            if len(symbol["pathComponents"]) == 1:
                result.setdefault(symbol["pathComponents"][0].split("(")[0], library)
    return result


def qualify(library: str, folder: Path, owner: dict[str, str]) -> None:
    """Names the library in links to symbols of those below."""
    def qualified(match: re.Match) -> str:
        other = owner.get(match[1], library)
        below = LIBRARIES.index(other) < LIBRARIES.index(library)
        return f"``/{other}/{match[1]}{match[2]}``" if below else match[0]
    for path in (folder / library).glob("*.symbols.json"):
        graph = json.loads(path.read_text())
        for symbol in graph["symbols"]:
            for line in symbol.get("docComment", {}).get("lines", []):
                line["text"] = LINK.sub(qualified, line["text"])
        path.write_text(json.dumps(graph))


def convert(library: str, graphs: Path, output: Path) -> bool:
    """Builds an archive; false, with the warnings printed, where there are some."""
    below = [output / f"{other}.doccarchive" for other in LIBRARIES[:LIBRARIES.index(library)]]
    # One that had warnings is missing; its own message says enough.
    archives = [archive for archive in below if archive.exists()]
    outcome = subprocess.run(
        [tool("docc"), "convert", ROOT / "Sources" / library / f"{library}.docc", "--additional-symbol-graph-dir",
         graphs / library, "--fallback-display-name", library, "--fallback-bundle-identifier", f"swivel.{library}",
         "--enable-experimental-external-link-support", *[w for a in archives for w in ("--dependency", a)],
         "--warnings-as-errors", "--output-dir", output / f"{library}.doccarchive"],
        capture_output=True, text=True)
    printed = (outcome.stdout + outcome.stderr).strip()
    if outcome.returncode != 0 or "warning:" in printed:
        print(printed, file=sys.stderr)
        return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, default=ROOT / ".build" / "release", help="folder with Modules/")
    parser.add_argument("--output", type=Path, default=ROOT / ".build" / "docs")
    options = parser.parse_args()
    shutil.rmtree(options.output, ignore_errors=True)
    graphs = options.output / "symbol-graphs"
    triple = target()
    for library in LIBRARIES:
        extract(library, options.build.resolve(), triple, graphs / library)
    owner = owners(graphs)
    failed = []
    for library in LIBRARIES:
        qualify(library, graphs, owner)
        if not convert(library, graphs, options.output):
            failed.append(library)
    shutil.rmtree(graphs)
    if failed:
        sys.exit(f"documentation with warnings: {', '.join(failed)}")
    print(f"documentation of {len(LIBRARIES)} libraries without warnings in {options.output}/LIBRARY.doccarchive")


if __name__ == "__main__":
    main()
