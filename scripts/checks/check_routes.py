#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every route by which users load what Swivel writes, in its engine: energies at every 12th grid point, or the error.

    python3 scripts/checks/check_routes.py                          # the six shipped families, and the other base force fields
    python3 scripts/checks/check_routes.py ethers sage --molecules 2 --table docs/routes.md

Fits each family anew into a temporary folder, exports it, and tries: `swivel apply` on topologies of every format; OpenMM with
our file before, after, and beside a generator that adds terms late; tleap in both orders; GROMACS with types it lacks and with
`--only-types-of`; Tinker's key in three places, where its `analyze` is on the PATH; a solvated box. The families of Tests/Fixtures/bases (OpenFF Sage, OPLS-AA, CGenFF, AMBER's protein types) go the
ways that users of these have. A number is the largest difference of an energy term from `swivel energy` under the fitted
parameters, kcal/mol; the limit is 1e-4. What is loud is quoted. Exit 1 where a number is too large.
"""
import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from check_engines import LIMIT, largest_difference, swivel_energies
from engine_checks import applied, bases, openmm, routes, tinker
from engine_checks.molecule import SI_COULOMB, Frames, read_positions

FAMILIES = ("alkanes", "ethers", "alcohols", "esters", "amides", "biaryls")
SILENT = "off {:.1f}, silent: the header says so"


def try_route(name: str, swivel: Path, molecule: Frames, exported: Path, report: Path, stem: Path):
    """Energies and Coulomb constant, or a number, of one route."""
    family = yaml.safe_load((report / "summary.json").read_text())["family"]
    fragment = {e: exported / f"{family}.{e}" for e in ("frcmod", "itp", "xml", "key")}
    if name == "apply, solvated prmtop, top and System":
        return routes.solvated(swivel, report, molecule)
    if name.startswith("apply, "):
        return applied.energies(swivel, name.removeprefix("apply, "), molecule, stem, report)[:2]
    if name in TINKER:
        return routes.tinker_key(swivel, molecule, stem, fragment["key"], TINKER[name])
    if name == "OpenMM, ours after the base":
        return openmm.energies(molecule, fragment["xml"]), SI_COULOMB
    if name == "OpenMM, ours before the base":
        return routes.openmm_before(molecule, fragment["xml"])
    if name == "OpenMM, base from a generator":
        return routes.openmm_late(molecule, fragment["xml"])
    if name == "OpenMM, a force field of other classes":
        return routes.openmm_foreign(molecule, fragment["xml"])
    if name == "tleap, ours last":
        return routes.tleap(molecule, fragment["frcmod"], last=True)
    if name == "tleap, ours before the molecule's own":
        return routes.tleap(molecule, fragment["frcmod"], last=False)
    if name == "GROMACS, include, --only-types-of":
        return routes.gromacs_only_types(swivel, report, molecule)
    return routes.gromacs_unknown_types(molecule, fragment["itp"])


# Only where Tinker's own analyze is on the PATH: the order of files is nothing that formulas tell.
TINKER = {"Tinker, ours pasted into the key": "pasted", "Tinker, a parameters line above the prm's": "above",
          "Tinker, a parameters line below the prm's": "below"}
ROUTES = [f"apply, {name}" for name in (*applied.FROM_BASE, *applied.FROM_EXPORT)] + [
    "apply, solvated prmtop, top and System", "OpenMM, ours after the base", "OpenMM, ours before the base",
    "OpenMM, base from a generator", "OpenMM, a force field of other classes", "tleap, ours last",
    "tleap, ours before the molecule's own", "GROMACS, include, --only-types-of", "GROMACS, include beside inline lines", *TINKER]
BASE_ROUTES = list(dict.fromkeys(name for routes_of in bases.ROUTES.values() for name in routes_of))
TITLES = {"sage": "Sage", "opls": "OPLS-AA", "charmm": "CGenFF", "amber": "AMBER protein"}
# Routes that change nothing and say nothing, which no file can mend; the file's header names them.
MUTE = {"tleap, ours before the molecule's own", "GROMACS, include beside inline lines",
        "Tinker, a parameters line below the prm's"}


def tried(names: list[str]) -> list[str]:
    """Those that can be tried here."""
    return [name for name in names if name not in TINKER or tinker.has_analyze()]


def check(family: str, swivel: Path, molecules: int, names: list[str]) -> dict[str, str]:
    """What each route gives in a family."""
    cells: dict[str, list] = {name: [] for name in names}
    with tempfile.TemporaryDirectory(prefix="swivel-routes-") as folder:
        work = Path(folder)
        report, exported = work / "reports" / family, work / "exported"
        # Chains that did not converge end with 3, and the files are there.
        subprocess.run([str(swivel), "fit", f"families/{family}", "--seed", "1", "--quiet", "--draws", "300", "--output", str(report),
                        "--forcefields", str(work / "forcefields")], capture_output=True, check=False)
        subprocess.run([str(swivel), "export", str(report), "--quiet", "--output", str(exported), "--format",
                        "amber,gromacs,openmm,charmm,lammps,tinker"], capture_output=True, check=True)
        manifest = yaml.safe_load(Path(f"families/{family}/family.yaml").read_text())
        for entry in manifest["molecules"][:molecules]:
            prmtop = Path(f"families/{family}", entry["topology"]).resolve()
            scans = [Path(f"families/{family}", scan).resolve() for scan in entry["scans"]]
            frames = Frames(entry["id"], prmtop, read_positions(scans)[::12])
            ours = swivel_energies(swivel, prmtop, scans, exported / f"{family}.frcmod")[::12]
            for name in tried(names):
                try:
                    found = try_route(name, swivel, frames, exported, report, exported / "molecules" / "amber" / entry["id"])
                    cells[name].append(found if isinstance(found, float) else largest_difference(ours, *found))
                except (routes.Stopped, applied.Unmatched) as error:
                    cells[name].append(str(error).splitlines()[0])
                print(f"{family:10s} {entry['id']:26s} {name:44s} {cells[name][-1]}", flush=True)
    return cells


def check_base(base: str, swivel: Path, molecules: int, names: list[str]) -> dict[str, list]:
    """What each route gives in a family under another base force field; nothing where a route is not its."""
    cells: dict[str, list] = {name: [] for name in names}
    with tempfile.TemporaryDirectory(prefix="swivel-routes-") as folder:
        family = bases.fitted(base, swivel, Path(folder))
        for entry in family.manifest["molecules"][:molecules]:
            for name in tried(names):
                try:
                    cells[name] += one_of_base(family, entry, name)
                except (routes.Stopped, applied.Unmatched) as error:
                    cells[name].append(str(error).splitlines()[0])
                if cells[name]:
                    print(f"{base:10s} {entry['id']:26s} {name:44s} {cells[name][-1]}", flush=True)
    return cells


def one_of_base(family: bases.Fitted, entry: dict, name: str) -> list[float]:
    """The difference on a route of a base's own; of a prmtop's on all that the shipped families have; none where it is not its."""
    if name in bases.ROUTES[family.name]:
        return [bases.largest(family, name, only=entry["id"])]
    # AMBER's types are classes of OpenMM's amber14, so that nothing is foreign to them there.
    if family.name != "amber" or name not in ROUTES or name == "OpenMM, a force field of other classes":
        return []
    frames = family.frames(entry, 12)
    frames.prmtop = bases.FOLDER / family.name / entry["topology"]
    found = try_route(name, family.swivel, frames, family.exported, family.report,
                      family.exported / "molecules" / "amber" / entry["id"])
    return [found if isinstance(found, float) else largest_difference(family.ours(entry, 12)[0], *found)]


def words(name: str, cells: list) -> tuple[str, bool]:
    """A cell of the table, and whether it fails."""
    numbers = [c for c in cells if isinstance(c, float)]
    errors = [c for c in cells if isinstance(c, str)]
    worst = max(numbers, default=0.0)
    text = [SILENT.format(worst) if name in MUTE and worst > LIMIT else f"{worst:.0e}"] if numbers else []
    text += [f"stops ({len(errors)} of {len(cells)})" if numbers else "stops"] if errors else []
    return "; ".join(text) or "–", worst > LIMIT and name not in MUTE


def read_table(page: str) -> tuple[dict[str, dict[str, str]], list[str]]:
    """The columns of the page's table, each by route, and the lines that quote errors."""
    inside = page.split("<!-- routes -->\n", 1)[1].split("<!-- end of routes -->", 1)[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in inside if line.startswith("|")]
    columns = {name: {row[0]: row[number] for row in rows[2:]} for number, name in enumerate(rows[0]) if number} if rows else {}
    return columns, [line for line in inside if line.startswith("- ")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", default=(*FAMILIES, *bases.BASES))
    parser.add_argument("--swivel", type=Path, default=Path(".build/release/swivel"))
    parser.add_argument("--molecules", type=int, default=2, help="of each family, the first so many")
    parser.add_argument("--routes", nargs="+", default=list(dict.fromkeys([*ROUTES, *BASE_ROUTES])), help="only these")
    parser.add_argument("--table", type=Path, help="write the table to this page, between its markers; columns not asked for stay")
    arguments = parser.parse_args()
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    columns = {}
    for family in arguments.families:
        if family in bases.BASES:
            columns[TITLES[family]] = check_base(family, arguments.swivel.resolve(), arguments.molecules, arguments.routes)
        else:
            own = [name for name in arguments.routes if name in ROUTES]
            found = check(family, arguments.swivel.resolve(), arguments.molecules, own)
            columns[family] = {name: found.get(name, []) for name in arguments.routes}
    failed, quotes, shown = 0, {}, {}
    for column, cells in columns.items():
        shown[column] = {}
        for name in arguments.routes:
            shown[column][name], fails = words(name, cells[name])
            failed += fails
            quotes.update({name: c for c in cells[name] if isinstance(c, str)} if name not in quotes else {})
    quoted = [f"- {name}: `{quote[:300]}`" for name, quote in quotes.items()]
    if arguments.table:
        # Columns that were not asked for stay as they are.
        before, lines_before = read_table(arguments.table.read_text())
        shown = {**{column: cells for column, cells in before.items() if column not in shown}, **shown}
        quoted += [line for line in lines_before if line.split(": `")[0] not in {q.split(": `")[0] for q in quoted}]
        order = [*FAMILIES, *TITLES.values()]
        shown = {column: shown[column] for column in sorted(shown, key=order.index)}
        # What no route stops any more is not quoted.
        stopping = {name for cells in shown.values() for name, cell in cells.items() if "stops" in cell}
        quoted = [line for line in quoted if line.removeprefix("- ").split(": `")[0] in stopping]
    routes_shown = [name for name in dict.fromkeys([*ROUTES, *BASE_ROUTES]) if any(name in cells for cells in shown.values())]
    lines = ["| route | " + " | ".join(shown) + " |", "|---|" + "---|" * len(shown)]
    lines += [f"| {name} | " + " | ".join(cells.get(name, "–") for cells in shown.values()) + " |" for name in routes_shown]
    lines += ["", "What stops says why:", "", *quoted] if quoted else []
    table = "\n".join(lines)
    print(table)
    if arguments.table:
        page = arguments.table.read_text()
        head, rest = page.split("<!-- routes -->\n", 1)
        tail = rest.split("<!-- end of routes -->", 1)[1]
        arguments.table.write_text(f"{head}<!-- routes -->\n{table}\n<!-- end of routes -->{tail}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
