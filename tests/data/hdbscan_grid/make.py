"""Makes tests/data/hdbscan_grid: what scikit-learn-contrib/hdbscan gives for a grid of data and options.

  python tests/data/hdbscan_grid/make.py tests/data/hdbscan_grid      (hdbscan 0.8.44, numpy 2.4.6, scikit-learn 1.9.1)

Exact trees (approx_min_span_tree=False). The values are rounded to six decimals before anything is computed, so
that the stored points are the points that were clustered.
"""
import itertools
import json
import pathlib
import sys

import hdbscan
import numpy as np


def blobs(draws):
    centres = draws.uniform(-10, 10, (6, 2))
    return np.vstack([centres[draws.integers(0, 6, 190)] + draws.standard_normal((190, 2)), draws.uniform(-12, 12, (20, 2))])


def rings(draws):
    angle = draws.uniform(0, 2 * np.pi, 180)
    radius = np.where(np.arange(180) < 70, 1.0, 3.0) + 0.15 * draws.standard_normal(180)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), 0.1 * draws.standard_normal(180)])


def densities(draws):
    spread = draws.choice([0.2, 1.0, 3.0], 200)
    centres = np.where(spread == 0.2, 0.0, np.where(spread == 1.0, 8.0, -9.0))
    return centres[:, None] + spread[:, None] * draws.standard_normal((200, 5))


def without_ties(points, metric, min_samples):
    """Mutual reachability whose edges are all of another weight: among equal ones by (smaller row, larger row).

    Each weight grows by less than 1e-9 of it, so edges that do not tie keep their order.
    """
    power = 2 if metric == "euclidean" else 1
    # As the square of the distance: roots of different squares can be equal.
    reduced = (np.abs(points[:, None] - points[None]) ** power).sum(axis=2)
    core = np.sort(reduced, axis=1)[:, min_samples]
    weights = np.maximum(reduced, np.maximum(core[:, None], core[None, :]))
    low, high = np.triu_indices(len(points), 1)
    order = np.lexsort((high, low, weights[low, high]))
    steps = np.empty(len(order))
    steps[order] = np.arange(1, len(order) + 1) / len(order)
    untied = weights[low, high] ** (1 / power) * (1 + 1e-9 * steps)
    result = np.zeros_like(weights)
    result[low, high] = result[high, low] = untied
    return result


def main():
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    cases, weights = [], []
    for seed, make in enumerate((blobs, rings, densities)):
        points = np.round(make(np.random.default_rng(seed)), 6)
        name = make.__name__
        np.savetxt(target / f"{name}.csv", points, delimiter=",", fmt="%.6f",
                   header=",".join(f"x{i}" for i in range(points.shape[1])), comments="")
        for metric, min_samples in itertools.product(("euclidean", "manhattan"), (1, 5)):
            common = dict(metric=metric, min_samples=min_samples, approx_min_span_tree=False, core_dist_n_jobs=1)
            tree = hdbscan.HDBSCAN(gen_min_span_tree=True, **common).fit(points)
            edges = np.sort(tree.single_linkage_tree_.to_numpy()[:, 2])
            weights.append({"points": name, "metric": metric, "min_samples": min_samples, "weight": float(edges.sum())})
            untied = without_ties(points, metric, min_samples)
            epsilons = (0.0, float(np.quantile(edges, 0.9)))
            for size, method, epsilon, most, single in itertools.product(
                    (5, 12), ("eom", "leaf"), epsilons, (0, 40), (False, True)):
                if (method == "leaf" or epsilon > 0) and (most > 0 or single):
                    continue
                fit = hdbscan.HDBSCAN(min_cluster_size=size, cluster_selection_method=method,
                                      cluster_selection_epsilon=epsilon, max_cluster_size=most,
                                      allow_single_cluster=single, **common).fit(points)
                # Of the graph without ties: one neighbour makes a core distance no longer than any edge of its point.
                alone = hdbscan.HDBSCAN(min_cluster_size=size, cluster_selection_method=method,
                                        cluster_selection_epsilon=epsilon, max_cluster_size=most,
                                        allow_single_cluster=single, metric="precomputed", min_samples=1).fit(untied)
                cases.append({"points": name, "metric": metric, "min_samples": min_samples, "min_cluster_size": size,
                              "method": method, "epsilon": epsilon, "max_cluster_size": most, "single": single,
                              "labels": " ".join(map(str, fit.labels_)),
                              "untied_labels": " ".join(map(str, alone.labels_))})
    lines = ",\n".join(json.dumps(case) for case in cases)
    trees = ",\n".join(json.dumps(weight) for weight in weights)
    (target / "expected.json").write_text(f'{{"trees": [\n{trees}\n],\n"cases": [\n{lines}\n]}}\n')


main()
