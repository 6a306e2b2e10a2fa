# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress on standard error: a counted line on a terminal, a line a stage elsewhere, never an escape code unasked."""
import os
import pty
import re
import select
import struct
import subprocess
import termios
from fcntl import ioctl
from pathlib import Path

import pytest
from conftest import SCRIPTS

ROOT = SCRIPTS.parent
SWIVEL = ROOT / ".build" / "release" / "swivel"
CLEAR = "\r\x1b[2K"
COUNTED = re.compile(r"\s(\d+)/(\d+) (grid points|iterations|fits|families)(, [\d.]+/(?:s|min|h))?(, .* left)?$")


def fit_options(folder: Path) -> list[str]:
    return ["--every", "4", "--output", str(folder / "r"), "--forcefields", str(folder / "f")]


def environment(**changes: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
    return {**kept, "TERM": "xterm", **changes}


def on_terminal(*arguments: str, columns: int = 100, **changes: str) -> tuple[int, str]:
    """Status, and what came to the terminal as standard error."""
    master, slave = pty.openpty()
    ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [SWIVEL, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=slave,
        env=environment(**changes))
    os.close(slave)
    received = b""
    while True:
        ready, _, _ = select.select([master], [], [], 1)
        if not ready:
            continue
        try:
            part = os.read(master, 65536)
        except OSError:  # Linux ends a pseudo-terminal so.
            break
        if not part:
            break
        received += part
    os.close(master)
    return process.wait(), received.decode()


def without_notes(text: str) -> str:
    """Progress alone: notes on the data are whole lines, of any length."""
    return re.sub(r"note: [^\r\n]*\r?\n", "", text)


def test_a_terminal_shows_what_is_done_and_how_much(tmp_path: Path) -> None:
    # Rates and times left are tested with a clock of their own (Tests/CommandTests/Terminal/ProgressLineTests.swift): whether a
    # stage lasts long enough to show any is the machine's business.
    status, text = on_terminal("fit", "alkanes", *fit_options(tmp_path))
    assert status == 0, text
    lines = without_notes(text).split(CLEAR)
    # A quarter of the grid points may leave k̂ above its limit, which is said after the line is cleared.
    assert lines[0] == "" and (lines[-1] == "" or lines[-1].startswith("warning: ")), "the line is cleared at the end"
    counted = [match for line in lines if (match := COUNTED.search(line))]
    assert any(m[1] == "0" and m[3] == "grid points" for m in counted), lines
    assert any(m[3] == "iterations" for m in counted), lines
    assert all(int(m[1]) <= int(m[2]) for m in counted), lines
    for match in counted:
        # Nothing is told of the time where nothing is done.
        assert int(match[1]) >= 3 or not (match[4] or match[5]), match.string
    assert all(len(line) < 100 for line in lines[:-1])


def test_lines_never_wrap(tmp_path: Path) -> None:
    status, text = on_terminal("fit", "alkanes", *fit_options(tmp_path), columns=32)
    assert status == 0
    assert all(len(line) < 32 for line in without_notes(text).split(CLEAR)) and "…" in text


def test_series_of_fits_are_counted(tmp_path: Path) -> None:
    options = fit_options(tmp_path)
    assert subprocess.run([SWIVEL, "fit", "alkanes", "--quiet", *options], cwd=ROOT).returncode == 0
    status, text = on_terminal("validate", "alkanes", "--draws", "200", *options)
    assert status == 0
    assert re.search(r"leaving each molecule out: without \S+  \d/8 fits", text), text
    plain = subprocess.run(
        [SWIVEL, "validate", "alkanes", "--draws", "50", "--halves", "--splits", "2", *options], cwd=ROOT,
        env=environment(), capture_output=True, text=True)
    assert plain.stderr.splitlines()[-1] == "fitting halves: 4 fits"


@pytest.mark.parametrize("changes", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}])
def test_no_escape_codes_where_they_are_not_wanted(tmp_path: Path, changes: dict[str, str]) -> None:
    status, text = on_terminal("fit", "alkanes", *fit_options(tmp_path), **changes)
    lines = text.replace("\r\n", "\n")
    assert status == 0 and "\x1b" not in lines and "\r" not in lines
    assert "relaxing 264 grid points under the base force field\n" in lines


def test_an_empty_no_color_counts_as_none(tmp_path: Path) -> None:
    _, text = on_terminal("fit", "alkanes", *fit_options(tmp_path), NO_COLOR="")
    assert CLEAR in text


def test_a_pipe_gets_a_line_a_stage(tmp_path: Path) -> None:
    outcome = subprocess.run(
        [SWIVEL, "fit", "alkanes", *fit_options(tmp_path)], cwd=ROOT, env=environment(), capture_output=True,
        text=True)
    assert outcome.returncode == 0 and "\x1b" not in outcome.stderr + outcome.stdout and "\r" not in outcome.stderr
    lines = outcome.stderr.splitlines()
    assert len(lines) == len(set(lines)) <= 20, lines
    rounds = [line for line in lines if line.startswith("round ")]
    assert rounds and "sampling 12 force constants, 4000 draws" in lines


def test_quiet_says_nothing(tmp_path: Path) -> None:
    status, text = on_terminal("fit", "alkanes", "--quiet", *fit_options(tmp_path))
    assert status == 0 and text == ""
    status, text = on_terminal("check", "alkanes", "--quiet", "--no-cache")
    assert status == 0 and text == ""


def test_check_counts_families() -> None:
    status, text = on_terminal("check", "alkanes", "ethers", "--no-cache", "--threads", "1")
    assert status == 0, text
    assert re.search(r"fitting: (alkanes|ethers)  1/2 families", text), text
