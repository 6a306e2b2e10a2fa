#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/swivel.1 and docs/command.md from what the built command says of itself.

    scripts/docs/make_manual.py             writes both
    scripts/docs/make_manual.py --check     ends with 1 where one of them is not what would be written

Verbs, arguments, options, defaults, examples and exit codes are those of `swivel --experimental-dump-help`; files and
environment variables, which the parser does not know, stand in FILES and ENVIRONMENT below.
"""

import argparse
import json
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Of the words that stand here; the man page's head wants one.
DATE = "2026-11-26"

FILES = [
    ("families/NAME/family.yaml", "A family's manifest: molecules, scans, torsions. Its JSON schema is docs/family.schema.json."),
    ("families/NAME/baseline.json", "What `swivel check` compares with; `swivel check --update` writes it."),
    ("reports/NAME/index.html", "The report; it needs no other file."),
    ("reports/NAME/summary.json", "The report's numbers."),
    ("reports/NAME/run.json", "Command, settings, seed, versions, and hashes of every file read."),
    ("reports/NAME/posterior.csv, posterior.nc", "The draws, as a table and for ArviZ."),
    ("reports/NAME/page.json", "What `swivel validate` makes the page anew from."),
    ("forcefields/NAME/", "Parameter files of every package, and parameters.json with the covariance."),
    ("~/.cache/swivel/", "Fits that `swivel check` remembers by the hash of all that went into them."),
]
ENVIRONMENT = [
    ("NO_COLOR", "Where it is set and not empty, no escape codes are written: progress goes by plain lines, as in a pipe."),
    ("TERM", "The same where it is dumb or not set."),
    ("XDG_CACHE_HOME", "The folder to keep the cache of `swivel check` in, instead of ~/.cache."),
    ("GITHUB_ACTIONS", "Where it is true, `swivel check` prints annotations."),
    ("GMXLIB, GMXDATA", "Where GROMACS's library of force fields lies, for #include in its topologies."),
    ("SWIVEL_SMARTS", "The library that `make smarts` builds, where it does not stand beside the program."),
    ("QCPORTAL_ADDRESS", "The QCFractal server of `--executor qcfractal` without `--server`."),
    ("QCPORTAL_USERNAME, QCPORTAL_PASSWORD, QCPORTAL_API_TOKEN", "Who one is there: both of the former, or the token."),
    ("QCPORTAL_VERIFY", "Where it is false, the server's certificate is not looked at."),
    ("SWIVEL_QCFRACTAL_PERIOD", "Seconds between looks at the records on the server: 3."),
    ("SWIVEL_QCFRACTAL_PATIENCE", "Seconds for which a server may be away before acquire ends: 300."),
]
COMPLETIONS = """
`make completions` writes the scripts for bash, zsh and fish to `.build/completions`; without a checkout,
`swivel --generate-completion-script bash` (or zsh, or fish) prints them. They offer verbs, options, the values of options,
families, molecules, and files by their extension. Put them where the shell looks, with `swivel` on the `PATH`:

```
# bash, with the package bash-completion
install -D -m 644 .build/completions/swivel.bash ~/.local/share/bash-completion/completions/swivel
# bash without it: a line in ~/.bashrc
source /path/to/swivel.bash
# zsh: the folder must be in fpath before compinit, in ~/.zshrc
install -D -m 644 .build/completions/_swivel ~/.local/share/zsh/site-functions/_swivel
fpath=(~/.local/share/zsh/site-functions $fpath); autoload -Uz compinit; compinit
# fish
install -D -m 644 .build/completions/swivel.fish ~/.config/fish/completions/swivel.fish
```
"""
MAN_PAGE = """
`man ./docs/swivel.1` shows it in place; to have `man swivel`:

