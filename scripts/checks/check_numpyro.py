#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the posterior of a fit against another sampler: NumPyro's NUTS on the same rows.

    scripts/setup/make_venv.sh scripts/setup/requirements-validate.txt
    .venv/bin/python scripts/checks/check_numpyro.py alkanes --every 4 [further options of swivel fit]

Fits the family with `swivel fit --write-design`, writes the model of docs/model.md out anew from the raw rows, and compares the mean, the standard
deviation and the 5, 50 and 95 % quantiles of every force constant and scale. Each difference is divided by the Monte Carlo
standard errors of both samplers combined; one above 4 fails (exit 1), as does a run of NUTS that did not converge. Scales
enter as logarithms, as both samplers move them; a few have posteriors so skewed that their own standard deviation has no
usable error.

Offsets are integrated out by contrasts of the rows. Noise is normal and molecules count alike: weights of scans and bagging are
checked by the tests of the library.
"""
import argparse
import concurrent.futures
import csv
import json
import math
import multiprocessing
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

CHAINS = 4
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
warnings.filterwarnings("ignore", category=FutureWarning)

import arviz as az  # noqa: E402
import jax  # noqa: E402
import numpy as np  # noqa: E402
import numpyro  # noqa: E402

from numpyro_check.model import Rows, model  # noqa: E402

LIMIT = 4.0
QUANTILES = (0.05, 0.5, 0.95)
LEAST_EFFECTIVE = 1000  # draws, so that the standard errors themselves are good to a few per cent
LARGEST_RHAT = 1.01


def chain(design: dict, warmup: int, draws: int, seed: int) -> tuple[dict[str, np.ndarray], int, float]:
    """One chain of NUTS by name of posterior.csv, its divergent transitions, and its leapfrog steps a draw."""
    kernel = numpyro.infer.NUTS(model, dense_mass=True, max_tree_depth=(6, 10), target_accept_prob=0.9,
                                init_strategy=numpyro.infer.init_to_median(num_samples=20))
    mcmc = numpyro.infer.MCMC(kernel, num_warmup=warmup, num_samples=draws, progress_bar=False)
    mcmc.run(jax.random.PRNGKey(seed), design, Rows(design), extra_fields=("diverging", "num_steps"))
    samples = {name: np.asarray(values) for name, values in mcmc.get_samples().items()}
    result = {p["label"]: samples["force constants"][:, i] for i, p in enumerate(design["parameters"])}
    for scale in design["scales"]:
        result["scale: " + scale["name"]] = samples["scale: " + scale["name"]]
    fields = mcmc.get_extra_fields()
    return result, int(np.sum(fields["diverging"])), float(np.mean(fields["num_steps"]))


def sampled(design: dict, warmup: int, draws: int, seed: int) -> tuple[dict[str, np.ndarray], int]:
    """Draws of NUTS by name of posterior.csv (chain, draw), and the number of divergent transitions."""
    # A process a chain: chains as threads of one process wait for each other's linear algebra for ever.
    with concurrent.futures.ProcessPoolExecutor(
            min(CHAINS, os.cpu_count() or 1), multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(chain, design, warmup, draws, CHAINS * seed + c) for c in range(CHAINS)]
        results = [future.result() for future in futures]
    print(f"NUTS: {CHAINS} chains of {draws} draws, {np.mean([r[2] for r in results]):.0f} leapfrog steps a draw")
    return {name: np.stack([r[0][name] for r in results]) for name in results[0][0]}, sum(r[1] for r in results)


def read_posterior(path: Path) -> dict[str, np.ndarray]:
    """posterior.csv by column (chain, draw), scales as logarithms."""
    with open(path, newline="") as file:
        header, *table = csv.reader(file)
    numbers = np.array(table, float)
    chains = len(set(numbers[:, 0]))
    columns = {name: numbers[:, i].reshape(chains, -1) for i, name in enumerate(header) if i > 1}
    return {name: np.log(x) if name.startswith("scale: ") else x for name, x in columns.items()}


def figures(draws: np.ndarray) -> dict[str, tuple[float, float]]:
    """Estimates of a quantity, each with its Monte Carlo standard error."""
    result = {"mean": (draws.mean(), az.mcse(draws, method="mean")), "sd": (draws.std(ddof=1), az.mcse(draws, method="sd"))}
    for probability in QUANTILES:
        error = az.mcse(draws, method="quantile", prob=probability)
        result[f"{probability:.0%} quantile"] = np.quantile(draws, probability), error
    return {name: (float(value), float(error)) for name, (value, error) in result.items()}


def compare(ours: dict[str, np.ndarray], theirs: dict[str, np.ndarray]) -> bool:
    """Prints how two posteriors differ; whether they agree."""
    assert list(ours) == list(theirs), (list(ours), list(theirs))
    good = True
    for sampler, posterior in (("Swivel", ours), ("NUTS", theirs)):
        rhat = max((float(az.rhat(x)), name) for name, x in posterior.items())
        size = min((float(min(az.ess(x, method="bulk"), az.ess(x, method="tail"))), name)
                   for name, x in posterior.items())
        print(f"{sampler}: largest R-hat {rhat[0]:.4f} ({rhat[1]}), least ESS {size[0]:.0f} ({size[1]})")
        if rhat[0] > LARGEST_RHAT or size[0] < LEAST_EFFECTIVE:
            print(f"FAILED: R-hat ≤ {LARGEST_RHAT} and ESS ≥ {LEAST_EFFECTIVE} are needed for standard errors to trust")
            good = False
    found = []
    for name in ours:
        second = figures(theirs[name])
        for figure, (value, error) in figures(ours[name]).items():
            other, other_error = second[figure]
            found.append(((value - other) / math.hypot(error, other_error), name, figure, value, other))
    found.sort(key=lambda each: -abs(each[0]))
    z = np.array([each[0] for each in found])
    chance = len(found) * math.erfc(LIMIT / math.sqrt(2))
    print(f"{len(found)} quantities of {len(ours)} force constants and scales compared; root mean square z "
          f"{np.sqrt(np.mean(z**2)):.2f}; one above {LIMIT:g} by chance: {chance:.1%}")
    for i, (score, name, figure, value, other) in enumerate(found):
        if i > 0 and abs(score) <= LIMIT:
            break
        print(f"{'FAILED' if abs(score) > LIMIT else 'largest'}: |z| = {abs(score):.2f}: {figure} of {name}: "
              f"{value:.5g} (Swivel), {other:.5g} (NUTS)")
    return good and abs(found[0][0]) <= LIMIT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family")
    parser.add_argument("--swivel", default=".build/release/swivel")
    parser.add_argument("--nuts-warmup", type=int, default=500)
    parser.add_argument("--nuts-draws", type=int, default=1500)
    parser.add_argument("--nuts-seed", type=int, default=1)
    arguments, options = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        design, report = Path(folder, "design.json"), Path(folder, "report")
        subprocess.run([arguments.swivel, "fit", arguments.family, "--quiet", "--output", report, "--forcefields",
                        Path(folder, "forcefields"), "--noise", "normal", "--no-bagging", "--geometry-draws", "0", "--write-design", design, *options], check=True)
        ours = read_posterior(report / "posterior.csv")
        theirs, divergent = sampled(json.loads(design.read_text()), arguments.nuts_warmup, arguments.nuts_draws,
                                    arguments.nuts_seed)
    print(f"{arguments.family} {' '.join(options)}: {next(iter(ours.values())).size} draws of Swivel, "
          f"{next(iter(theirs.values())).size} of NUTS, {divergent} divergent")
    sys.exit(0 if compare(ours, theirs) else 1)


if __name__ == "__main__":
    main()
