"""aisle.RandomForestClassifier against scikit-learn's, and its own promises."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier as Theirs
from sklearn.inspection import permutation_importance

import aisle


@pytest.fixture(scope="module")
def table():
    """Three classes by two of five columns, a third repeats the first, and a tenth of the labels is wrong."""
    rng = np.random.default_rng(4)
    X = rng.normal(size=(600, 5))
    X[:, 2] = X[:, 0] + 0.01 * rng.normal(size=600)
    y = np.where(X[:, 0] > 0.5, "a", np.where(X[:, 1] > 0, "b", "c"))
    wrong = rng.random(600) < 0.1
    y[wrong] = rng.choice(["a", "b", "c"], wrong.sum())
    return X, y


@pytest.fixture(scope="module")
def forest(table):
    return aisle.RandomForestClassifier(n_estimators=200, oob_score=True).fit(*table)


def test_as_good_out_of_the_bag_as_scikit_learns(table, forest):
    theirs = Theirs(n_estimators=200, oob_score=True, random_state=0).fit(*table)
    assert forest.oob_score_ == pytest.approx(theirs.oob_score_, abs=0.02)
    assert forest.classes_.tolist() == theirs.classes_.tolist()
    apart = np.abs(forest.oob_decision_function_ - theirs.oob_decision_function_)
    assert apart.mean() < 0.03
    new = np.random.default_rng(9).normal(size=(2000, 5))
    new[:, 2] = new[:, 0]
    assert (forest.predict(new) == theirs.predict(new)).mean() > 0.95
    np.testing.assert_allclose(forest.predict_proba(new), theirs.predict_proba(new), atol=0.25)
    truth = np.where(new[:, 0] > 0.5, "a", np.where(new[:, 1] > 0, "b", "c"))
    assert forest.score(new, truth) == pytest.approx(theirs.score(new, truth), abs=0.03)


def test_out_of_bag_figures_hang_together(table, forest):
    _, y = table
    seen = forest.classes_[forest.oob_decision_function_.argmax(axis=1)]
    assert (seen == y).mean() == pytest.approx(forest.oob_score_)
    for at, name in enumerate(forest.classes_):
        assert (seen[y == name] != name).mean() == pytest.approx(forest.oob_class_errors_[at])
    np.testing.assert_allclose(forest.oob_decision_function_.sum(axis=1), 1)


def test_importance_finds_the_columns_that_tell(table, forest):
    found = forest.permutation_importance()
    assert found.mean.shape == found.standard_error.shape == (5,) and found.by_class.shape == (3, 5)
    assert set(np.argsort(found.mean)[-3:]) == {0, 1, 2}
    assert (np.abs(found.mean[3:]) < 0.02).all() and (found.mean[:3] > 0.05).all()
    # scikit-learn's is on rows of one's choice: of new ones it ranks the same columns.
    theirs = Theirs(n_estimators=200, random_state=0).fit(*table)
    ranks = permutation_importance(theirs, *table, n_repeats=5, random_state=0).importances_mean
    assert set(np.argsort(ranks)[-3:]) == {0, 1, 2}


def test_keys_take_the_order_of_rows_away(table):
    X, y = table
    keys = np.asarray([f"store {row:03}" for row in range(len(X))])
    order = np.random.default_rng(0).permutation(len(X))
    one = aisle.RandomForestClassifier(n_estimators=20).fit(X, y, row_keys=keys)
    other = aisle.RandomForestClassifier(n_estimators=20).fit(X[order], y[order], row_keys=keys[order])
    assert one.predict_proba(X).tobytes() == other.predict_proba(X).tobytes()
    assert one.permutation_importance().mean.tobytes() == other.permutation_importance().mean.tobytes()


def test_threads_change_nothing(table, forest):
    limit = aisle.ThreadLimit(1)
    try:
        alone = aisle.RandomForestClassifier(n_estimators=200, oob_score=True).fit(*table)
    finally:
        del limit
    assert alone.oob_decision_function_.tobytes() == forest.oob_decision_function_.tobytes()


@pytest.mark.parametrize("again", [copy.deepcopy, lambda fitted: pickle.loads(pickle.dumps(fitted))], ids=["copy", "pickle"])
def test_copies_are_whole(table, forest, again):
    assert again(forest).predict_proba(table[0]).tobytes() == forest.predict_proba(table[0]).tobytes()


def test_frames_and_classes_of_numbers(table):
    X, y = table
    frame = pd.DataFrame(X, columns=list("pqrst"))
    forest = aisle.RandomForestClassifier(n_estimators=5).fit(frame, (y == "a").astype(int) * 7)
    assert forest.classes_.tolist() == [0, 7] and forest.feature_names_in_.tolist() == list("pqrst")
    with pytest.raises(aisle.InvalidInput, match="feature names"):
        forest.predict(frame[list("qprst")])


@pytest.mark.parametrize("max_features", ["sqrt", 1, 0.5, 5, None])
def test_columns_tried_at_a_split(table, max_features):
    forest = aisle.RandomForestClassifier(n_estimators=10, max_features=max_features).fit(*table)
    assert forest.score(*table) > 0.9  # trees are grown to purity


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_estimators": 0}, "n_trees is 0"),
        ({"n_estimators": 1.5}, "n_estimators is 1.5"),
        ({"max_features": 9}, "max_features is 9"),
        ({"max_features": "all"}, "max_features is 'all'"),
        ({"random_state": None}, "random_state is None"),
    ],
)
def test_bad_options_are_named(table, options, message):
    with pytest.raises(aisle.InvalidInput, match=message):
        aisle.RandomForestClassifier(**options).fit(*table)


def test_bad_classes_are_named(table):
    X, _ = table
    with pytest.raises(aisle.InvalidInput, match="one class for each of the 600 rows"):
        aisle.RandomForestClassifier().fit(X, [0, 1])
    with pytest.raises(aisle.InvalidInput, match="continuous"):
        aisle.RandomForestClassifier().fit(X, X[:, 0])
