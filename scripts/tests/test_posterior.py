# SPDX-License-Identifier: GPL-3.0-or-later
"""ArviZ reads posterior.nc of `swivel fit`, and agrees with what the fit says of itself."""
import json
import subprocess
from types import SimpleNamespace

import arviz as az
import numpy as np
import pytest
from conftest import SCRIPTS

ROOT = SCRIPTS.parent
SWIVEL = ROOT / ".build" / "release" / "swivel"
CHAINS, DRAWS = 4, 200
GROUPS = {"posterior", "prior", "posterior_predictive", "log_likelihood", "observed_data", "sample_stats"}


@pytest.fixture(scope="module", params=["by-scan", "normal"])
def fitted(request, families, tmp_path_factory):
    """A short fit of the alkanes: its data as ArviZ reads them, its summary, and its noise."""
    assert SWIVEL.exists(), "run `make build` first"
    folder = tmp_path_factory.mktemp("fit")
    run = subprocess.run(
        [SWIVEL, "fit", families / "alkanes", "--seed", "1", "--every", "4", "--draws", str(DRAWS), "--quiet",
         "--output", folder / "report", "--forcefields", folder / "forcefields",
         "--noise", request.param],
        capture_output=True, text=True)
    assert run.returncode in (0, 3), run.stderr  # 3: too few draws, and everything written
    summary = json.loads((folder / "report" / "summary.json").read_text())
    data = az.from_netcdf(folder / "report" / "posterior.nc")
    # A chain that did not converge is run again with four times the draws.
    draws = summary["diagnostics"]["draws"] // CHAINS
    assert draws in (DRAWS, 4 * DRAWS)
    return SimpleNamespace(data=data, summary=summary, noise=request.param, draws=draws)


def labels(summary):
    return ["-".join(p["types"]) + f" n={p['periodicity']}" + (" sin" if p["phase"] == 90 else "")
            for p in summary["parameters"]]


def test_groups_dimensions_and_coordinates(fitted):
    data, summary = fitted.data, fitted.summary
    assert set(data.groups()) == GROUPS
    posterior = data.posterior
    assert posterior.force_constant.dims == ("chain", "draw", "parameter")
    assert posterior.scale.dims == ("chain", "draw", "scale_name")
    assert posterior.offset.dims == ("chain", "draw", "scan")
    assert posterior.sizes["chain"] == CHAINS and posterior.sizes["draw"] == fitted.draws
    assert list(posterior.chain.values) == list(range(CHAINS))
    assert list(posterior.draw.values) == list(range(fitted.draws))
    assert list(posterior.parameter.values) == labels(summary)
    assert list(posterior.scale_name.values) == [s["name"] for s in summary["model"]["scales"]]
    assert list(posterior.scale_unit.values) == [s["unit"] for s in summary["model"]["scales"]]
    scans = [f"{s['molecule']}/{s['scan']}" for s in summary["scans"]]
    assert list(posterior.scan.values) == scans
    assert posterior.force_constant.attrs["units"] == posterior.offset.attrs["units"] == "kcal/mol"
    assert data.prior.force_constant.shape == (1, 1000, len(summary["parameters"]))
    assert data.prior.scale.shape == (1, 1000, len(summary["model"]["scales"]))
    assert data.sample_stats.lp.dims == ("chain", "draw") and np.isfinite(data.sample_stats.lp).all()

    points = 6 * len(scans)
    for group in ("posterior_predictive", "log_likelihood"):
        energy = data[group].energy
        assert energy.dims == ("chain", "draw", "point") and energy.shape == (CHAINS, fitted.draws, points)
        assert energy.dtype == np.float32 and np.isfinite(energy).all()
    for group in ("posterior_predictive", "log_likelihood", "observed_data"):
        energy = data[group].energy
        assert energy.coords["scan"].dims == energy.coords["angle"].dims == ("point",)
        assert list(energy.scan.values) == [scan for scan in scans for _ in range(6)]
        assert all(point.startswith(f"{scan}@") for point, scan in zip(energy.point.values, energy.scan.values))
        assert len(set(energy.point.values)) == points
        assert energy.coords["angle"].attrs["units"] == "degree"
    assert data.observed_data.energy.dims == ("point",) and data.observed_data.energy.min() >= 0


def tail_size(draws):
    """ArviZ's ess_tail, but for quantiles on equal draws: scales of rejected proposals repeat, and there SciPy's quantile, which
    ArviZ takes, may lie one bit below them."""
    return min(float(az.ess((draws <= np.quantile(draws, q)).astype(float), method="mean")) for q in (0.05, 0.95))


def test_summary_agrees_with_summary_json(fitted):
    for name, records in (("force_constant", fitted.summary["parameters"]),
                          ("scale", fitted.summary["model"]["scales"])):
        table = az.summary(fitted.data, var_names=[name], round_to="none")
        assert len(table) == len(records)
        draws = fitted.data.posterior[name].values
        table["ess_tail"] = [tail_size(draws[:, :, index]) for index in range(len(table))]
        for (_, row), record in zip(table.iterrows(), records):
            for ours, theirs in (("rhat", "r_hat"), ("ess_bulk", "ess_bulk"), ("ess_tail", "ess_tail"),
                                 ("mean", "mean"), ("sd", "sd")):
                assert record[ours] == pytest.approx(row[theirs], rel=1e-6), (record, theirs)


def test_loo(fitted):
    loo = az.loo(fitted.data, pointwise=True)
    assert np.isfinite(loo.elpd_loo) and np.isfinite(loo.p_loo) and loo.se > 0
    assert loo.pareto_k.shape == loo.loo_i.shape == fitted.data.observed_data.energy.shape
    assert np.isfinite(loo.pareto_k).all() and np.median(loo.pareto_k) < 0.7


def test_offsets_replicates_and_likelihoods_hang_together(fitted):
    data = fitted.data
    observed, replicate = data.observed_data.energy, data.posterior_predictive.energy
    noise = data.posterior.scale.sel(scale_name="energy noise")
    error = (replicate - observed).mean(("chain", "draw"))
    assert float((error ** 2).mean() ** 0.5) < 0.3
    spread = replicate.std(("chain", "draw"))
    assert (spread > 0.7 * float(noise.mean())).all()
    if fitted.noise != "normal":  # else every scan has a variance of its own
        return
    # log L = w (−e²/2σ² − ln σ√2π): where e vanishes it is at its largest, so none is above.
    power = 1  # of six points all six count
    likelihood = data.log_likelihood.energy
    highest = -power * np.log(noise * np.sqrt(2 * np.pi))
    assert (likelihood <= highest + 1e-4).all()
    # σ is told by energies with these errors: 〈e²〉 w n ≈ n_eff σ², within the prior's pull and the fitted constants.
    squares = 2 * noise ** 2 * (highest - likelihood) / power
    assert 0.3 < float(squares.mean() / (noise ** 2).mean()) < 1.5


def test_root_attributes(fitted):
    attributes = fitted.data.attrs
    assert attributes["created_by"].startswith("Swivel ") and attributes["inference_library"] == "swivel"
    assert attributes["family"] == "alkanes" and attributes["level_of_theory"] == "GFN2-xTB"
