# SPDX-License-Identifier: GPL-3.0-or-later
"""A QCFractal server in a folder (FAKE_QCFRACTAL) with qcportal's calls: records outlive the client, and are found again.

Records are computed when somebody asks for those that have ended: one for each question, the newest first, by what the
plugin does in a compute manager. Files of the folder play the server's part in a test: `down` (it does not answer),
`goes-down-after` (so many records more), `fails` (records end in this error), `programs` (what managers have),
`refuses` (status and words of each request for records).
"""
import json
import os
from pathlib import Path
from types import SimpleNamespace

import fractal_plugin
import numpy as np
import requests

from .exceptions import AuthenticationFailure


class PortalRequestError(Exception):
    def __init__(self, words, status_code):
        super().__init__(words)
        self.status_code = status_code


class PortalClient:
    def __init__(self, address, username=None, password=None, verify=True, show_motd=True):
        self.folder = Path(os.environ["FAKE_QCFRACTAL"])
        self._asked()
        if password is not None and password != "right":
            raise AuthenticationFailure("Incorrect username or password")

    @classmethod
    def from_file(cls, name):
        """As without a qcportal_config.yaml."""
        raise FileNotFoundError("Could not find `qcportal_config.yaml` in the following paths:\n    here")

    def _asked(self):
        if self._said("down") is not None:
            raise requests.exceptions.ConnectionError(111, "Connection refused")
        refuses = self._said("refuses")
        if refuses:
            status, words = refuses.split(" ", 1)
            raise PortalRequestError(words, int(status))

    def _said(self, name):
        path = self.folder / name
        return path.read_text() if path.exists() else None

    def _add(self, kind, molecules, specification):
        self._asked()
        text = json.dumps([kind, molecules[0], specification], sort_keys=True)
        known = sorted(self.folder.glob("record-*.json"))
        for path in known:
            if json.loads(path.read_text())["asked"] == text:
                return SimpleNamespace(success=True, n_inserted=0), [int(path.stem[7:])]
        self._keep(len(known) + 1, {"asked": text, "status": "waiting", "computed": 0})
        return SimpleNamespace(success=True, n_inserted=1), [len(known) + 1]

    def _keep(self, number, record):
        path = self.folder / f"record-{number:04}.json"
        path.with_suffix(".new").write_text(json.dumps(record))
        path.with_suffix(".new").replace(path)

    def _record(self, number):
        return json.loads((self.folder / f"record-{number:04}.json").read_text())

    def add_optimizations(self, initial_molecules, program, qc_specification, keywords, protocols, compute_tag):
        """An optimisation's record."""
        return self._add(program, initial_molecules, {"keywords": keywords, **qc_specification})

    def add_singlepoints(self, molecules, program, driver, method, basis, keywords, compute_tag):
        """A single point's record."""
        return self._add(program, molecules, {"program": program, "driver": driver, "method": method.lower(),
                                              "basis": basis, "keywords": keywords})

    def query_managers(self, status):
        """One manager."""
        programs = self._said("programs")
        return [SimpleNamespace(programs=json.loads(programs) if programs else {"swivel": [fractal_plugin.sources()]})]

    def query_records(self, record_id, status):
        """The records in one of the states; computes one that waits."""
        self._asked()
        if "complete" in status:
            self._compute(record_id)
        found = [SimpleNamespace(id=number, **self._record(number)) for number in record_id]
        return [record for record in found if record.status in status]

    def _compute(self, numbers):
        import worker
        left = self._said("goes-down-after")
        waiting = [number for number in numbers if self._record(number)["status"] == "waiting"]
        if not waiting:
            return
        if left is not None:
            if int(left) == 0:
                (self.folder / "goes-down-after").rename(self.folder / "down")
                self._asked()
            (self.folder / "goes-down-after").write_text(str(int(left) - 1))
        record, fails = self._record(waiting[-1]), self._said("fails")
        _, molecule, specification = json.loads(record["asked"])
        if fails:
            record |= {"status": "error", "error": {"error_message": f"Traceback of many lines\n{fails}"}}
        else:
            model = SimpleNamespace(method=specification["method"], basis=specification["basis"])
            known = SimpleNamespace(**molecule | {"geometry": np.array(molecule["geometry"]).reshape(-1, 3)})
            job = fractal_plugin.job_of(known, specification["keywords"], specification["program"], model)
            record |= {"status": "complete", "extras": {"swivel": worker.result(job)}}
        self._keep(waiting[-1], record | {"computed": record["computed"] + 1})

    def reset_records(self, numbers):
        """Failed records wait again."""
        for number in numbers:
            self._keep(number, self._record(number) | {"status": "waiting"})

    uncancel_records = reset_records
