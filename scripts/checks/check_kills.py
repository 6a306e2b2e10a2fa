#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills `swivel acquire` with -9 at random moments: the scan files must be those of an undisturbed run, no job done twice.

    python3 scripts/checks/check_kills.py [--kills 50] [--smiles CCCO] [--seed 1] [--executor local]

Half of the kills take the workers with them, half Swivel alone, whose workers must notice. The pauses are drawn evenly from
0 to twice what a run takes divided by the kills. Needs the Python environment of `swivel doctor --install`, or SWIVEL_PYTHON.
Exit code 1 where a file differs or a job was finished twice.
"""
import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SWIVEL = Path(__file__).resolve().parents[2] / ".build" / "release" / "swivel"


def acquire(family: Path, executor: str) -> list[str]:
    return [str(SWIVEL), "acquire", str(family), "--no-store", "--quiet", "--executor", executor]


def descendants(pid: int) -> list[int]:
    """The processes that a process has started (its workers)."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            pass
    return found


def killed_run(family: Path, executor: str, kills: int, pause: float, stream: random.Random) -> int:
    """Runs until `kills` kills have hit, then to the end; returns how many hit a run that was under way."""
    hits = 0
    for _ in range(100 * kills):
        process = subprocess.Popen(acquire(family, executor))
        if hits < kills:
            try:
                process.wait(stream.uniform(0, pause))
            except subprocess.TimeoutExpired:
                workers = descendants(process.pid) if hits % 2 else []
                for victim in [process.pid, *workers]:
                    try:
                        os.kill(victim, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                process.wait()
                hits += 1
                continue
        if process.wait() != 0:
            sys.exit(f"acquire ended with {process.returncode}")
        return hits
    return hits


def ledger_faults(family: Path) -> list[str]:
    """Jobs that were finished twice, or handed out again after their end."""
    faults = []
    for path in family.glob("acquire/*/ledger.sqlite"):
        with sqlite3.connect(path) as ledger:
            events = ledger.execute("SELECT job, what FROM event ORDER BY rowid").fetchall()
        finished = set()
        for job, what in events:
            if job in finished:
                faults.append(f"{job}: {what} after its end")
            if what == "finished":
                finished.add(job)
    return faults


def scans(family: Path) -> dict[str, bytes]:
    return {str(path.relative_to(family)): path.read_bytes()
            for path in [*sorted(family.glob("scans/*")), family / "family.yaml"]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--smiles", default="CCCO propanol")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--executor", default="local")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="swivel-kills-") as folder:
        calm, stormy = Path(folder, "a", "family"), Path(folder, "b", "family")
        subprocess.run([SWIVEL, "prepare", options.smiles, "--output", calm, "--quiet", "--spacing", "30"], check=True)
        shutil.copytree(calm, stormy)
        started = time.time()
        subprocess.run(acquire(calm, options.executor), check=True)
        took = time.time() - started
        # A start of the workers takes seconds; kills must leave room for some jobs in between.
        pause = 2 * max(took / options.kills, 4.0)
        hits = killed_run(stormy, options.executor, options.kills, pause, random.Random(options.seed))
        faults = ledger_faults(stormy)
        faults += [name for name, text in scans(calm).items() if scans(stormy).get(name) != text]
        print(f"{hits} kills, undisturbed {took:.0f} s, disturbed {time.time() - started - took:.0f} s; "
              + (f"faults: {faults}" if faults else "same bytes, no job finished twice"))
        return 1 if faults or not hits else 0


if __name__ == "__main__":
    sys.exit(main())
