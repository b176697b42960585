"""Makes input.csv and expected.json:  pip install prince==0.23.0 numpy==2.4.6 pandas==3.1.1; python make.py

`prince` holds what prince gives for the active columns. `factominer` holds FactoMineR's formulae (Pagès 2004;
Lê, Josse and Husson 2008), written out in dense numpy from the whole of Z, with weights of rows and columns and
with supplementary columns. Signs are as they come; the test compares up to one sign an axis.
"""
import json
import pathlib

import numpy as np
import pandas as pd
import prince

HERE = pathlib.Path(__file__).resolve().parent
NUMERIC, CATEGORICAL = ["age", "size", "sales"], ["format", "place", "region"]
OTHER_NUMERIC, OTHER_CATEGORICAL = ["margin"], ["owner"]
COLUMN_WEIGHTS = {"age": 0.5, "size": 2.0, "sales": 1.0, "format": 1.5, "place": 0.7, "region": 1.0}
AXES = 4


def make_input():
    draw = np.random.default_rng(20)
    n = 80
    region = draw.integers(0, 4, n)
    size = 200 + 90 * region + draw.gamma(3, 60, n)
    place = np.where(size + draw.normal(0, 150, n) > 500, "mall", "street")
    table = pd.DataFrame({
        "age": draw.uniform(0, 30, n).round(2),
        "size": size.round(1),
        "sales": (size * draw.lognormal(3, 0.4, n)).round(2),
        "format": draw.choice(["express", "hyper", "super"], n, p=[0.5, 0.1, 0.4]),
        "place": place,
        "region": np.array(["north", "east", "south", "west"])[region],
        "margin": (0.3 - size / 5000 + draw.normal(0, 0.05, n)).round(4),
        "owner": draw.choice(["chain", "franchise", "partner"], n),
        "weight": draw.integers(1, 5, n) / 2,
    })
    table.to_csv(HERE / "input.csv", index=False)
    return table


def by_prince(table):
    famd = prince.FAMD(n_components=AXES, engine="scipy").fit(table[NUMERIC + CATEGORICAL])
    columns = NUMERIC + [f"{c}_{v}" for c in CATEGORICAL for v in sorted(table[c].unique())]
    return {
        "eigenvalues": famd.eigenvalues_.tolist(),
        "percentage_of_variance": famd.percentage_of_variance_.tolist(),
        "cumulative_percentage_of_variance": famd.cumulative_percentage_of_variance_.tolist(),
        "row_coordinates": famd.row_coordinates(table).to_numpy().tolist(),
        "row_contributions": famd.row_contributions_.to_numpy().tolist(),
        "column_coordinates": famd.column_coordinates_.loc[columns].to_numpy().tolist(),
        "column_contributions": famd.column_contributions_.loc[columns].to_numpy().tolist(),
        "variable_coordinates": famd.variable_coordinates_.loc[NUMERIC + CATEGORICAL].to_numpy().tolist(),
        "variable_contributions": famd.variable_contributions_.loc[NUMERIC + CATEGORICAL].to_numpy().tolist(),
    }


class Weighted:
    """Z of the active columns and its axes, with row weights that add up to 1."""

    def __init__(self, table, row_weights, column_weights):
        self.w = row_weights / row_weights.sum()
        self.n = len(table)
        blocks = []
        for name in NUMERIC:
            blocks.append(self.z(table[name].to_numpy())[:, None] * np.sqrt(column_weights[name]))
        for name in CATEGORICAL:
            hot = self.hot(table[name])
            share = self.w @ hot
            blocks.append((hot - share) / np.sqrt(share) * np.sqrt(column_weights[name]))
        self.Z = np.hstack(blocks)
        _, s, vt = np.linalg.svd(self.Z * np.sqrt(self.w)[:, None], full_matrices=False)
        self.eigenvalues, self.F = s[:AXES] ** 2, self.Z @ vt[:AXES].T
        self.V, self.total = vt[:AXES].T, float((s**2).sum())

    def z(self, x):
        centred = x - self.w @ x
        return centred / np.sqrt(self.w @ centred**2)

    @staticmethod
    def hot(column):
        levels = sorted(column.unique())
        return (column.to_numpy()[:, None] == np.array(levels)[None, :]).astype(float)

    def correlations(self, x):
        return (self.w * self.z(x)) @ (self.F / np.sqrt(self.eigenvalues))

    def levels(self, column):
        hot = self.hot(column)
        share = self.w @ hot
        mean = (hot * self.w[:, None]).T / share[:, None]
        barycentres, whole = mean @ self.F, mean @ self.Z
        in_level = share[:, None] * self.n
        spread = np.sqrt((self.n - in_level) / ((self.n - 1) * in_level))
        return {
            "coordinates": barycentres,
            "cos2": barycentres**2 / (whole**2).sum(1)[:, None],
            "v_tests": barycentres / np.sqrt(self.eigenvalues) / spread,
            "eta2": share @ barycentres**2 / self.eigenvalues,
        }


def by_factominer(table, row_weights, column_weights):
    fit = Weighted(table, row_weights, column_weights)
    correlations = np.array([fit.correlations(table[name].to_numpy()) for name in NUMERIC])
    levels = [fit.levels(table[name]) for name in CATEGORICAL]
    variables = np.vstack([correlations**2, [part["eta2"] for part in levels]])
    dimensions = np.array([1] * len(NUMERIC) + [len(part["coordinates"]) - 1 for part in levels])
    other = [fit.levels(table[name]) for name in OTHER_CATEGORICAL]
    found = {
        "eigenvalues": fit.eigenvalues,
        "total_inertia": fit.total,
        "row_coordinates": fit.F,
        "row_contributions": fit.w[:, None] * fit.F**2 / fit.eigenvalues,
        "row_cos2": fit.F**2 / (fit.Z**2).sum(1)[:, None],
        "column_coordinates": np.vstack([correlations] + [part["coordinates"] for part in levels]),
        "column_contributions": fit.V**2,
        "column_cos2": np.vstack([correlations**2] + [part["cos2"] for part in levels]),
        "v_tests": np.vstack([0 * correlations] + [part["v_tests"] for part in levels]),
        "variable_coordinates": variables,
        "variable_cos2": variables**2 / dimensions[:, None],
        "supplementary_correlations": np.array([fit.correlations(table[name].to_numpy()) for name in OTHER_NUMERIC]),
        "supplementary_barycentres": np.vstack([part["coordinates"] for part in other]),
        "supplementary_cos2": np.vstack([part["cos2"] for part in other]),
        "supplementary_v_tests": np.vstack([part["v_tests"] for part in other]),
        "supplementary_eta2": np.array([part["eta2"] for part in other]),
    }
    return {name: np.asarray(value).tolist() for name, value in found.items()}


def main():
    table = make_input()
    expected = {
        "prince": by_prince(table),
        "factominer": by_factominer(table, np.ones(len(table)), dict.fromkeys(COLUMN_WEIGHTS, 1.0)),
        "factominer_weighted": by_factominer(table, table["weight"].to_numpy(), COLUMN_WEIGHTS),
    }
    (HERE / "expected.json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main()
