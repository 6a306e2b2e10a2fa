# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands jobs to a QCFractal server as records and brings their results; what acquire's executor qcfractal talks to.

    python fractal.py SERVER TAG LIMIT

SERVER is an address, or a name in qcportal_config.yaml; user and password come from there or from QCPORTAL_USERNAME and
QCPORTAL_PASSWORD, as qcportal has it. On standard input lines "INPUT<tab>RESULT"; on standard output

    ended<tab>RESULT            the result file is there, as worker.py would have written it
    note<tab>WORDS              for the user to read
    refused<tab>WORDS<tab>HINT  nothing can go on; the end

A record that the server has is found again, so that whoever starts anew with the same jobs waits for the same records.
Ends at once when standard input does; records go on.
"""
import json
import os
import queue
import signal
import sys
import threading
import time
import warnings

import fractal_plugin
from worker import CANNOT_WRITE, write

QCPORTAL = "qcportal==0.71"
# Seconds between looks at the records, and at the managers and for records that somebody has deleted.
PERIOD, SEARCH = float(os.environ.get("SWIVEL_QCFRACTAL_PERIOD", 3)), 60
# Seconds for which a server that has answered before may be gone.
PATIENCE = float(os.environ.get("SWIVEL_QCFRACTAL_PATIENCE", 300))
# Records asked for in one request; servers allow some hundreds.
BATCH = 200
GOES_ON = "nothing is lost: the same command goes on"
WHO = "user and password: QCPORTAL_USERNAME and QCPORTAL_PASSWORD, or qcportal_config.yaml and its name for --server"
PLUGIN = "`swivel doctor --qcengine-plugin FOLDER` makes the plugin; pip installs it in the manager's environment"


class Refused(Exception):
    """Nothing can go on: words, and a hint."""


def connected(server):
    """A client of the server; raises Refused with the server's name."""
    from qcportal import PortalClient, PortalRequestError
    from qcportal.exceptions import AuthenticationFailure
    try:
        if "://" not in server:
            return PortalClient.from_file(server)
        known = {name: os.environ.get(f"QCPORTAL_{name.upper()}") for name in ("username", "password", "api_token")}
        given = {name: value for name, value in known.items() if value}
        verify = os.environ.get("QCPORTAL_VERIFY", "true").lower() not in ("0", "false", "no")
        answers(server, verify)
        return PortalClient(server, verify=verify, show_motd=False, **given)
    except (AuthenticationFailure, PortalRequestError) as error:
        raise Refused(f"{server}: {plain(error)}", WHO) from None
    except unreachable() as error:
        raise Refused(f"{server} does not answer: {reason(error)}",
                      f"is the server up and the address right? {GOES_ON}") from None
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise Refused(f"{server}: {plain(error)}", "an address begins with http:// or https://; a name stands in "
                      "qcportal_config.yaml here or in ~/.qca") from None


def answers(server, verify):
    """Raises at once where nothing answers; qcportal itself would try for a quarter of a minute."""
    import requests
    requests.head(server, timeout=20, verify=verify)


def unreachable():
    """The exceptions that mean a server is not there now."""
    import requests
    return (ConnectionError, requests.exceptions.ConnectionError, requests.exceptions.Timeout)


def plain(words):
    """Words, or those of an exception, as one line."""
    return " ".join(str(words).split())[:300] or type(words).__name__


def reason(error):
    """Why nothing answers: the system's own words under those of the libraries."""
    inner = error
    while inner is not None:
        if isinstance(inner, OSError) and inner.strerror:
            return inner.strerror
        inner = inner.__cause__ or inner.__context__
    return plain(error)


class Session:
    """Jobs and their records on one server."""

    def __init__(self, client, tag, limit, tell):
        self.client, self.tag, self.limit, self.tell = client, tag, limit, tell
        self.waiting = []
        # The result files that each record is for: equal jobs are one record.
        self.running = {}
        self.searched = time.monotonic()

    def hand_over(self):
        """Adds the waiting jobs as records; a record that has failed in an earlier run is computed again."""
        found = []
        while self.waiting:
            source, target = self.waiting[0]
            with open(source) as file:
                record, is_new = self._add(json.load(file))
            self.running.setdefault(record, []).append(target)
            found += [] if is_new else [record]
            self.waiting.pop(0)
        for part in batches(found):
            for status, again in (("error", self.client.reset_records), ("cancelled", self.client.uncancel_records)):
                stuck = [record.id for record in self.client.query_records(record_id=part, status=[status])]
                if stuck:
                    again(stuck)

    def _add(self, job):
        """The id of a job's record, and whether it is new."""
        from qcportal.molecules import Molecule
        from qcportal.singlepoint import QCSpecification
        level = job["level"]
        if fractal_plugin.positions(fractal_plugin.geometry(job["positions"])) != job["positions"]:
            raise Refused("a start geometry has more than 8 decimals", "was drives.json changed by hand?")
        molecule = Molecule(symbols=job["symbols"], geometry=fractal_plugin.geometry(job["positions"]), fix_com=True,
                            fix_orientation=True, molecular_charge=job["charge"], molecular_multiplicity=1)
        words = fractal_plugin.keywords(job, self.limit)
        theory = {"program": fractal_plugin.POINT + level["program"], "method": level["method"],
                  "basis": level.get("basis")}
        if job["kind"] == "relax":
            meta, ids = self.client.add_optimizations(
                [molecule], fractal_plugin.RELAX, QCSpecification(driver="deferred", **theory), keywords=words,
                protocols={"trajectory": "none"}, compute_tag=self.tag)
        else:
            meta, ids = self.client.add_singlepoints([molecule], driver="gradient", keywords=words,
                                                     compute_tag=self.tag, **theory)
        if not meta.success:
            raise Refused(f"the server takes no record: {meta.error_string}", GOES_ON)
        return ids[0], bool(meta.n_inserted)

    def collect(self):
        """Writes the result files of records that have ended."""
        for part in batches(list(self.running)):
            for record in self.client.query_records(record_id=part, status=["complete", "error", "cancelled", "deleted",
                                                                            "invalid"]):
                self._end(record.id, outcome(record))
        if time.monotonic() - self.searched > SEARCH:
            self.searched = time.monotonic()
            for part in batches(list(self.running)):
                for record, is_there in zip(part, self.client.get_records(part, missing_ok=True)):
                    if is_there is None:
                        self._end(record, failure(f"record {record} is gone from the server"))

    def _end(self, record, answer):
        for target in self.running.pop(record, []):
            try:
                write(target, answer)
            except OSError as error:
                print(error, file=sys.stderr, flush=True)
                os._exit(CANNOT_WRITE)
            self.tell("ended", target)


