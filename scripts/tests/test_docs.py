# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers in the documents are those of the files they come from, links lead somewhere, and pages with commands run.

A number is followed by a comment that says where it comes from:
`0.107<!-- reports/alkanes/summary.json: rmse_fit .3f -->`, a place in a JSON file and a format, with `sqrt` before the place where
the root is meant; or `0.7<!-- Sources/TorsionModel/Fit/Linearisation.swift says "usableLimit = 0.7" -->`, words of a file; one
such comment may stand behind several numbers.
"""
import json
import math
import re
import subprocess
from pathlib import Path

import netCDF4
import numpy as np
import pytest
import run_docs
from conftest import SCRIPTS
from scipy import stats

ROOT = SCRIPTS.parent
SWIVEL = ROOT / ".build/release/swivel"
FORMATS = sorted(ROOT.glob("docs/formats/*.md"))
PAGES = sorted(ROOT.glob("docs/*.md")) + FORMATS + [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
# Pages in which no decimal number stands without its origin.
STRICT = [ROOT / "docs/for-chemists.md", ROOT / "docs/for-statisticians.md"]
FIGURE = r"[-+]?\d[\d.]*(?:e[-+]?\d+)?(?: %)?"
FROM_JSON = re.compile(rf"({FIGURE})<!-- (\S+\.json): (sqrt )?(.+?) (\S+) -->")
FROM_TEXT = re.compile(rf"({FIGURE}(?:, {FIGURE})*)<!-- (\S+) says \"(.+?)\" -->")


def matches(item: dict, conditions: str) -> bool:
    """Whether an object of a list has `key=value` of all conditions; of a list value, whether it is joined or in it."""
    for condition in conditions.split(","):
        key, wanted = condition.split("=", 1)
        value = item[key]
        if isinstance(value, list):
            if wanted not in value and "-".join(map(str, value)) != wanted:
                return False
        elif str(value) != wanted:
            return False
    return True


def look_up(value, path: str):
    """`a.b[key=value].c[0]` of a JSON value; a condition that several fulfil gives their list."""
    for step in re.findall(r"\[[^\]]*\]|[^.\[\]]+", path):
        if not step.startswith("["):
            value = value[step]
        elif step[1:-1].isdigit():
            value = value[int(step[1:-1])]
        else:
            value = [item for item in value if matches(item, step[1:-1])]
            value = value[0] if len(value) == 1 else value
    return value


def contents(file: Path):
    """A JSON file; of a report that `make demo` has fitted anew and nobody validated, what is committed."""
    value = json.loads(file.read_text())
    if file.name == "summary.json" and value["validation"] is None:
        committed = subprocess.run(
            ["git", "show", f"HEAD:{file.relative_to(ROOT)}"], cwd=ROOT, capture_output=True, text=True, check=True)
        return json.loads(committed.stdout)
    return value


def formatted(value, form: str) -> str:
    if form == "d":
        return str(len(value) if isinstance(value, list) else value)
    return format(value, form).replace("%", " %")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_numbers_are_those_of_their_files(page):
    text = page.read_text(encoding="utf-8")
    for shown, file, root, path, form in FROM_JSON.findall(text):
        value = look_up(contents(ROOT / file), path)
        assert shown == formatted(math.sqrt(value) if root else value, form), f"{file}: {path}"
    for shown, file, words in FROM_TEXT.findall(text):
        source = re.sub(r"\s+", " ", re.sub(r"\n\s*///?", " ", (ROOT / file).read_text(encoding="utf-8")))
        assert words in source, f"{file} does not say {words}"
        numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", words)]
        assert all(float(figure) in numbers for figure in shown.split(", ")), f"{shown} is not in {words}"
    # A mark that the patterns do not know would check nothing.
    marks = re.findall(r"<!-- \S+(?:\.json:| says) ", text)
    assert len(marks) == len(FROM_JSON.findall(text)) + len(FROM_TEXT.findall(text))


@pytest.mark.parametrize("page", STRICT, ids=lambda page: page.name)
def test_no_decimal_number_is_without_origin(page):
    text = re.sub(r"```.*?```|\$\$.*?\$\$", "", page.read_text(encoding="utf-8"), flags=re.S)
    for pattern in (FROM_JSON, FROM_TEXT, r"<!-- output: .*? -->", r"`[^`]*`", r"\$[^$]*\$", r"\]\([^)]*\)", r"doi:\S+|arXiv:\S+"):
        text = re.sub(pattern, "", text)
    assert re.findall(r"\S*\d\.\d\S*", text) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"https?:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        assert file.exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.*)", file.read_text(encoding="utf-8"), flags=re.M)
            assert anchor in [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles], target


def summaries() -> dict[str, dict]:
    return {path.parent.name: contents(path) for path in ROOT.glob("reports/*/summary.json")}


def measured(summary: dict) -> dict[str, str]:
    """The columns of the README's table."""
    validation, diagnostics = summary["validation"], summary["diagnostics"]
    return {
        "molecules": str(len({scan["molecule"] for scan in summary["scans"]})), "scans": str(len(summary["scans"])),
        "constants": str(len(summary["parameters"])), "base": f"{summary['rmse_base']:.2f}",
        "fitted": f"{summary['rmse_fit']:.2f}", "base, left out": f"{validation['rmse_base']:.2f}",
        "least squares, left out": f"{validation['rmse_least_squares']:.2f}", "left out": f"{validation['rmse']:.2f}",
        "coverage": " / ".join(f"{validation['coverage'][mass]:.2f}" for mass in ("50", "90", "95")),
        "z": f"{summary['split_halves']['rms_z']:.2f}", "k̂": f"{summary['linearisation_khat']:.2f}",
        "max R-hat": f"{diagnostics['max_rhat']:.3f}",
        "min ESS": f"{min(diagnostics['min_ess_bulk'], diagnostics['min_ess_tail']):.0f}",
    }


