# SPDX-License-Identifier: GPL-3.0-or-later
"""Computes jobs: each input file gives one result file, written whole or not at all.

    python worker.py --serve LOCK         lines "INPUT<tab>RESULT" on standard input, "RESULT" on standard output for each
    python worker.py INPUT RESULT         one job; what a Slurm task runs

A job (schema swivel.job/1) is {"kind": "relax" | "point", "symbols", "bonds", "charge", "positions", "level",
"quartet", "angle", "attempt", "memory"}. A result has "ok": true with "energy", "positions", "forces" and
"provenance", or "ok": false with "error"; energies in kcal/mol, positions in angstrom, forces in kcal/mol/angstrom.
"""
import fcntl
import json
import os
import queue
import signal
import sys
import threading
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ.setdefault("OMP_STACKSIZE", "1G")
# Exit status where the result cannot be written (EX_TEMPFAIL): the disk is full, not the chemistry wrong.
CANNOT_WRITE = 75


def result(job):
    """What the job gives; never raises for what chemistry or a program does."""
    import numpy as np

    from levels import Level
    from relaxation import relaxed

    started = time.time()
    try:
        bonds = {tuple(sorted(pair)) for pair in job["bonds"]}
        level = Level(job["level"], job["symbols"], job["charge"], job["attempt"], job["memory"])
        positions = np.array(job["positions"])
        if job["kind"] == "relax":
            positions = relaxed(job["symbols"], bonds, positions, level, job["attempt"], tuple(job["quartet"]),
                                job["angle"])
        energy, forces = level.energy_and_forces(positions)
        return {"ok": True, "energy": round(energy, 8), "positions": positions.tolist(),
                "forces": np.round(forces, 8).tolist(),
                "provenance": level.provenance | {"host": os.uname().nodename, "pid": os.getpid(),
                                                  "seconds": round(time.time() - started, 3)}}
    except Exception as error:  # one bad job never ends the worker; the ledger keeps the reason
        words = str(error).strip() or type(error).__name__
        return {"ok": False, "error": f"{type(error).__name__}: {words}"[:500]}


def write(path, value):
    """The file appears whole: written beside, synced, renamed."""
    temporary = f"{path}.{os.getpid()}.partial"
    with open(temporary, "w") as file:
        json.dump(value, file, separators=(",", ":"), sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def run(source, target):
    """One job from file to file; a result that is there already is kept."""
    if os.path.exists(target):
        return
    with open(source) as file:
        job = json.load(file)
    answer = result(job)
    try:
        write(target, answer)
    except OSError as error:
        print(error, file=sys.stderr, flush=True)
        os._exit(CANNOT_WRITE)


def serve(lock):
    """Jobs line by line; ends at once, whatever it computes, when standard input ends: then whoever asked is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lines = queue.SimpleQueue()

    def listen():
        for line in sys.stdin:
            lines.put(line)
        os._exit(0)

    with open(lock, "a") as held:
        threading.Thread(target=listen, daemon=True).start()
        # An older worker of this place may still be dying: wait for its end, so that no job runs twice at a time.
        fcntl.flock(held, fcntl.LOCK_EX)
        from relaxation import quiet
        quiet()
        print("ready", flush=True)
        while True:
            source, target = lines.get().rstrip("\n").split("\t")
            run(source, target)
            print(target, flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--serve":
        serve(sys.argv[2])
    elif len(sys.argv) == 3:
        from relaxation import quiet
        quiet()
        run(sys.argv[1], sys.argv[2])
    else:
        sys.exit(__doc__)
