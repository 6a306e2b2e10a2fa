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


class Rows:
    """The rows of a design in arrays: y = x k plus normal errors, whose covariance is a sum over scales of scale² times a
    fixed matrix for each molecule; `noise` alone where neither deviations nor discrepancies are in the model."""

    def __init__(self, design: dict):
        names = [scale["name"] for scale in design["scales"]]
        self.is_correlated = any("deviation_scale" in c for c in design["bond_classes"]) or any(
            "discrepancy_scale" in rows for scan in design["scans"] for rows in scan["rows"])
        molecules = list(dict.fromkeys(scan["molecule"] for scan in design["scans"]))
        parts = [self.of_molecule([s for s in design["scans"] if s["molecule"] == m], names) for m in molecules]
        if not self.is_correlated:
            self.x, self.y, self.noise, self.power, self.log_power = (
                np.concatenate([part[n] for part in parts]) for n in ("x", "y", "noise", "power", "log_power"))
            return
        if any((part["power"] != 1).any() for part in parts):
            raise ValueError("a power of the likelihood beside deviations or discrepancies: give --effective-points inf")
        longest = max(len(part["y"]) for part in parts)
        count, columns = len(molecules), len(design["parameters"])
        self.x, self.y = np.zeros((count, longest, columns)), np.zeros((count, longest))
        self.components = np.zeros((count, len(names), longest, longest))
        self.padding = np.zeros((count, longest))
        for m, part in enumerate(parts):
            n = len(part["y"])
            self.x[m, :n], self.y[m, :n], self.padding[m, n:] = part["x"], part["y"], 1
            for row, scale in enumerate(part["noise"]):
                self.components[m, scale, row, row] = 1
            for scale, number, a, first in part["discrepancies"]:
                for _, other, b, second in part["discrepancies"]:
                    if number == other:
                        self.components[m, scale, first:first + len(a), second:second + len(b)] += a @ b.T
            for bond_class in design["bond_classes"]:
                if "deviation_scale" in bond_class:
                    own = part["x"][:, bond_class["columns"]]
                    self.components[m, names.index(bond_class["deviation_scale"]), :n, :n] += (
                        own @ np.array(bond_class["deviation_shape"]) @ own.T)

    @staticmethod
    def of_molecule(scans: list[dict], names: list[str]) -> dict:
        result = {"x": [], "y": [], "noise": [], "power": [], "log_power": [], "discrepancies": []}
        count = 0
        for s, scan in enumerate(scans):
            for rows in scan["rows"]:
                own = {name: np.array(rows[name], float) for name in "xyz"}
                if rows["has_offset"]:
                    # A flat prior on the offset leaves n - 1 orthonormal contrasts of the rows.
                    contrasts = scipy.linalg.helmert(len(own["y"]))
                    own = {name: contrasts @ value if value.size else value for name, value in own.items()}
                n = len(own["y"])
                result["x"].append(own["x"])
                result["y"].append(own["y"])
                result["noise"].append(np.full(n, names.index(rows["noise_scale"])))
                result["power"].append(np.full(n, scan["power"]))
                # The likelihood of all rows, offset included, is raised to the power: integrating the offset out then takes
                # one whole degree of freedom, of w (n + 1).
                freedom = max(0.0, scan["power"] * (n + 1) - 1) if rows["has_offset"] else scan["power"] * n
                result["log_power"].append(np.full(n, freedom / n))
                if "discrepancy_scale" in rows:
                    scale = names.index(rows["discrepancy_scale"])
                    result["discrepancies"].append((scale, (s, rows["discrepancy"]), own["z"], count))
                count += n
        return {name: value if name == "discrepancies" else np.concatenate(value) for name, value in result.items()}


@jax.custom_vjp
def eliminated(covariance: jnp.ndarray, right: jnp.ndarray) -> tuple[jnp.ndarray, jnp.ndarray]:
    """ln of the determinants of molecules' covariances C, and the sum over molecules of Rᵀ C⁻¹ R, R constant. The derivative
    is written out because XLA's own takes a hundred times longer here (wide triangular systems on a CPU)."""
    return eliminated_forward(covariance, right)[0]


def eliminated_forward(covariance, right):
    factor = jnp.linalg.cholesky(covariance)
    white = jax.scipy.linalg.solve_triangular(factor, right, lower=True)
    log_determinant = 2 * jnp.log(jnp.diagonal(factor, axis1=1, axis2=2)).sum()
    return (log_determinant, jnp.einsum("mri,mrj->ij", white, white)), (factor, white)


