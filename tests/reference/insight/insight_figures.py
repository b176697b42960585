"""The figures of the insight documents, reckoned independently with pandas and scipy.

  insight_figures.py --expected > tests/data/seed42/insight_expected.json
      figures of the 100 reference stores in the reference's clusters; seed42_insight_test.cc compares
  insight_figures.py --check PROJECT
      compares the documents of a project that `aisle run` made; exit code 77 without pandas and scipy

Written with Python 3.11, pandas 2.3.3, scipy 1.16.3, scikit-learn 1.8.0, pyarrow 22.
"""
import json
import pathlib
import sys

try:
    import numpy as np
    import pandas as pd
    from scipy.optimize import linear_sum_assignment
    from scipy.spatial.distance import pdist
    from scipy.stats import hypergeom, norm
    from sklearn.metrics import adjusted_rand_score
except ImportError as error:
    print(f"left out: {error}")
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parents[2] / "data" / "seed42"


def number_profile(values, clusters, n_clusters):
    """Five numbers, effect and the v-test of FactoMineR's catdes of each cluster."""
    known = values.dropna()
    mean, deviation, n = known.mean(), known.std(ddof=0), len(known)
    result = {key: [] for key in ("n", "mean", "min", "q1", "median", "q3", "max", "effect", "v_test")}
    for cluster in range(n_clusters):
        part = values[clusters == cluster].dropna()
        quartiles = np.percentile(part, [0, 25, 50, 75, 100]) if len(part) else [np.nan] * 5
        result["n"].append(len(part))
        result["mean"].append(part.mean())
        for key, value in zip(("min", "q1", "median", "q3", "max"), quartiles):
            result[key].append(value)
        varies = deviation > 1e-12 * abs(mean)
        result["effect"].append((part.mean() - mean) / deviation if varies else np.nan)
        error = deviation * np.sqrt((n - len(part)) / (n - 1) / len(part)) if len(part) and n > 1 else np.nan
        v_test = (part.mean() - mean) / error if varies and len(part) < n else (0.0 if varies else np.nan)
        result["v_test"].append(v_test)
    result["chain"] = {"n": n, "mean": mean, "deviation": deviation}
    return result


def level_profile(has, clusters, n_clusters):
    """Share, Cohen's h and v-test of one level (a series of booleans)."""
    result = {"chain": has.mean(), "share": [], "effect": [], "v_test": []}
    n, n_level = len(has), int(has.sum())
    for cluster in range(n_clusters):
        inside = has[clusters == cluster]
        share, group, both = inside.mean(), len(inside), int(inside.sum())
        law = hypergeom(n, n_level, group)
        p = min(2 * law.cdf(both - 1) + law.pmf(both), 2 * law.sf(both) + law.pmf(both), 1)
        size = -norm.ppf(p / 2) if p < 1 else 0.0
        if group == n or n_level == n:
            size = 0.0
        result["share"].append(share)
        result["effect"].append(2 * np.arcsin(np.sqrt(share)) - 2 * np.arcsin(np.sqrt(has.mean())))
        result["v_test"].append(size if share > has.mean() else -size)
    return result


def prize(stores, clusters, n_clusters, measure):
    rate = stores[measure].where((stores[measure] > 0) & (stores.total_revenue > 0) & (clusters >= 0))
    base = stores.total_revenue / rate
    result = {}
    for key, share in (("median", 0.5), ("upper_quartile", 0.75)):
        aims = [rate[clusters == c].quantile(share) for c in range(n_clusters)]
        aim = clusters.map(lambda c, aims=aims: aims[c] if c >= 0 else np.nan)
        money = (aim - rate).clip(lower=0) * base
        result[key] = aims
        result["to_" + key] = [money[clusters == c].sum() for c in range(n_clusters)]
        result["n_below_" + key] = [int(((aim - rate)[clusters == c] > 0).sum()) for c in range(n_clusters)]
    return result


def change(stores, clusters):
    both = stores.current_cluster_label.notna() & (clusters >= 0)
    table = pd.crosstab(stores.current_cluster_label[both], clusters[both])
    rows, cols = linear_sum_assignment(-table.to_numpy())
    stay = int(table.to_numpy()[rows, cols].sum())
    return {
        "n_stores": int(both.sum()),
        "n_stay": stay,
        "adjusted_rand_index": adjusted_rand_score(stores.current_cluster_label[both], clusters[both]),
    }


def nearest(matrix, clusters, n_clusters, order):
    centres = np.array([matrix[clusters == c].mean(axis=0) for c in range(n_clusters)])
    distances = np.linalg.norm(centres[:, None] - centres[None], ord=order, axis=2)
    np.fill_diagonal(distances, np.inf)
    return {
        "nearest": [int(c) for c in distances.argmin(axis=1)],
        "nearest_distance": [float(d) for d in distances.min(axis=1)],
    }


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return None if not np.isfinite(value) else float(value)
    return int(value) if isinstance(value, np.integer) else value


