#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the commands of a document: every ```sh and ```python block, top to bottom, in a scratch folder.

    .venv/bin/python scripts/docs/run_docs.py docs/tutorial.md [--swivel PATH] [--show] [--keep FOLDER]

The folder has a link `families`; `swivel` and the Python that runs this script stand first on the PATH. The ```python blocks
share their names as one script would. A ```text block under a comment `<!-- output: exact -->` is compared with what the block
before it printed, spaces aside; under `<!-- output: within 0.05 -->` numbers may differ by as much. In it `…` stands for anything
in a line and, alone on a line, for any lines. What goes wrong is told with the document's line, and the exit code is 1.
"""
import argparse
import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NUMBER = r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?"


class DocumentError(Exception):
    """Something in a document does not do what it says."""

    def __init__(self, line: int, message: str):
        super().__init__(message)
        self.line = line


@dataclass
class Block:
    language: str
    line: int  # of its first line, from 1
    text: str
    tolerance: float | None = None  # of a text block that is compared


def blocks(document: str) -> list[Block]:
    """The fenced blocks of a document that are run or compared."""
    found: list[Block] = []
    lines = document.split("\n")
    number = 0
    while number < len(lines):
        fence = re.fullmatch(r"( *)```(\w*)", lines[number])  # indented in a list
        number += 1
        if not fence:
            continue
        first = number
        while number < len(lines) and lines[number] != fence[1] + "```":
            number += 1
        if number == len(lines):
            raise DocumentError(first, "this block has no end")
        text = "\n".join(line.removeprefix(fence[1]) for line in lines[first:number])
        number += 1
        if fence[2] in ("sh", "python"):
            found.append(Block(fence[2], first + 1, text))
        mark = re.fullmatch(r" *<!-- output: (?:exact|within ([\d.]+)) -->", lines[first - 2]) if first > 1 else None
        if fence[2] == "text" and mark:
            found.append(Block("text", first + 1, text, float(mark[1] or 0)))
    return found


def run_shell(block: Block, folder: Path) -> str:
    """Standard output of a block; its first failing command ends it."""
    script = folder / ".block.sh"
    # Empty lines before make the shell's line numbers those of the document.
    start = "set -euo pipefail; trap 'echo \"failed at line $LINENO\" >&2' ERR"
    script.write_text(start + "\n" * (block.line - 1) + block.text + "\n")
    done = subprocess.run(["bash", script], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        places = re.findall(r"failed at line (\d+)|line (\d+):", done.stderr)
        line = int(places[-1][0] or places[-1][1]) if places else block.line
        raise DocumentError(line, f"exit code {done.returncode}\n{done.stdout[-1000:]}\n{done.stderr[-3000:]}")
    return done.stdout


def run_python(block: Block, names: dict, document: Path) -> str:
    """What a block printed."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile("\n" * (block.line - 1) + block.text, str(document), "exec"), names)
    except SyntaxError as error:
        raise DocumentError(error.lineno or block.line, f"SyntaxError: {error.msg}") from error
    except (Exception, SystemExit) as error:
        places = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(document)]
        raise DocumentError(places[-1] if places else block.line, traceback.format_exc(limit=-3)) from error
    return printed.getvalue()


def says_same(expected: str, line: str, tolerance: float) -> bool:
    """Whether a line of output is the one expected."""
    tokens = re.findall(rf"{NUMBER}|…|\s+|[^\s\d…]", expected.strip())
    numbers = [token for token in tokens if re.fullmatch(NUMBER, token)]
    pattern = "".join(".*?" if token == "…" else r"\s+" if token.isspace() else
                      f"({NUMBER})" if re.fullmatch(NUMBER, token) else re.escape(token) for token in tokens)
    match = re.fullmatch(pattern, line.strip())
    if not match:
        return False
    if tolerance == 0:
        return list(match.groups()) == numbers
    # A part in 10⁹ for what rounding does to the difference.
    return all(abs(float(a) - float(b)) <= tolerance * (1 + 1e-9) for a, b in zip(match.groups(), numbers, strict=True))


def compare(block: Block, output: str) -> None:
    """Fails at the first line of a text block that the output does not have."""
    left = [line for line in output.split("\n") if line.strip()]
    gap = False
    for offset, expected in enumerate(block.text.split("\n")):
        if not expected.strip():
            continue
        if expected.strip() == "…":
            gap = True
            continue
        place = next((i for i, line in enumerate(left) if says_same(expected, line, block.tolerance)), None)
        if place is None or (place > 0 and not gap):
            raise DocumentError(block.line + offset, f"the document has\n  {expected}\nthe output goes on with\n  "
                                + "\n  ".join(left[:20]))
        left = left[place + 1:]
        gap = False
    if left and not gap:
        raise DocumentError(block.line, "the output has more:\n  " + "\n  ".join(left[:20]))


def run(document: Path, folder: Path, swivel: Path, show: bool = False) -> int:
    """Runs a document in a folder; returns how many blocks ran. What they print is shown if wanted."""
    programs = folder / ".bin"
    programs.mkdir(parents=True)
    for name, program in (("swivel", swivel), ("python", sys.executable)):
        (programs / name).write_text(f'#!/bin/sh\nexec "{program}" "$@"\n')
        (programs / name).chmod(0o755)
    (folder / "families").symlink_to(ROOT / "families")
    os.environ |= {"PATH": f"{programs}:{os.environ['PATH']}", "MPLBACKEND": "Agg",
                   "XDG_CACHE_HOME": str(folder / ".cache")}
    names: dict = {"__name__": "__main__"}
    here, output, count = Path.cwd(), None, 0
    os.chdir(folder)
    try:
        for block in blocks(document.read_text(encoding="utf-8")):
            if block.language == "text":
                if output is None:
                    raise DocumentError(block.line, "no block before this one printed anything")
                compare(block, output)
                continue
            output = run_shell(block, folder) if block.language == "sh" else run_python(block, names, document)
            count += 1
            if show:
                print(f"{document.name}:{block.line}:\n{output}", flush=True)
    finally:
        os.chdir(here)
    return count


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("document", type=Path)
    parser.add_argument("--swivel", type=Path, default=ROOT / ".build/release/swivel")
    parser.add_argument("--show", action="store_true", help="print what every block prints")
    parser.add_argument("--keep", type=Path, help="a new folder to run in, which stays")
    arguments = parser.parse_args()
    if not arguments.swivel.exists():
        parser.error(f"{arguments.swivel} is not there: run `make build` first")
    with tempfile.TemporaryDirectory(prefix="swivel-docs-") as scratch:
        folder = (arguments.keep or Path(scratch) / "run").absolute()
        try:
            count = run(arguments.document.absolute(), folder, arguments.swivel.absolute(), arguments.show)
        except DocumentError as error:
            print(f"{arguments.document}:{error.line}: {error}", file=sys.stderr)
            return 1
    print(f"{arguments.document}: {count} blocks ran")
    return 0


if __name__ == "__main__":
    sys.exit(main())
