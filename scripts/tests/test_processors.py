# SPDX-License-Identifier: GPL-3.0-or-later
"""Fits are those of every processor: OpenBLAS has kernels for each kind, whose sums differ in their last digits."""
import json
import os
import platform
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KERNELS = {"x86_64": ["Prescott", "Haswell"], "aarch64": ["ARMV8", "NEOVERSEN1"]}


def check(family: str, kernel: str) -> dict:
    """What `swivel check` says of a family where OpenBLAS takes the kernels of such a processor."""
    result = subprocess.run(
        [ROOT / ".build/release/swivel", "check", family, "--json", "--quiet", "--no-cache"], cwd=ROOT,
        env=dict(os.environ, OPENBLAS_CORETYPE=kernel, OPENBLAS_VERBOSE="2", GITHUB_ACTIONS=""), capture_output=True, text=True)
    assert f"Core: {kernel}" in result.stdout + result.stderr, "OpenBLAS did not take these kernels"
    return json.loads(result.stdout[result.stdout.index("{"):])["families"][0]


# The two whose methyl groups turn with the force constants: what a minimiser leaves undone grows from round to round there.
@pytest.mark.parametrize("family", ["esters", "amides"])
@pytest.mark.parametrize("kernel", KERNELS[platform.machine()])
def test_the_kernels_of_another_processor_move_nothing(family: str, kernel: str):
    found = check(family, kernel)
    assert found["passed"], found["failures"]
    # In posterior standard deviations over all directions.
    assert found["shift"] < 0.1