```
install -D -m 644 docs/swivel.1 ~/.local/share/man/man1/swivel.1
```
"""


@dataclass
class Option:
    """An argument, or an option with all its names."""

    names: list[str]
    value: str | None
    text: str
    discussion: str
    is_optional: bool
    is_repeating: bool

    @property
    def shown(self) -> str:
        value = f"<{self.value}>" + (" …" if self.is_repeating else "") if self.value else ""
        return " ".join(filter(None, [", ".join(self.names), value]))


@dataclass
class Verb:
    name: str
    abstract: str
    options: list[Option]
    examples: list[str]
    paragraphs: list[str]

    @property
    def synopsis(self) -> str:
        words = ["swivel", self.name]
        if any(o.names and o.is_optional for o in self.options):
            words.append("[options]")
        for option in self.options:
            if option.names and option.is_optional:
                continue
            words.append(f"[{option.shown}]" if option.is_optional else option.shown)
        return " ".join(words)


def option_name(name: dict) -> str:
    return ("--" if name["kind"] == "long" else "-") + name["name"]


def options_of(command: dict) -> list[Option]:
    options: list[Option] = []
    for entry in command.get("arguments", []):
        names = [option_name(name) for name in entry.get("names", [])]
        if not entry["shouldDisplay"] or {"--help", "--version"} & set(names):
            continue
        text = entry.get("abstract", "")
        # The two forms of a flag come one after the other, with the same words.
        if options and names and names[0].startswith("--no-") and options[-1].names == ["--" + names[0][5:]]:
            options[-1].names += names
            continue
        default = entry.get("defaultValue")
        # A number of cores is the machine's, not the command's.
        if default and entry["kind"] == "option" and "default:" not in text:
            text += f" Default: {default}."
        options.append(Option(
            names, entry["valueName"] if entry["kind"] != "flag" else None, text, entry.get("discussion", ""),
            entry["isOptional"], entry["isRepeating"]))
    return options


def examples_and_paragraphs(discussion: str) -> tuple[list[str], list[str]]:
    examples: list[str] = []
    paragraphs: list[str] = []
    for block in discussion.strip().split("\n\n"):
        if block.startswith("Example:\n"):
            examples += [line.strip() for line in block.split("\n")[1:]]
        elif block:
            paragraphs.append(" ".join(block.split()))
    return examples, paragraphs


def verb(command: dict) -> Verb:
    return Verb(
        command["commandName"], command.get("abstract", ""), options_of(command),
        *examples_and_paragraphs(command.get("discussion", "")))


def exit_codes(paragraphs: list[str]) -> list[tuple[str, str]]:
    line = next(p for p in paragraphs if p.startswith("Exit codes: "))
    codes = re.findall(r"(\d) (.*?)(?:, (?=\d )|\.$)", line)
    assert [code for code, _ in codes] == ["0", "1", "2", "3"], line
    return codes


def without_columns(example: str) -> str:
    """An example, with what is said beside it as a comment."""
    return re.sub(r"\s{3,}", "   # ", example)


# Markdown

def markdown_text(text: str) -> str:
    return text.replace("<", "\\<").replace("|", "\\|").replace("*", "\\*")


def markdown(root: Verb, verbs: list[Verb], version: str) -> str:
    lines = [
        "# The command `swivel`", "",
        f"What `swivel --help` and `swivel VERB --help` say, version {version}; made by `make manual`, not by hand. The same as a "
        "man page: [swivel.1](swivel.1).", "",
        root.abstract, "", "| verb | what it does |", "|---|---|",
        *[f"| [{v.name}](#swivel-{v.name}) | {markdown_text(v.abstract)} |" for v in verbs], "",
        "Every verb has `--help` (`-h`) and `--version` too. Results go to standard output, progress and notes to standard error.",
        "On a terminal progress is one line with what is done, how fast, and the time left once it can be told; elsewhere it is "
        "one line a stage. A misspelt family, file, molecule, report, format or option is answered with the nearest name.", ""]
    for v in verbs:
        lines += [f"## swivel {v.name}", "", markdown_text(v.abstract), "", "```", v.synopsis, "```", ""]
        for paragraph in v.paragraphs:
            lines += [markdown_text(paragraph), ""]
        if v.options:
            lines += ["| argument | meaning |", "|---|---|"]
            for o in v.options:
                shown = o.shown.replace("|", "\\|")
                lines.append(f"| `{shown}` | {markdown_text(' '.join(filter(None, [o.text, ' '.join(o.discussion.split())])))} |")
            lines.append("")
        if v.examples:
            lines += ["```", *map(without_columns, v.examples), "```", ""]
    lines += ["## Exit codes", "", "| code | meaning |", "|---|---|"]
    lines += [f"| {code} | {meaning} |" for code, meaning in exit_codes(root.paragraphs)]
    lines += ["", "## Files", "", "| file | what |", "|---|---|"]
    lines += [f"| `{path}` | {markdown_text(text)} |" for path, text in FILES]
    lines += ["", "## Environment", "", "| variable | meaning |", "|---|---|"]
    lines += [f"| `{name}` | {markdown_text(text)} |" for name, text in ENVIRONMENT]
    lines += ["", "## Completions", COMPLETIONS, "## The man page", MAN_PAGE.rstrip("\n")]
    return "\n".join(lines) + "\n"


# man

def man_text(text: str) -> str:
    """Running text in man's escapes, in ASCII: whatever locale formats it shows the same."""
    text = text.replace("\\", "\\e").replace("`", "")
    text = "".join(c if c < "\x7f" else f"\\[u{ord(c):04X}]" for c in text)
    # Options are typed with this hyphen, and copied from the page.
    return re.sub(r"(?<![\w])--?(?=\w)", lambda m: "\\-" * len(m[0]), text)


