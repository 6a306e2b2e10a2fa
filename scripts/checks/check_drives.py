#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fit every torsion drive of a folder of ForceBalance targets alone, as users of one drug fragment do, and print the errors.

    python3 scripts/checks/check_drives.py ../shared/data/openff-td.tar.xz [--half even|odd] [--limit N] [-- options of swivel fit]

Targets are sorted by name; constants of the model were chosen on even ones, so that the odd ones are a test. One line a half and one
for all: drives fitted, median error of the base force field, median and mean of the fit, share above 0.5 kcal/mol, median of the
largest change of a force constant, share with Pareto k̂ of at most 0.7; and the median of the drives whose energies span less
than 15 kcal/mol and whose base error is above 0.5.
"""
import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def fitted(swivel: Path, target: Path, work: Path, options: list[str]) -> dict | str:
    """What a fit of one target says; a text where it failed."""
    family = work / target.name
    shutil.copytree(target, family / target.name)
    subprocess.run([swivel, "init", family, "--quiet"], capture_output=True, check=False)
    run = subprocess.run([swivel, "fit", family, "--quiet", "--threads", "1", "--output", family / "r", "--forcefields",
                          family / "f", *options], capture_output=True, text=True, check=False)
    if run.returncode not in (0, 3):  # 3: chains missed a limit, and everything was written
        return run.stderr.strip().replace("\n", " ")[-200:]
    summary = json.loads((family / "r/summary.json").read_text())
    return {"base": summary["rmse_base"], "fit": summary["rmse_fit"], "khat": summary["linearisation_khat"],
            "change": max((abs(p["mean"] - p["base"]) for p in summary["parameters"]), default=0.0),
            "converged": run.returncode == 0}


def line(name: str, results: list[dict], ordinary: list[dict]) -> str:
    errors = [r["fit"] for r in results]
    return (f"{name:5s} {len(results):3d} drives: base {statistics.median(r['base'] for r in results):.3f}, fit median "
            f"{statistics.median(errors):.3f} mean {statistics.mean(errors):.3f}, above 0.5 {sum(e > 0.5 for e in errors) / len(errors):.0%}, "
            f"largest change {statistics.median(r['change'] for r in results):.2f}, k̂ ≤ 0.7 "
            f"{sum(r['khat'] is None or r['khat'] <= 0.7 for r in results) / len(results):.0%}, converged "
            f"{sum(r['converged'] for r in results) / len(results):.0%}; span < 15 and base > 0.5 ({len(ordinary)}): median "
            + (f"{statistics.median(r['fit'] for r in ordinary):.3f}" if ordinary else "none"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--swivel", type=Path, default=Path(".build/release/swivel"))
    parser.add_argument("--half", choices=["even", "odd"])
    parser.add_argument("--limit", type=int)
    # argparse takes no "--" behind positional arguments and options.
    at = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    arguments, options = parser.parse_args(sys.argv[1:at]), sys.argv[at + 1:]
    if not arguments.archive.exists():
        sys.exit(f"{arguments.archive}: not here, so no drive was fitted")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["tar", "-xf", arguments.archive, "-C", folder], check=True)
        targets = sorted(Path(folder).glob("*/*/*/"), key=lambda target: target.name)
        spans = {row["target"]: float(row["range_kcal_per_mol"])
                 for row in csv.DictReader(next(Path(folder).glob("*/index.csv")).open())}
        chosen = [(i, t) for i, t in enumerate(targets) if arguments.half is None or i % 2 == (arguments.half == "odd")]
        chosen = chosen[:arguments.limit]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda each: fitted(arguments.swivel.resolve(), each[1], Path(folder), options),
                                    chosen))
    good = [(i, t, r) for (i, t), r in zip(chosen, results) if isinstance(r, dict)]
    for (_, target), result in zip(chosen, results):
        if isinstance(result, str):
            print(f"not fitted: {target.name}: {result}")
    for name, parity in (("even", [0]), ("odd", [1]), ("all", [0, 1])):
        part = [(t, r) for i, t, r in good if i % 2 in parity]
        if part:
            ordinary = [r for t, r in part if spans.get(t.name, 0) < 15 and r["base"] > 0.5]
            print(line(name, [r for _, r in part], ordinary))


if __name__ == "__main__":
    main()