def expected():
    stores = pd.read_parquet(HERE / "store_features.parquet").sort_values("store_id").set_index("store_id")
    clusters = pd.read_csv(HERE / "labels.csv").set_index("store_id").cluster_final.loc[stores.index]
    matrix = pd.read_csv(HERE / "X_final.csv").set_index("store_id").loc[stores.index]
    n_clusters = int(clusters.max()) + 1
    pairs = np.array([pdist(matrix[[name]], "cityblock").mean() for name in matrix.columns])
    numbers = ("total_revenue", "avg_ticket_item", "revenue_per_sqm", "avg_inventory_depth", "size_m2")
    return {
        "n_clusters": n_clusters,
        "numbers": {name: number_profile(stores[name].astype(float), clusters, n_clusters) for name in numbers},
        "categories": {
            name: {
                level: level_profile(stores[name] == level, clusters, n_clusters)
                for level in sorted(stores[name].unique())
            }
            for name in ("regional", "placement")
        },
        **nearest(matrix.to_numpy(), clusters.to_numpy(), n_clusters, 1),
        "prize": prize(stores, clusters, n_clusters, "revenue_per_sqm"),
        "change": change(stores, clusters),
        "driver_shares": dict(zip(matrix.columns[5:], pairs[5:] / pairs.sum())),
    }


class Check:
    def __init__(self):
        self.n = 0
        self.faults = []

    def near(self, what, ours, theirs, tolerance=2e-5):
        self.n += 1
        if ours is None or theirs is None or not np.isfinite(theirs):
            if ours is not None and theirs is not None and np.isfinite(theirs):
                self.faults.append(f"{what}: {ours} is not {theirs}")
            return
        if abs(ours - theirs) > tolerance * max(1.0, abs(theirs)):
            self.faults.append(f"{what}: {ours} is not {theirs}")

    def all_near(self, what, ours, theirs):
        if len(ours) != len(theirs):
            self.faults.append(f"{what}: {len(ours)} values, not {len(theirs)}")
        for at, (one, other) in enumerate(zip(ours, theirs)):
            self.near(f"{what}[{at}]", one, plain(other))


def check(project):
    artifacts = pathlib.Path(project) / "data" / "artifacts"
    stores = pd.read_parquet(artifacts / "final_clustered_stores.parquet").reset_index(drop=True)
    load = lambda name: json.loads((artifacts / "insight" / (name + ".json")).read_text())
    profiles, money, months, drivers = load("profiles"), load("prize"), load("monthly"), load("drivers")
    n_clusters = len(profiles["clusters"])
    fitted = stores[stores.in_fit]
    clusters = fitted.cluster_final
    result = Check()
    for entry in profiles["numbers"]:
        theirs = number_profile(fitted[entry["column"]].astype(float), clusters, n_clusters)
        for key in ("n", "mean", "min", "q1", "median", "q3", "max", "effect", "v_test"):
            result.all_near(f"{entry['column']} {key}", entry[key], theirs[key])
        for key in ("n", "mean", "deviation"):
            result.near(f"{entry['column']} chain {key}", entry["chain"][key], theirs["chain"][key])
    for entry in profiles["categories"]:
        column = fitted[entry["column"]].fillna("(missing)")
        for level in entry["levels"]:
            theirs = level_profile(column == level["level"], clusters, n_clusters)
            for key in ("share", "effect", "v_test"):
                result.all_near(f"{entry['column']} {level['level']} {key}", level[key], theirs[key])
    matrix = pd.read_parquet(artifacts / "model" / "matrix.parquet").set_index("store_id")
    order = 1 if drivers["metric"] == "manhattan" else 2
    if n_clusters > 1:
        theirs = nearest(matrix.to_numpy(), clusters.to_numpy(), n_clusters, order)
        result.all_near("nearest distance", profiles["nearest_distance"], theirs["nearest_distance"])
    if money["absent"] is None:
        theirs = prize(stores, stores.cluster_final, n_clusters, money["measure"])
        for key, values in theirs.items():
            result.all_near("prize " + key, money[key], values)
    shares = np.array([np.abs(pdist(matrix[[name]], "cityblock") ** order).mean() for name in matrix.columns])
    behaviour = [group for group in drivers["groups"] if group["role"] == "behaviour"]
    for group in behaviour:
        if group["entry"] in matrix.columns:
            at = list(matrix.columns).index(group["entry"])
            result.near("driver " + group["entry"], group["share"], shares[at] / shares.sum())
    result.near("drivers' sum", sum(group["share"] for group in drivers["groups"]), 1.0)
    totals = pd.Series([sum(row) if row else 0.0 for row in months["sales"]])
    result.all_near("sales of the months", totals.tolist(), stores.total_revenue.tolist())
    for fault in result.faults[:20]:
        print(fault)
    print(f"{result.n} figures compared, {len(result.faults)} differ")
    sys.exit(1 if result.faults else 0)


if __name__ == "__main__":
    if sys.argv[1:] == ["--expected"]:
        print(json.dumps(plain(expected()), indent=1))
    elif len(sys.argv) == 3 and sys.argv[1] == "--check":
        check(sys.argv[2])
    else:
        sys.exit(__doc__)
