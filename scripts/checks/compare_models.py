#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leave every molecule out under each candidate model and write the table that chooses the default.

    python3 scripts/checks/compare_models.py --families families/* --write docs/models.md [--draws 100] [--every 2]
        [--development ../shared/data/openff-td.tar.xz]

--development adds the classes of a folder of TorsionDrive records, each made a family by `swivel init`.

Each entry pools the testable scans of a family: error of relaxed profiles (kcal/mol), ranked probability score,
log score a grid point, and coverage of the 50/90/95 % intervals. The last table pools all families.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

MODELS = {
    "default": [],
    "all grid points independent": ["--effective-points", "inf"],
    "energies alone": ["--likelihood", "energy"],
    "prior about zero": ["--prior-centre", "zero"],
    "normal noise": ["--noise", "normal"],
    "Student-t noise": ["--noise", "student-t"],
    "no bagging": ["--no-bagging"],
}


class Cache:
    """Results by family and model in a file, a line each, so that a run that was cut goes on where it was."""

    def __init__(self, path: Path | None):
        self.path, self.known = path, {}
        if path and path.exists():
            for line in path.read_text().splitlines():
                entry = json.loads(line)
                self.known[entry["key"]] = entry["result"]

    def result(self, key: str, compute) -> dict | None:
        if key not in self.known:
            self.known[key] = compute()
            if self.path:
                with self.path.open("a") as file:
                    file.write(json.dumps({"key": key, "result": self.known[key]}) + "\n")
        return self.known[key]


def scores(v: dict | None) -> dict | None:
    """What the tables say of a validation."""
    return v and {k: v[k] for k in ("points", "rmse", "crps", "log_score", "coverage")}


def validation(swivel: Path, family: Path, options: list[str], draws: int, every: int) -> dict | None:
    """The validation of one model on one family; None where a fit failed."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(swivel), "validate", str(family), *options, "--draws", str(draws), "--every", str(every),
                   "--output", folder, "--forcefields", folder, "--json"]
        result = subprocess.run(command, capture_output=True, text=True)
        # 3: chains of the first fit did not meet their limits; it was written nevertheless, and scores can be added.
        if result.returncode == 3:
            result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            print(f"{family.name}: {result.stderr.strip()[-300:]}", file=sys.stderr)
            return None
        return json.loads(result.stdout)


def development_families(arguments, folder: Path) -> list[Path]:
    """The classes of the archive with three to --largest molecules, with a family.yaml each."""
    subprocess.run(["tar", "-xf", arguments.development, "-C", folder], check=True)
    result = []
    for each in sorted(folder.glob("*/*/")):
        if 3 <= sum(1 for entry in each.iterdir() if entry.is_dir()) <= arguments.largest:
            subprocess.run([arguments.swivel, "init", each, "--quiet"], check=True)
            result.append(each)
    return result


def cells(v: dict | None) -> str:
    if v is None:
        return "failed | | | |"
    if v["rmse"] is None:
        return "no type in two molecules | | | |"
    c = v["coverage"]
    return (f"{v['rmse']:.3f} | {v['crps']:.3f} | {v['log_score']:.2f} | "
            f"{c['50']:.2f} / {c['90']:.2f} / {c['95']:.2f} |")


def pooled(parts: list[dict]) -> dict:
    """Scores over all grid points of several families."""
    n = sum(v["points"] for v in parts)

    def mean(pick):
        return sum(v["points"] * pick(v) for v in parts) / n

    return {"points": n, "rmse": mean(lambda v: v["rmse"] ** 2) ** 0.5, "crps": mean(lambda v: v["crps"]),
            "log_score": mean(lambda v: v["log_score"]),
            "coverage": {k: mean(lambda v: v["coverage"][k]) for k in ("50", "90", "95")}}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", nargs="+", type=Path, required=True)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--swivel", type=Path, default=Path(".build/release/swivel"))
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--write", type=Path, help="a Markdown file")
    parser.add_argument("--cache", type=Path, help="results found so far, to go on after a cut")
    parser.add_argument("--development", type=Path, help="an archive of folders of TorsionDrive records")
    parser.add_argument("--largest", type=int, default=10, help="molecules of a development class at most")
    arguments = parser.parse_args()
    cache = Cache(arguments.cache)
    families = [f for f in arguments.families if (f / "family.yaml").exists()]
    unpacked = tempfile.TemporaryDirectory()
    shipped = len(families)
    if arguments.development and arguments.development.exists():
        families += development_families(arguments, Path(unpacked.name))
    print("families: " + ", ".join(f.name for f in families), flush=True)
    header = "| RMSE | CRPS | log score | coverage 50 / 90 / 95 % |\n|---|---|---|---|---|\n"
    by_family = {f: f"\n## {f.name}\n\n| model {header}" for f in families}
    total = f"| model {header}"
    development = f"| model {header}"
    for name in arguments.models:
        found = []
        for family in families:
            v = cache.result(
                f"{family.parent.name}/{family.name} {name} --draws {arguments.draws} --every {arguments.every}",
                lambda: scores(validation(arguments.swivel, family, MODELS[name], arguments.draws, arguments.every)))
            by_family[family] += f"| {name} | {cells(v)}\n"
            print(f"{family.name:12s} {name:30s} {cells(v)}", flush=True)
            if v is not None and v["rmse"] is not None:
                found.append((family, v))
        own = [v for family, v in found if family in families[:shipped]]
        other = [v for family, v in found if family in families[shipped:]]
        total += f"| {name} | {cells(pooled(own) if len(own) == shipped else None)}\n"
        if other:
            note = f", {len(other)} classes"
            development += f"| {name}{note} | {cells(pooled(other))}\n"
    text = ("# Candidate models on molecules left out\n\n"
            f"Made by `python3 scripts/checks/compare_models.py --families families/* --draws {arguments.draws} "
            f"--every {arguments.every}{' --development ' + str(arguments.development) if len(families) > shipped else ''} "
            "--write docs/models.md`.\n"
            "Errors are of relaxed profiles in kcal/mol, over scans whose driven types other molecules have.\n\n"
            f"## All shipped families\n\n{total}"
            + (f"\n## Development classes\n\n{len(families) - shipped} classes of `{arguments.development}` with at most "
               f"{arguments.largest} molecules.\n\n{development}" if len(families) > shipped else "")
            + "".join(by_family.values()))
    if arguments.write:
        arguments.write.write_text(text)
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
