# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a program can compute a level of theory for some elements, before any job is begun.

    python check_levels.py QUESTION     {"levels": [{"program", "method", "basis"}], "symbols": [...]}

Prints nothing where it can, else a line of words for each fault.
"""
import json
import os
import sys
import warnings

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

from levels import Level, QuantumError


def faults(level, symbols):
    """What is wrong with a level, in words."""
    if level["program"] == "pyscf":
        from pyscf import gto
        lacking = []
        for symbol in sorted(set(symbols) | {"H"}):
            try:
                gto.basis.load(level["basis"], symbol)
            except Exception:  # PySCF raises of all kinds
                lacking.append(symbol)
        if lacking:
            return [f"PySCF has no basis set \"{level['basis']}\" for {', '.join(lacking)}"]
    try:
        # Hydrogen, at 0.74 angstrom: the method, its dispersion and its gradient.
        Level(level, ["H", "H"], 0, 0, 1).gradient([0, 0, 0, 0, 0, 1.4])
    except QuantumError as error:
        return [f"{level['program']} cannot compute \"{level['method']}\": {error}"]
    return []


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    with open(sys.argv[1]) as file:
        question = json.load(file)
    for one in question["levels"]:
        for words in faults(one, question["symbols"]):
            print(" ".join(words.split()))