def not_a_request(line: str) -> str:
    """A line of text, though it begins as a request does."""
    return "\\&" + line if line[:1] in (".", "'") else line


def man_code(text: str) -> str:
    return not_a_request(re.sub(r"(?<!\\)-", r"\\-", man_text(text)))


def man_sentences(text: str) -> list[str]:
    """Text with each sentence on lines of its own, as man wants it."""
    return [
        not_a_request(line) for sentence in re.split(r"(?<=[.:;!?]) (?=[A-Z])", text)
        for line in textwrap.wrap(man_text(sentence), 79, break_long_words=False, break_on_hyphens=False)]


def man(root: Verb, verbs: list[Verb], version: str) -> str:
    lines = [
        '.\\" Made by scripts/docs/make_manual.py; do not edit.',
        f'.TH SWIVEL 1 {DATE} "swivel {version}" "User Commands"',
        ".SH NAME", "swivel \\- fit torsion parameters of force fields to quantum\\-chemistry scans",
        ".SH SYNOPSIS", ".nf", *[f"{man_code(v.synopsis)}" for v in verbs], ".fi",
        ".SH DESCRIPTION", *man_sentences(root.abstract), ".PP",
        *man_sentences(
            "Results go to standard output, progress and notes to standard error. "
            "On a terminal progress is one line with what is done, how fast, and the time left once it can be told; "
            "elsewhere it is one line a stage. "
            "A misspelt family, file, molecule, report, format or option is answered with the nearest name."),
        ".PP", "Every verb has", ".B \\-\\-help", "and", ".B \\-\\-version", "too.",
        ".SH COMMANDS"]
    for v in verbs:
        lines += [f".SS swivel {v.name}", *man_sentences(v.abstract)]
        for paragraph in v.paragraphs:
            lines += [".PP", *man_sentences(paragraph)]
        for o in v.options:
            lines += [".TP", f".B {man_code(o.shown)}", *man_sentences(o.text)]
            if o.discussion:
                lines += man_sentences(" ".join(o.discussion.split()))
        if v.examples:
            lines += [".PP", "Examples:", ".PP", ".nf", ".RS"]
            lines += [man_code(without_columns(e)) for e in v.examples]
            lines += [".RE", ".fi"]
    lines.append(".SH EXIT STATUS")
    for code, meaning in exit_codes(root.paragraphs):
        lines += [".TP", f".B {code}", not_a_request(man_text(meaning[0].upper() + meaning[1:] + "."))]
    for title, entries in [("FILES", FILES), ("ENVIRONMENT", ENVIRONMENT)]:
        lines.append(f".SH {title}")
        for name, text in entries:
            lines += [".TP", f".B {man_code(name)}", *man_sentences(text)]
    lines += [".SH EXAMPLES", ".nf", *[man_code(without_columns(e)) for e in root.examples], ".fi"]
    return "\n".join(lines) + "\n"


def manual(swivel: Path) -> dict[str, str]:
    """The texts of both files by their paths within the repository."""
    def output(*words: str) -> str:
        return subprocess.run([swivel, *words], check=True, capture_output=True, text=True).stdout
    command = json.loads(output("--experimental-dump-help"))["command"]
    version = output("--version").strip()
    verbs = [verb(c) for c in command["subcommands"] if c["shouldDisplay"] and c["commandName"] != "help"]
    root = verb(command)
    return {"docs/swivel.1": man(root, verbs, version), "docs/command.md": markdown(root, verbs, version)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--swivel", type=Path, default=ROOT / ".build" / "release" / "swivel")
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 where a file differs")
    options = parser.parse_args()
    differing = [
        (path, text) for path, text in manual(options.swivel).items()
        if not (ROOT / path).exists() or (ROOT / path).read_text() != text]
    for path, text in differing:
        if options.check:
            print(f"{path} is not what the command says of itself: run `make manual`", file=sys.stderr)
        else:
            (ROOT / path).write_text(text)
            print(f"wrote {path}")
    sys.exit(1 if options.check and differing else 0)


if __name__ == "__main__":
    main()
