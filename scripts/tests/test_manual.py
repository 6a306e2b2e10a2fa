# SPDX-License-Identifier: GPL-3.0-or-later
"""The man page and the command reference are what the built command says of itself, and well formed."""
import re
import shutil
import subprocess

import make_manual
import pytest
from conftest import SCRIPTS

ROOT = SCRIPTS.parent
SWIVEL = ROOT / ".build" / "release" / "swivel"
PAGE = ROOT / "docs" / "swivel.1"


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    assert SWIVEL.exists(), "run `make build` first"
    return make_manual.manual(SWIVEL)


@pytest.mark.parametrize("path", ["docs/swivel.1", "docs/command.md"])
def test_committed_files_are_what_is_generated(texts, path):
    assert (ROOT / path).read_text() == texts[path], "run `make manual`"


@pytest.mark.parametrize("command", [
    ["mandoc", "-T", "lint", str(PAGE)], ["groff", "-man", "-ww", "-z", str(PAGE)]])
def test_no_warnings(command):
    assert shutil.which(command[0]), f"{command[0]} is missing: run `make shells`"
    outcome = subprocess.run(command, capture_output=True, text=True)
    assert outcome.returncode == 0 and outcome.stdout + outcome.stderr == ""


def test_every_option_of_every_verb_is_on_the_page(texts):
    """By the command's own help, not by what the pages are made from."""
    page = subprocess.run(["mandoc", "-T", "ascii", "-O", "width=200", str(PAGE)], capture_output=True, text=True).stdout
    page = re.sub(".\b", "", page)
    verbs = re.findall(r"^  (\w+) {2,}", subprocess.run([SWIVEL, "--help"], capture_output=True, text=True).stdout, re.M)
    assert len(verbs) >= 12
    for verb in set(verbs) - {"help"}:
        help_text = subprocess.run([SWIVEL, verb, "--help"], capture_output=True, text=True).stdout
        part = page.split(f"   swivel {verb}\n")[1].split("\n   swivel ")[0]
        reference = texts["docs/command.md"].split(f"## swivel {verb}\n")[1].split("\n## ")[0]
        listed = help_text.split("OPTIONS:")[1]
        for option in set(re.findall(r"(?<=[\s/])--[a-z-]+", "\n".join(re.findall(r"^  -.*", listed, re.M)))):
            if option not in ("--help", "--version"):
                assert option in part and option in reference, f"{verb} {option}"


def test_words_that_would_be_requests_are_escaped():
    assert make_manual.man_sentences(".extxyz and 'quoted' words") == ["\\&.extxyz and 'quoted' words"]
    assert make_manual.man_text("a\\b --draws 5 Å, base-first") == "a\\eb \\-\\-draws 5 \\[u00C5], base-first"
