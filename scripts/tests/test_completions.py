# SPDX-License-Identifier: GPL-3.0-or-later
"""Completions in the shells themselves: what a person gets who types the beginning of a word and tab."""
import os
import pty
import re
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from conftest import HANGS_AFTER, SCRIPTS

ROOT = SCRIPTS.parent
SWIVEL = ROOT / ".build" / "release" / "swivel"
FILES = {"bash": "swivel.bash", "zsh": "_swivel", "fish": "swivel.fish"}


@pytest.fixture(scope="module")
def scripts(tmp_path_factory) -> Path:
    """A folder with the scripts, as `make completions` writes them."""
    assert SWIVEL.exists(), "run `make build` first"
    folder = tmp_path_factory.mktemp("completions")
    for shell, name in FILES.items():
        text = subprocess.run(
            [SWIVEL, "--generate-completion-script", shell], check=True, capture_output=True, text=True).stdout
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def work(tmp_path_factory) -> Path:
    """A current folder with families, reports and files."""
    folder = tmp_path_factory.mktemp("work")
    for name in ("families", "reports"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "my-molecules").mkdir()
    for name in ("a.frcmod", "a.sdf", "a.json", "a.txt"):
        (folder / name).write_text("")
    return folder


def environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{SWIVEL.parent}:{os.environ['PATH']}", "TERM": "dumb"}


def require(shell: str) -> None:
    assert shutil.which(shell), f"{shell} is missing: run `make shells`"


@pytest.mark.parametrize("shell", FILES)
def test_the_shell_can_read_it(shell, scripts):
    require(shell)
    outcome = subprocess.run([shell, "-n", scripts / FILES[shell]], capture_output=True, text=True)
    assert outcome.returncode == 0 and outcome.stderr == ""


def in_bash(line: str, scripts: Path, work: Path) -> list[str]:
    """COMPREPLY as bash would get it with the cursor at the end of the line."""
    words = line.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    program = f"""
source '{scripts / "swivel.bash"}'
COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; COMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}
_swivel swivel '{words[-1]}' '{words[-2]}'
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    outcome = subprocess.run(
        ["bash", "--norc", "-c", program], cwd=work, env=environment(), capture_output=True, text=True)
    assert outcome.returncode == 0 and outcome.stderr == "", outcome.stderr
    return sorted(outcome.stdout.split())


class Terminal:
    """An interactive shell on a pseudo-terminal: completion in zsh and fish works there alone. A key shows the line."""

    def __init__(self, command: list[str], work: Path):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(work)
            os.execvpe(command[0], command, environment())
        self.read_until = time.monotonic() + HANGS_AFTER

    def send(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def wait_for(self, pattern: str) -> re.Match:
        received = ""
        while time.monotonic() < self.read_until:
            if select.select([self.terminal], [], [], 0.2)[0]:
                received += os.read(self.terminal, 65536).decode(errors="replace")
            if match := re.search(pattern, received, re.S):
                return match
        raise AssertionError(f"the shell never showed {pattern}: {received!r}")

    def completed(self, line: str) -> str:
        """The line after one tab."""
        self.send("\x15" + line + "\t\x18s")
        return self.wait_for(r"<<(.*?)>>")[1]

    def close(self) -> None:
        os.close(self.terminal)
        os.waitpid(self.process, 0)


def zsh(scripts: Path, work: Path) -> Terminal:
    shell = Terminal(["zsh", "-f", "-i"], work)
    shell.send(
        f"fpath=('{scripts}' $fpath); autoload -Uz compinit; compinit -D -u; PS1=; setopt no_beep; "
        "show() { print -r -- \"<<$BUFFER>>\" >&2 }; zle -N show; bindkey '^Xs' show; print ready''ed\n")
    shell.wait_for("readyed")
    return shell


def fish(scripts: Path, work: Path) -> Terminal:
    shell = Terminal(["fish", "--no-config", "-i", "-C", (
        f"source '{scripts / 'swivel.fish'}'; function show; echo '<<'(commandline)'>>'; end; "
        "function fish_prompt; echo readyed; end; function fish_greeting; end; "
        "set -g fish_autosuggestion_enabled 0; bind \\cxs show")], work)
    shell.wait_for("readyed")
    return shell


FAMILIES = sorted(path.parent.name for path in ROOT.glob("families/*/family.yaml"))
CASES = [
    ("swivel fi", ["fit"]),
    ("swivel fit alkanes --like", ["--likelihood"]),
    ("swivel fit alkanes --likelihood energy+t", ["energy+torque"]),
    ("swivel fit --noise ", ["by-scan", "normal", "student-t"]),
    ("swivel fit a", [name for name in FAMILIES if name.startswith("a")]),
    ("swivel fit m", ["my-molecules/"]),
    ("swivel validate alkanes --hold-out pent", ["pentane"]),
    ("swivel export reports/alkanes --molecules pent", ["pentane"]),
    ("swivel export reports/alkanes --format gromacs-", ["gromacs-rb"]),
    ("swivel convert a.frcmod --to sm", ["smirnoff"]),
    ("swivel energy --parameters a.", ["a.frcmod"]),
    ("swivel energy --structure a.", ["a.sdf"]),
]


@pytest.mark.parametrize("line, expected", [*CASES, ("swivel fit --like", ["--likelihood"])])
def test_bash(line, expected, scripts, work):
    assert in_bash(line, scripts, work) == expected


@pytest.mark.parametrize("shell", [zsh, fish])
def test_terminal(shell, scripts, work):
    require(shell.__name__)
    terminal = shell(scripts, work)
    try:
        for line, expected in CASES:
            found = terminal.completed(line).rstrip(" ")
            begun = line[:line.rindex(" ") + 1]
            if len(expected) > 1:
                # One tab completes what all have in common, and may list them.
                assert found in (line.rstrip(" "), (begun + os.path.commonprefix(expected)).rstrip(" ")), line
            else:
                assert found == begun + expected[0], line
    finally:
        terminal.close()


def test_families_and_folders_without_a_beginning(scripts, work):
    assert in_bash("swivel fit ", scripts, work) == sorted([*FAMILIES, "families/", "my-molecules/", "reports/"])


def test_make_writes_them_where_the_manual_says():
    makefile = (ROOT / "Makefile").read_text()
    assert "\ncompletions:" in makefile
    for name in FILES.values():
        assert name in makefile and name in (ROOT / "docs" / "command.md").read_text()
