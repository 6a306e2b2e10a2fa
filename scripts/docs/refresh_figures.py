#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the figures of the documents anew from the reports they come from, as scripts/tests/test_docs.py wants them.

    .venv/bin/python scripts/docs/refresh_figures.py

Run it after `make reports`. Sentences around the figures are not touched: read them over.
"""
import math
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in ("tests", "families", "checks", "docs")]
import test_docs as rules  # noqa: E402  (needs the path above)


# How the table of docs/model.md begins.
FAMILIES_LEFT_OUT = "`swivel validate NAME --draws 250`"


def refresh_marks(text: str) -> str:
    """Every number with a mark of a JSON file."""
    def number(match) -> str:
        shown, file, root, path, form = match.groups()
        value = rules.look_up(rules.contents(rules.ROOT / file), path)
        return match[0].replace(shown, rules.formatted(math.sqrt(value) if root else value, form), 1)
    return rules.FROM_JSON.sub(number, text)


def refresh_table(text: str, first: str, rows: dict[str, list[str]]) -> str:
    """The rows of the table whose head begins with words, by what stands in their first cells."""
    lines = text.split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {first} |"))
    for i in range(start + 2, len(lines)):
        if not lines[i].startswith("|"):
            break
        name = lines[i].strip("|").split("|")[0].strip()
        if name in rows:
            lines[i] = "| " + " | ".join([name, *rows[name]]) + " |"
    return "\n".join(lines)


def main() -> None:
    for page in rules.PAGES:
        text = page.read_text(encoding="utf-8")
        fresh = refresh_marks(text)
        if page.name == "README.md":
            head = rules.table("README.md", "family")[0]
            rows = {family: [rules.measured(summary)[column] for column in head[1:]]
                    for family, summary in rules.summaries().items()}
            fresh = refresh_table(fresh, "family", rows)
        elif page.name == "model.md":
            (head, row), found = rules.table("docs/model.md", FAMILIES_LEFT_OUT), rules.summaries()
            cells = []
            for family in head[1:]:
                expected = rules.measured(found[family])
                cells.append(f"{found[family]['validation']['rmse']:.3f}, {expected['coverage'].replace(' ', '')}, {expected['z']}")
            fresh = refresh_table(fresh, FAMILIES_LEFT_OUT, {row[0]: cells})
        if fresh != text:
            page.write_text(fresh, encoding="utf-8")
            print(page.relative_to(rules.ROOT))


if __name__ == "__main__":
    main()
