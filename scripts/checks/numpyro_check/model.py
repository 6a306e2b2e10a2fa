# SPDX-License-Identifier: GPL-3.0-or-later
"""The model of docs/model.md in NumPyro, from the rows that `swivel fit --write-design` writes."""
import math

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import scipy.linalg

jax.config.update("jax_enable_x64", True)

SEEN = 0.01  # of an eigenvalue


class Rows:
    """The rows of a design in arrays: y = x k plus independent normal errors, the offset of each scan out of its energies."""

    def __init__(self, design: dict):
        names = [scale["name"] for scale in design["scales"]]
        parts = {"x": [], "y": [], "noise": [], "power": [], "log_power": []}
        for scan in design["scans"]:
            for rows in scan["rows"]:
                # Rows count by the energy of their grid point: as many of them, in the exponent and in the determinant.
                weights = np.array(rows["weights"], float)
                root, power = np.sqrt(weights), scan["power"]
                x, y = root[:, None] * np.array(rows["x"], float), root * np.array(rows["y"], float)
                freedom = power * weights.sum()
                if rows["has_offset"]:
                    # A flat prior on the offset leaves n - 1 orthonormal contrasts of the rows, and takes one whole degree of
                    # freedom: the likelihood of all rows, offset included, is raised to the power.
                    contrasts = scipy.linalg.null_space(root[None]).T
                    x, y = contrasts @ x, contrasts @ y
                    freedom = max(0.0, freedom - 1)
                n = len(y)
                parts["x"].append(x)
                parts["y"].append(y)
                parts["noise"].append(np.full(n, names.index(rows["noise_scale"])))
                parts["power"].append(np.full(n, power))
                parts["log_power"].append(np.full(n, freedom / n))
        self.x, self.y, self.noise, self.power, self.log_power = (np.concatenate(part) for part in parts.values())


def model(design: dict, rows: Rows) -> None:
    """The joint density of scales and force constants."""
    names = [scale["name"] for scale in design["scales"]]
    logs = []
    for scale in design["scales"]:
        logs.append(math.log(scale["median"]) + scale["spread"] * numpyro.sample("own " + scale["name"], dist.Normal(0, 1)))
        numpyro.deterministic("scale: " + scale["name"], logs[-1])
    scales = jnp.exp(jnp.stack(logs))
    count = len(design["parameters"])
    centre = np.array([p["centre"] for p in design["parameters"]])
    periodicity = np.array([p["periodicity"] for p in design["parameters"]], float)
    standard = numpyro.sample("k", dist.Normal(0, 1).expand([count]).to_event(1))
    k = jnp.array(centre)
    for number, part in enumerate(design["bond_classes"]):
        columns = np.array(part["columns"])
        directions, eigenvalues = np.array(part["directions"]), np.array(part["eigenvalues"])
        variance = scales[names.index("prior")] ** 2 + scales[names.index(part["coherent_scale"])] ** 2 * eigenvalues
        # What energies see is told by the data, and its scale by it: sampled as it is. What they do not is as the prior has it:
        # sampled in units of the prior. Either the other way round is a funnel in which NUTS diverges.
        seen = np.flatnonzero(eigenvalues > SEEN)
        along = jnp.sqrt(variance) * standard[columns]
        if seen.size:
            own = numpyro.sample(f"w {number}", dist.Normal(0, jnp.sqrt(variance[seen])).to_event(1))
            along = along.at[seen].set(own)
        w = directions.T @ along
        k = k.at[columns].add(w / periodicity[columns])
    variance = (scales**2 + design["noise_floor"])[rows.noise]
    residuals = rows.y - rows.x @ k
    numpyro.deterministic("force constants", k)
    numpyro.factor("likelihood", -0.5 * (rows.log_power * jnp.log(variance) + rows.power * residuals**2 / variance).sum())