def table(page: str, first: str) -> list[list[str]]:
    """The rows of the table whose head begins with a word, head first and rule left out."""
    lines = (ROOT / page).read_text(encoding="utf-8").split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return [rows[0]] + rows[2:]


def test_the_table_of_the_readme():
    head, *rows = table("README.md", "family")
    found = summaries()
    assert {row[0] for row in rows} == set(found)
    for row in rows:
        expected = measured(found[row[0]])
        assert dict(zip(head[1:], row[1:], strict=True)) == expected, row[0]


def test_the_table_of_the_model():
    head, row = table("docs/model.md", "`swivel validate NAME --draws 250`")
    found = summaries()
    for name, cell in zip(head[1:], row[1:], strict=True):
        expected = measured(found[name])
        error = found[name]["validation"]["rmse"]
        assert cell == f"{error:.3f}, {expected['coverage'].replace(' ', '')}, {expected['z']}", name


@pytest.mark.parametrize("page", ["docs/for-chemists.md", "docs/python.md", *(str(p.relative_to(ROOT)) for p in FORMATS)])
def test_commands_run(page, tmp_path, monkeypatch):
    """docs/tutorial.md takes GROMACS minutes: `make validate` runs it."""
    assert SWIVEL.exists(), "run `make build` first"
    monkeypatch.setenv("PATH", "/usr/local/bin:/usr/bin:/bin")
    assert run_docs.run(ROOT / page, tmp_path / "run", SWIVEL) > 0


