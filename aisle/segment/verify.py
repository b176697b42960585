"""Gets the clusters of an aisle model again from hdbscan, scipy and prince, and compares.

    pip install hdbscan==0.8.44 prince==0.23.0 pandas==3.1.1
    python verify.py

Ends with 0 when the labels, DBCV and FAMD's eigenvalues are the same, else with 1.
"""
import json
import pathlib
import sys

import hdbscan
import numpy as np
import pandas as pd
from hdbscan.validity import validity_index
from scipy.stats import chi2
from sklearn.metrics import adjusted_rand_score

folder = pathlib.Path(__file__).resolve().parent
expected = json.loads((folder / "options.json").read_text())


def read(name):
    # As texts: every digit of a number counts, and an id keeps its zeros.
    return pd.read_csv(folder / name, dtype=str, keep_default_na=False)


matrix = read("matrix.csv").drop(columns="store_id").to_numpy().astype(float)
ours = read("labels.csv")["cluster"].to_numpy().astype(int)
failed = False


def report(what, theirs, aisles, same):
    global failed
    failed = failed or not same
    print(f"{what}: {theirs} here, {aisles} by aisle: {'the same' if same else 'NOT THE SAME'}")




def by_mixture(mixture):
    """The likeliest component of each store, by its density; -1 for what chi-squared calls an outlier."""
    covariances = np.array(mixture["covariances"])
    n, d = matrix.shape
    if mixture["covariance"] == "full":
        covariances = covariances.reshape(-1, d, d)
    elif mixture["covariance"] == "diagonal":
        covariances = np.array([np.diag(row) for row in covariances])
    else:
        covariances = np.array([np.eye(d) * row[0] for row in covariances])
    means = np.array(mixture["means"])
    logs = np.empty((n, len(means)))
    squares = np.empty_like(logs)
    for at, (weight, mean, covariance) in enumerate(zip(mixture["weights"], means, covariances)):
        away = matrix - mean
        squares[:, at] = (away * np.linalg.solve(covariance, away.T).T).sum(axis=1)
        logs[:, at] = np.log(weight) - 0.5 * (np.linalg.slogdet(covariance)[1] + squares[:, at])
    labels = logs.argmax(axis=1)
    tail = chi2.sf(squares[np.arange(n), labels], d)
    return np.where(tail < mixture["outlier_probability"], -1, labels)


if expected["hdbscan"] is not None:
    theirs = hdbscan.HDBSCAN(approx_min_span_tree=False, **expected["hdbscan"]).fit(matrix).labels_
else:
    theirs = by_mixture(expected["mixture"])
agreement = adjusted_rand_score(theirs, ours)
same_noise = bool(((theirs == -1) == (ours == -1)).all())
report("clusters", len(set(theirs) - {-1}), len(set(ours) - {-1}), agreement == 1.0 and same_noise)
print(f"  adjusted Rand index {agreement}, {(theirs == -1).sum()} stores in no cluster")

if expected["dbcv"] is not None:
    metric = expected["hdbscan"]["metric"] if expected["hdbscan"] is not None else "euclidean"
    metric = {"manhattan": "cityblock"}.get(metric, metric)
    # hdbscan needs the labels 0, 1, ..
    codes = np.where(ours == -1, -1, np.unique(ours[ours != -1]).searchsorted(ours))
    dbcv = float(validity_index(matrix, codes, metric=metric))
    report("DBCV", dbcv, expected["dbcv"], abs(dbcv - expected["dbcv"]) <= 1e-9)

if expected["famd"] is not None:
    import prince

    mixed = read("famd_input.csv").drop(columns="store_id")
    for name in mixed:
        mixed[name] = mixed[name].astype(object if name in expected["famd"]["categorical"] else float)
    wanted = np.array(expected["famd"]["eigenvalues"])
    found = prince.FAMD(n_components=len(wanted), n_iter=50, random_state=0).fit(mixed).eigenvalues_
    # prince's are of sums over the stores in some versions, of means in others: one factor for all axes.
    ratio = found / wanted
    same = bool(np.allclose(ratio, ratio[0], rtol=1e-6))
    report("eigenvalues", (found / ratio[0]).tolist(), wanted.tolist(), same)

sys.exit(1 if failed else 0)
