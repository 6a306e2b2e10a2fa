# SPDX-License-Identifier: GPL-3.0-or-later
"""Every scan format gives what its program printed, to the last printed digit, by scripts/checks/check_formats.py."""
import subprocess
import sys

from conftest import SCRIPTS


def test_formats_agree_with_the_programs():
    run = subprocess.run([sys.executable, SCRIPTS / "checks" / "check_formats.py"], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "SPICE" in run.stdout and "differs" not in run.stdout