@pytest.mark.parametrize("document, line, reason", [
    ("# T\n\n```sh\necho a\nfalse\n```\n", 5, "exit code 1"),
    ("```sh\necho 'a\n```\n", 2, "exit code"),
    ("text\n\n```python\na = 1\n\nassert a == 2\n```\n", 6, "AssertionError"),
    ("```python\na = 1\n```\n\n```python\nb = a +\n```\n", 6, "SyntaxError"),
    ("```sh\necho a 1.25\n```\n\n<!-- output: exact -->\n```text\na 1.26\n```\n", 7, "a 1.25"),
    ("```sh\necho a 1.25\n```\n\n<!-- output: within 0.1 -->\n```text\na 1.36\n```\n", 7, "a 1.25"),
    ("```sh\nprintf 'a\\nb\\n'\n```\n\n<!-- output: exact -->\n```text\na\n```\n", 7, "has more"),
    ("```sh\nprintf 'a\\nb\\n'\n```\n\n<!-- output: exact -->\n```text\nb\n```\n", 7, "goes on with"),
    ("```sh\necho a\n", 1, "no end"),
])
def test_what_goes_wrong_is_told_with_its_line(document, line, reason, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    page = tmp_path / "page.md"
    page.write_text(document, encoding="utf-8")
    with pytest.raises(run_docs.DocumentError, match=reason) as raised:
        run_docs.run(page, tmp_path / "run", SWIVEL)
    assert raised.value.line == line


def test_outputs_are_compared(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    page = tmp_path / "page.md"
    page.write_text("""```sh
printf 'x  y\\nskipped\\nk 1.25 (3 s)\\nend\\n' > file
cat file
```

<!-- output: within 0.02 -->
```text
x y
…
k 1.24 (…
…
```

  ```python
  a = open("file").read()
  print(len(a))
  ```

<!-- output: exact -->
```text
30
```
""", encoding="utf-8")
    assert run_docs.run(page, tmp_path / "run", SWIVEL) == 2


def test_the_density_of_the_page_for_statisticians(tmp_path):
    """Its formula for ln p(scales | y), worked out from the rows, is that of the draws up to one constant."""
    run = subprocess.run([SWIVEL, "fit", ROOT / "families/alkanes", "--every", "4", "--draws", "200", "--quiet",
                          "--noise", "normal", "--no-bagging", "--geometry-draws", "0", "--write-design", tmp_path / "design.json",
                          "--output", tmp_path / "r", "--forcefields", tmp_path / "f"], check=False)
    assert run.returncode in (0, 3)  # 3: too few draws, and everything written
    design = json.loads((tmp_path / "design.json").read_text())
    with netCDF4.Dataset(tmp_path / "r/posterior.nc") as file:
        scales, given = file["posterior"]["scale"][0, ::20].data, file["sample_stats"]["lp"][0, ::20].data
    names = [scale["name"] for scale in design["scales"]]
    centre = np.array([p["centre"] for p in design["parameters"]])
    n = np.array([p["periodicity"] for p in design["parameters"]])

    def log_density(values: np.ndarray) -> float:
        sigma = dict(zip(names, values))
        result = 0.0
        for scale, value in zip(design["scales"], values):
            result += stats.norm.logpdf(math.log(value), math.log(scale["median"]), scale["spread"])
        prior = np.zeros((len(n), len(n)))
        for part in design["bond_classes"]:
            v = np.array(part["directions"])
            variances = sigma["prior"] ** 2 + sigma[part["coherent_scale"]] ** 2 * np.array(part["eigenvalues"])
            units = n[part["columns"]]
            prior[np.ix_(part["columns"], part["columns"])] = (v.T / variances) @ v * np.outer(units, units)
        gram, right, square, logs = np.zeros_like(prior), np.zeros(len(n)), 0.0, 0.0
        for scan in design["scans"]:
            power = min(1, 6 / len(next(rows for rows in scan["rows"] if rows["has_offset"])["y"]))
            for rows in scan["rows"]:
                x, variance = np.array(rows["x"]), sigma[rows["noise_scale"]] ** 2 + 1e-6
                r = np.array(rows["y"]) - x @ centre
                freedom = power * len(r)
                if rows["has_offset"]:
                    x, r, freedom = x - x.mean(0), r - r.mean(), freedom - 1
                gram += power / variance * x.T @ x
                right += power / variance * x.T @ r
                square += power / variance * r @ r
                logs += freedom * math.log(variance)
        determinant = np.linalg.slogdet(prior + gram)[1] - np.linalg.slogdet(prior)[1]
        return result - 0.5 * (logs + square + determinant - right @ np.linalg.solve(prior + gram, right))

    difference = np.array([log_density(values) for values in scales]) - given
    assert np.ptp(given) > 1
    assert np.ptp(difference) < 1e-6