def eliminated_backward(kept, cotangents):
    factor, white = kept
    by_determinant, by_gram = cotangents
    n = factor.shape[1]
    unit = jnp.broadcast_to(jnp.eye(n), factor.shape)
    inverse = jnp.concatenate([jax.scipy.linalg.solve_triangular(factor, unit[:, :, i:i + 12], lower=True)
                               for i in range(0, n, 12)], axis=2)
    solved = jnp.einsum("mki,mkj->mij", inverse, white)
    of_covariance = by_determinant * jnp.einsum("mki,mkj->mij", inverse, inverse) - jnp.einsum(
        "mia,ab,mjb->mij", solved, (by_gram + by_gram.T) / 2, solved)
    return of_covariance, jnp.zeros_like(white)


eliminated.defvjp(eliminated_forward, eliminated_backward)


def model(design: dict, rows: Rows) -> None:
    """The joint density of scales and force constants."""
    names = [scale["name"] for scale in design["scales"]]
    medians: dict[str, jnp.ndarray] = {}
    logs = []
    for scale in design["scales"]:
        name = scale["name"]
        if scale["prior"] == "half Student-t":
            logs.append(numpyro.sample("log " + name, LogHalfStudentT(scale["degrees_of_freedom"], scale["scale"])))
            continue
        pool = scale["pool"]
        if pool not in medians:
            medians[pool] = math.log(scale["median"]) + scale["common"] * numpyro.sample("median " + pool,
                                                                                         dist.Normal(0, 1))
        logs.append(medians[pool] + scale["own"] * numpyro.sample("own " + name, dist.Normal(0, 1)))
    for name, value in zip(names, logs):
        numpyro.deterministic("scale: " + name, value)
    scales = jnp.exp(jnp.stack(logs))

    count = len(design["parameters"])
    centre = np.array([p["centre"] for p in design["parameters"]])
    prior = np.zeros(count, int)
    for bond_class in design["bond_classes"]:
        prior[bond_class["columns"]] = names.index(bond_class["prior_scale"])
    deviations = scales[prior] / np.array([p["periodicity"] for p in design["parameters"]], float)
    standard = numpyro.sample("k", dist.Normal(0, 1).expand([count]).to_event(1))
    if not rows.is_correlated:
        k = centre + deviations * standard
        variance = (scales**2 + design["noise_floor"])[rows.noise]
        residuals = rows.y - rows.x @ k
        likelihood = -0.5 * (rows.log_power * jnp.log(variance) + rows.power * residuals**2 / variance).sum()
    else:
        covariance = jnp.einsum("s,msij->mij", scales**2, rows.components) + jax.vmap(jnp.diag)(
            design["noise_floor"] * (1 - rows.padding) + rows.padding)
        right = jnp.concatenate([rows.x, (rows.y - rows.x @ centre)[:, :, None]], axis=2)
        log_determinant, gram = eliminated(covariance, right)
        precision = gram[:count, :count] + jnp.diag(deviations**-2)
        lower = jnp.linalg.cholesky(precision)
        half = jax.scipy.linalg.solve_triangular(lower, gram[:count, count], lower=True)
        # `standard` is k about its mean given the scales, so that NUTS meets no ridges: the likelihood that is left is
        # the scales' own.
        k = centre + jax.scipy.linalg.solve_triangular(lower.T, half + standard, lower=False)
        likelihood = (-0.5 * log_determinant - 0.5 * gram[count, count]
                      + 0.5 * (half**2).sum() - jnp.log(jnp.diagonal(lower)).sum() - jnp.log(deviations).sum())
    numpyro.deterministic("force constants", k)
    numpyro.factor("likelihood", likelihood)


class LogHalfStudentT(dist.Distribution):
    """The logarithm of |t| times a scale, t Student-t."""

    support = dist.constraints.real

    def __init__(self, degrees_of_freedom: float, scale: float):
        self.student = dist.StudentT(degrees_of_freedom, 0.0, scale)
        super().__init__((), ())

    def sample(self, key, sample_shape=()):
        return jnp.log(jnp.abs(self.student.sample(key, sample_shape)))

    def log_prob(self, value):
        return math.log(2) + self.student.log_prob(jnp.exp(value)) + value
