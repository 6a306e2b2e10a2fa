#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""acquire on a real QCFractal server must give the scan files of local workers, whatever is killed or stopped meanwhile.

    python3 scripts/checks/check_fractal.py [--smiles CCCO CCOCC] [--spacing 60]

Makes QCFractal's environment (.build/qcfractal, pip) and starts database, server and compute manager on this machine; needs
PostgreSQL's programs, and the Python environment of `swivel doctor --install`, or SWIVEL_PYTHON. In turn: kill -9 of Swivel
under way; the server stopped under way, for longer than acquire waits and for less; energies by PySCF at another level;
records that fail. Exit code 1 where a file differs or a record was made twice.
"""
import argparse
import filecmp
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fractal_server import ENVIRONMENT, SWIVEL, Server

ENERGIES = "hf/sto-3g//GFN2-xTB"


class Check:
    """A family as local workers and as a server compute it."""

    def __init__(self, folder: Path, server: Server, smiles: list[str], spacing: int):
        self.folder, self.server = folder, server
        words = [f"{one} molecule{number}" for number, one in enumerate(smiles)]
        subprocess.run([SWIVEL, "prepare", *words, "--output", folder / "there", "--spacing", str(spacing)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.copytree(folder / "there", folder / "here")
        self.environment = os.environ | {
            "SWIVEL_PYTHON": str(ENVIRONMENT / "bin" / "python"), "QCPORTAL_USERNAME": "swivel",
            "QCPORTAL_PASSWORD": server.password, "QCPORTAL_ADDRESS": server.address, "SWIVEL_QCFRACTAL_PERIOD": "1"}

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen:
        """Begins acquire on the server."""
        return subprocess.Popen([SWIVEL, "acquire", self.folder / "there", "--no-store", "--executor", "qcfractal", *arguments],
                                env=self.environment | environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def finish(self, *arguments: str, status: int = 0, **environment: str) -> str:
        """Runs acquire on the server to its end; returns what it says."""
        process = self.start(*arguments, **environment)
        said = process.communicate()[1]
        if process.returncode != status:
            raise SystemExit(f"acquire {arguments} ended with {process.returncode}, not {status}: {said}")
        return said

    def done(self, level: str) -> int:
        """Finished jobs at a level."""
        path = self.folder / "there" / "acquire" / level / "ledger.sqlite"
        if not path.exists():
            return 0
        with sqlite3.connect(path, timeout=60) as ledger:
            if ledger.execute("SELECT 1 FROM sqlite_master WHERE name = 'job'").fetchone() is None:
                return 0
            return ledger.execute("SELECT COUNT(*) FROM job WHERE state = 'done'").fetchone()[0]

    def await_done(self, level: str, count: int, process: subprocess.Popen) -> None:
        """Waits until so many jobs are finished."""
        while self.done(level) < count:
            if process.poll() is not None:
                raise SystemExit(f"acquire ended with {process.returncode}: {process.stderr.read()}")
            time.sleep(0.1)

    def compare(self, level: str) -> int:
        """Computes the level here too; how many files differ."""
        subprocess.run([SWIVEL, "acquire", self.folder / "here", "--no-store", "--quiet", "--level", level], check=True,
                       stdout=subprocess.DEVNULL)
        names = sorted(path.relative_to(self.folder / "here") for path in (self.folder / "here").glob("scans/*")) + ["family.yaml"]
        _, wrong, lacking = filecmp.cmpfiles(self.folder / "here", self.folder / "there", names, shallow=False)
        print(f"{level}: {len(names)} files, {len(wrong + lacking)} differ {wrong + lacking or ''}", flush=True)
        return len(wrong + lacking)

    def records(self) -> list[tuple[str, str, int]]:
        """Kind, method and number of the server's records."""
        code = ("import collections, json, os, qcportal\n"
                "client = qcportal.PortalClient.from_env()\n"
                "found = [(r.record_type, r.specification.qc_specification.method) for r in client.query_optimizations()]\n"
                "found += [(r.record_type, r.specification.method) for r in client.query_singlepoints()]\n"
                "print(json.dumps([[*key, count] for key, count in sorted(collections.Counter(found).items())]))")
        printed = subprocess.run([ENVIRONMENT / "bin" / "python", "-c", code], env=self.environment, check=True, text=True,
                                 stdout=subprocess.PIPE).stdout
        return [tuple(row) for row in json.loads(printed)]


def killed(check: Check) -> int:
    """kill -9 twice, then to the end."""
    for count in (2, 7):
        process = check.start()
        check.await_done("gfn2-xtb", count, process)
        process.kill()
        process.wait()
    check.finish()
    return check.compare("GFN2-xTB")


def stopped(check: Check) -> int:
    """The server is away for longer than acquire waits; then for less."""
    level = ["--level", "GFN1-xTB"]
    process = check.start(*level, SWIVEL_QCFRACTAL_PATIENCE="1")
    check.await_done("gfn1-xtb", 3, process)
    # A manager that misses its server for long ends by itself: it is stopped, so that it is there again for sure.
    check.server.stop("manager", "server")
    said = process.communicate()[1]
    if process.returncode != 2 or f"{check.server.address} does not answer" not in said:
        raise SystemExit(f"with the server stopped acquire ended with {process.returncode}: {said}")
    print(*(line for line in said.splitlines() if line.startswith("error")), flush=True)
    check.server.start_server()
    check.server.start_manager()
    process = check.start(*level)
    check.await_done("gfn1-xtb", 7, process)
    check.server.stop("server")
    time.sleep(5)
    check.server.start_server()
    said = process.communicate()[1]
    if process.returncode != 0:
        raise SystemExit(f"after the server was away acquire ended with {process.returncode}: {said}")
    return check.compare("GFN1-xTB")


def failing(check: Check) -> int:
    """Records that take too long are failures with the reason."""
    said = check.finish("--level", "b3lyp/def2-tzvp", "--job-limit", "1s", "--attempts", "1", status=1)
    is_told = "took longer than 1 s" in said and "parked" in said
    print(f"records that fail: {'parked with their reason' if is_told else said}", flush=True)
    return int(not is_told)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smiles", nargs="+", default=["CCCO", "CCOCC"])
    parser.add_argument("--spacing", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # the database's owner must get in
        server = Server(Path(folder) / "server")
        try:
            server.start_server()
            server.start_manager()
            check = Check(Path(folder), server, options.smiles, options.spacing)
            started = time.monotonic()
            wrong = killed(check) + stopped(check)
            check.finish("--level", ENERGIES)
            wrong += check.compare(ENERGIES)
            records = {(kind, method): count for kind, method, count in check.records()}
            jobs = {"gfn2-xtb": check.done("gfn2-xtb"), "gfn1-xtb": check.done("gfn1-xtb")}
            twice = any(records["optimization", method] != count for method, count in jobs.items())
            print(f"records {records}, jobs {jobs}: {'made twice' if twice else 'each made once'}", flush=True)
            wrong += twice + failing(check)
            print(f"{time.monotonic() - started:.0f} s")
        finally:
            server.stop()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
