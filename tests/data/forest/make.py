"""Makes input.csv and expected.json:  pip install scikit-learn==1.9.1 numpy==2.4.6; python make.py

Out-of-bag error and permutation importance (Breiman 2001, section 10: out of the bag of each tree, mean over
trees) of scikit-learn's forest, mean over 20 seeds, for a forest of other draws is another forest.
"""
import json
import pathlib

import numpy as np
from sklearn.ensemble import RandomForestClassifier

HERE = pathlib.Path(__file__).resolve().parent
N, TREES, SEEDS = 400, 200, 20


def make_input():
    draw = np.random.default_rng(4)
    y = draw.integers(0, 3, N)
    x = draw.normal(size=(N, 6))
    for column, strength in enumerate([2.2, 1.4, 0.8, 0.4]):  # two columns of noise stay
        x[:, column] += strength * np.array([-1, 0, 1])[(y + column) % 3]
    np.savetxt(HERE / "input.csv", np.column_stack([x.round(6), y]), delimiter=",", comments="", fmt="%.6g",
               header="x0,x1,x2,x3,noise0,noise1,label")
    return x.round(6), y


def importance(forest, x, y, draw):
    losses = []
    for tree, bag in zip(forest.estimators_, forest.estimators_samples_):
        out = np.setdiff1d(np.arange(N), bag)
        right = (tree.predict(x[out]) == y[out]).mean()
        row = []
        for column in range(x.shape[1]):
            permuted = x[out].copy()
            permuted[:, column] = draw.permutation(permuted[:, column])
            row.append(right - (tree.predict(permuted) == y[out]).mean())
        losses.append(row)
    return np.mean(losses, axis=0)


def main():
    x, y = make_input()
    errors, importances = [], []
    for seed in range(SEEDS):
        forest = RandomForestClassifier(TREES, oob_score=True, random_state=seed).fit(x, y)
        errors.append(1 - forest.oob_score_)
        importances.append(importance(forest, x, y, np.random.default_rng(seed)))
    found = {"out_of_bag_error": float(np.mean(errors)), "out_of_bag_error_deviation": float(np.std(errors)),
             "importance": np.mean(importances, axis=0).tolist(),
             "importance_deviation": np.std(importances, axis=0).tolist()}
    (HERE / "expected.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