def batches(ids):
    """The ids in parts that one request may ask for."""
    return [ids[first:first + BATCH] for first in range(0, len(ids), BATCH)]


def failure(words):
    """The result file of a job that has none."""
    return {"ok": False, "error": words}


def outcome(record):
    """The result file for a record that has ended."""
    status = getattr(record.status, "value", record.status)
    if status == "complete":
        answer = record.extras.get(fractal_plugin.RELAX)
        return answer or failure(f"record {record.id} has no result of Swivel's plugin")
    if status != "error":
        return failure(f"record {record.id} is {status} on the server")
    # Of a traceback the last line says what was wrong.
    words = plain((record.error or {}).get("error_message", "no reason given").strip().splitlines()[-1])
    if fractal_plugin.OTHER_SOURCES in words:
        raise Refused(words, PLUGIN)
    return failure(words.removeprefix("QCEngine Unknown Error: "))


class Managers:
    """Says so when no compute manager has the plugin, once each time that this begins."""

    def __init__(self, client, server, tell):
        self.client, self.server, self.tell = client, server, tell
        self.is_alone, self.looked = False, -SEARCH

    def look(self):
        """Now and then; raises Refused where managers have another version of the plugin alone."""
        from qcportal import PortalRequestError
        if time.monotonic() - self.looked < SEARCH:
            return
        self.looked = time.monotonic()
        try:
            programs = [manager.programs for manager in self.client.query_managers(status="active")]
        except PortalRequestError as error:
            if error.status_code < 500:
                return  # not every user may ask for managers
            raise
        versions = {version for known in programs for version in known.get(fractal_plugin.RELAX, [])}
        if not versions and not self.is_alone:
            self.tell("note", f"no compute manager of {self.server} has Swivel's plugin now; jobs wait for one. "
                      f"{PLUGIN}")
        if versions and fractal_plugin.sources() not in versions:
            raise Refused(f"{fractal_plugin.OTHER_SOURCES}: {', '.join(sorted(versions))} at {self.server}, "
                          f"{fractal_plugin.sources()} wanted", PLUGIN)
        self.is_alone = not versions


def serve(server, tag, limit, tell):
    """Jobs line by line, until standard input ends."""
    from qcportal import PortalRequestError
    lines = queue.SimpleQueue()

    def listen():
        for line in sys.stdin:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    client = connected(server)
    session, managers = Session(client, tag, limit, tell), Managers(client, server, tell)
    gone = None
    while True:
        wait_for(lines, session)
        try:
            managers.look()
            session.hand_over()
            session.collect()
        except (*unreachable(), PortalRequestError) as error:
            if getattr(error, "status_code", 500) < 500:
                raise
            if gone is None:
                gone = time.monotonic()
                tell("note", f"{server} does not answer ({reason(error)}); trying again for {PATIENCE:.0f} s")
            if time.monotonic() - gone > PATIENCE:
                raise Refused(f"{server} does not answer: {reason(error)}", GOES_ON) from None
            time.sleep(PERIOD)
            continue
        if gone is not None:
            gone = None
            tell("note", f"{server} answers again")


def wait_for(lines, session):
    """Takes the jobs that have come: at once where there are some, else after a period."""
    timeout = PERIOD if session.running or session.waiting else None
    try:
        while True:
            session.waiting.append(lines.get(timeout=timeout).rstrip("\n").split("\t"))
            # Jobs come many at a time.
            timeout = 0.05
    except queue.Empty:
        pass


def main(server, tag, limit):
    """Runs the conversation; what libraries print goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out, sys.stdout = sys.stdout, sys.stderr
    warnings.filterwarnings("ignore")

    def tell(*words):
        print(*words, sep="\t", file=out, flush=True)

    try:
        import qcportal
        serve(server, tag, limit, tell)
    except ModuleNotFoundError as error:
        tell("refused", f"the Python environment has no {error.name}", f"{sys.executable} -m pip install {QCPORTAL}")
    except Refused as error:
        tell("refused", *error.args)
    except qcportal.PortalRequestError as error:
        tell("refused", f"{server}: {plain(error)}", WHO if error.status_code in (401, 403) else GOES_ON)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
