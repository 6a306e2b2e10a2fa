#!/usr/bin/env python3
"""How often `swivel check` fails though nothing but the seed changed: reruns of families under other seeds.

    scripts/checks/check_false_alarms.py alkanes ethers --reruns 200
    scripts/checks/check_false_alarms.py alkanes --reruns 200 --settings "--every 4 --draws 500"

With --settings the baseline is made anew, in a copy of the family; else the committed one counts. Prints, family by
family, the reruns, those that failed and why, and the largest shift of the posterior mean in units of what is allowed.
Ends with 1 when a rerun failed.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def run(command: list[str]) -> subprocess.CompletedProcess:
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}\n{result.stderr}")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("families", nargs="+", help="folders, or names under families/")
    parser.add_argument("--reruns", type=int, default=200)
    parser.add_argument("--first-seed", type=int, default=2)
    parser.add_argument("--settings", help="options of the fit, in quotes")
    parser.add_argument("--swivel", default=".build/release/swivel")
    options = parser.parse_args()
    alarms = 0
    for family in options.families:
        folder = Path(family) if Path(family).exists() else Path("families") / family
        with tempfile.TemporaryDirectory() as work:
            if options.settings:
                copy = Path(work) / folder.name
                shutil.copytree(folder, copy)
                folder = copy
                run([options.swivel, "check", "--update", "--no-cache", str(folder), f"--settings={options.settings}"])
            failed: list[str] = []
            shifts: list[float] = []
            shares: list[float] = []
            errors: list[float] = []
            for seed in range(options.first_seed, options.first_seed + options.reruns):
                command = [options.swivel, "check", str(folder), "--json", "--quiet", "--no-cache", "--seed", str(seed)]
                record = json.loads(run(command).stdout)["families"][0]
                failed += [f"seed {seed}: {failure['message']}" for failure in record["failures"]]
                if record["shift"] is not None:
                    shifts.append(record["shift"])
                    shares.append(record["shift"] / (record["shift_noise"] + 0.5))
                errors.append(record["error"] - record["baseline_error"])
            seeds = {line.split(":")[0] for line in failed}
            alarms += len(seeds)
            print(
                f"{family}: {options.reruns} reruns, {len(seeds)} failed; largest shift {max(shifts, default=0):.3f}"
                f" posterior sd, {max(shares, default=0):.2f} of what is allowed;"
                f" error within {max(map(abs, errors)):.4f} kcal/mol",
                flush=True,
            )
            for line in failed:
                print("  " + line)
    sys.exit(1 if alarms else 0)


if __name__ == "__main__":
    main()
