"""The peers of bench/multivariate.py, with the words of bench_multivariate; prints seconds and a value to compare."""
import json
import sys
import time

import numpy as np


def timed(compute):
    start = time.perf_counter()
    value = compute()
    return time.perf_counter() - start, float(value)


def famd(numeric, n, d, codes, columns, axes):
    import pandas as pd
    import prince

    table = pd.DataFrame(np.fromfile(numeric).reshape(n, d), columns=[f"n{c}" for c in range(d)])
    for column, values in enumerate(np.fromfile(codes, np.int32).reshape(int(columns), n)):
        names = [f"v{code:03}" for code in range(values.max() + 1)]
        table[f"c{column}"] = np.array(names, dtype=object)[values]

    def compute():
        fit = prince.FAMD(n_components=int(axes), engine="scipy", copy=False).fit(table)
        fit.row_coordinates(table)
        return fit.eigenvalues_[0]

    return timed(compute)


def labelled(points, n, d, labels):
    return np.fromfile(points).reshape(n, d), np.fromfile(labels, np.int32)


def dbcv(*words):
    from hdbscan.validity import validity_index

    x, y = labelled(*words)
    return timed(lambda: validity_index(x, y))


def silhouette(*words):
    from sklearn.metrics import silhouette_score

    x, y = labelled(*words)
    return timed(lambda: silhouette_score(x, y))


def forest(*words):
    from sklearn.ensemble import RandomForestClassifier

    x, y = labelled(*words)
    model = RandomForestClassifier(100, oob_score=True, random_state=42, n_jobs=-1)
    return timed(lambda: 1 - model.fit(x, y).oob_score_)


def tsne(points, n, d, map_file):
    import openTSNE

    x = np.fromfile(points).reshape(n, d)
    model = openTSNE.TSNE(n_jobs=-1, random_state=42)
    start = time.perf_counter()
    found = model.fit(x)
    seconds = time.perf_counter() - start
    np.ascontiguousarray(found, dtype=float).tofile(map_file)
    return seconds, float(found.kl_divergence)


def kl(points, n, d, map_file):
    """The exact KL divergence of a map from exact P (perplexity 30, dense), the same for both sides."""
    from openTSNE.affinity import PerplexityBasedNN

    x, y = np.fromfile(points).reshape(n, d), np.fromfile(map_file).reshape(n, 2)
    p = PerplexityBasedNN(x, perplexity=30, method="exact", n_jobs=-1).P.tocoo()
    total = 0.0
    squares = (y**2).sum(1)
    for begin in range(0, n, 1000):
        distances = squares[begin:begin + 1000, None] + squares[None, :] - 2 * y[begin:begin + 1000] @ y.T
        total += (1 / (1 + np.maximum(distances, 0))).sum()
    q = 1 / (1 + ((y[p.row] - y[p.col]) ** 2).sum(1)) / (total - n)
    return 0.0, float((p.data * np.log(p.data / q)).sum())


def main():
    case, points, n, d, *rest = sys.argv[1:]
    seconds, value = globals()[case](points, int(n), int(d), *rest)
    print(json.dumps({"seconds": seconds, "value": value}))


if __name__ == "__main__":
    main()
