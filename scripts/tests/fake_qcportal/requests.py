# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of requests as fractal.py asks for, where no network is."""
import os
from pathlib import Path
from types import SimpleNamespace


class _ConnectionError(OSError):
    pass


class _Timeout(OSError):
    pass


exceptions = SimpleNamespace(ConnectionError=_ConnectionError, Timeout=_Timeout)


def head(address, timeout, verify):
    """Raises while the fake server is down."""
    if (Path(os.environ["FAKE_QCFRACTAL"]) / "down").exists():
        raise _ConnectionError(111, "Connection refused")
