"""Writes ../Resources/arviz.json: draws and log weights with the diagnostics that ArviZ computes from them.

Run with `python3 arviz_reference.py` after `pip install arviz==0.23.4`; the seed makes it reproducible.
Numbers are rounded before ArviZ sees them, so the JSON holds exactly its input.
"""

import json
import pathlib
import warnings

import numpy as np
import scipy

warnings.simplefilter("ignore")
import arviz  # noqa: E402

random = np.random.default_rng(20240517)
PROBABILITIES = [0.05, 0.25, 0.5, 0.95]


def autoregressive(shape, coefficient):
    noise = random.standard_normal(shape)
    for t in range(1, shape[1]):
        noise[:, t] += coefficient * noise[:, t - 1]
    return noise


def number(value):
    value = float(value)
    return value if np.isfinite(value) else None


def diagnostics(name, chains):
    chains = np.round(np.asarray(chains, dtype=float), 6)
    return {
        "name": name,
        "chains": chains.tolist(),
        "rhat": number(arviz.rhat(chains)),
        "essBulk": number(arviz.ess(chains, method="bulk")),
        "essTail": number(arviz.ess(chains, method="tail")),
        "essMean": number(arviz.ess(chains, method="mean")),
        "mcseMean": number(arviz.mcse(chains, method="mean")),
        "mcseSD": number(arviz.mcse(chains, method="sd")),
        "quantiles": [
            {
                "probability": p,
                "value": number(np.quantile(chains, p)),
                "ess": number(arviz.ess(chains, method="quantile", prob=p)),
                "mcse": number(arviz.mcse(chains, method="quantile", prob=p)),
            }
            for p in PROBABILITIES
        ],
    }


def smoothing(name, log_weights, efficiency=1.0):
    log_weights = np.round(log_weights, 6)
    smoothed, shape = arviz.psislw(log_weights.copy(), reff=efficiency)
    return {
        "name": name,
        "relativeEfficiency": efficiency,
        "logWeights": log_weights.tolist(),
        "shape": number(shape),
        "smoothed": [round(float(w), 11) for w in smoothed],
    }


def log_ratio_of_normals(count, scale):
    draws = random.standard_normal(count)
    return 0.5 * draws**2 - 0.5 * (draws / scale) ** 2


noise = random.standard_normal
cases = [
    diagnostics("white noise", noise((4, 120))),
    diagnostics("slow autoregression", autoregressive((4, 200), 0.95)),
    diagnostics("fast autoregression", autoregressive((4, 200), 0.5)),
    diagnostics("antithetic", autoregressive((4, 100), -0.6)),
    diagnostics("heavy tails", random.standard_cauchy((4, 120))),
    diagnostics("different means", noise((4, 100)) + np.array([[0], [0.5], [1], [3]])),
    diagnostics("different spreads", noise((4, 100)) * np.array([[1], [1], [1], [6]])),
    diagnostics("far from zero", 1e4 + 1e-2 * noise((4, 100))),
    diagnostics("odd number of draws", autoregressive((3, 101), 0.3)),
    diagnostics("quantiles that are draws", noise((3, 7))),
    diagnostics("trend", noise((2, 60)) + np.linspace(0, 5, 60)),
    diagnostics("ties", random.poisson(40, (4, 100)) / 10),
    diagnostics("two values", random.integers(0, 2, (4, 50))),
    diagnostics("one stuck chain", np.vstack([noise((3, 50)), np.full((1, 50), 0.3)])),
    diagnostics("one chain", autoregressive((1, 200), 0.4)),
    diagnostics("a single odd draw", np.append(np.zeros(39), 1).reshape(2, 20)),
] + [diagnostics(f"{n} draws", noise((2, n))) for n in range(4, 14)]
constant = diagnostics("constant", np.full((2, 10), 1.5))

weights = [
    smoothing("light tail", log_ratio_of_normals(400, 0.9)),
    smoothing("medium tail", 0.5 * random.standard_exponential(400)),
    smoothing("heavy tail", 1.2 * random.standard_exponential(400)),
    smoothing("few weights", log_ratio_of_normals(40, 1.5)),
    smoothing("too few weights", log_ratio_of_normals(15, 1.5)),
    smoothing("inefficient draws", 0.8 * random.standard_exponential(300), 0.3),
    smoothing("offset", 700 + 0.6 * random.standard_exponential(200)),
    smoothing("underflow", 400 * noise(200)),
]

result = {
    "versions": {"arviz": arviz.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
    "cases": cases + [constant],
    "weights": weights,
}
target = pathlib.Path(__file__).parent.parent / "Resources" / "arviz.json"
target.write_text(json.dumps(result, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")
