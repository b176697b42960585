"""aisle.HDBSCAN against scikit-learn-contrib/hdbscan, and what it promises beyond it."""

import copy
import pickle

import hdbscan
import numpy as np
import pytest
from conftest import blobs
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score

import aisle


def peer(points, **options):
    """The original, with its exact tree."""
    options = {"approx_min_span_tree": False, "gen_min_span_tree": True, **options}
    return hdbscan.HDBSCAN(**options).fit(points)


# With one neighbour to a core distance, mutual reachability is the distance itself, so no two edges tie.
@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
@pytest.mark.parametrize("n_cols", [1, 2, 5, 12])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"min_cluster_size": 25},
        {"cluster_selection_method": "leaf"},
        {"cluster_selection_epsilon": 0.7},
        {"max_cluster_size": 150},
        {"allow_single_cluster": True, "min_cluster_size": 40},
    ],
    ids=str,
)
def test_labels_equal_the_originals(metric, n_cols, options):
    points = blobs(600, n_cols, seed=n_cols)
    ours = aisle.HDBSCAN(min_samples=1, metric=metric, **options).fit(points)
    theirs = peer(points, min_samples=1, metric=metric, **options)
    assert adjusted_rand_score(ours.labels_, theirs.labels_) == 1.0
    assert ((ours.labels_ == -1) == (theirs.labels_ == -1)).all()
    np.testing.assert_allclose(ours.probabilities_, theirs.probabilities_, atol=1e-9)
    np.testing.assert_allclose(np.sort(ours.cluster_persistence_), np.sort(theirs.cluster_persistence_), rtol=1e-6)


@pytest.mark.parametrize("min_samples", [1, 4, 17, None])
def test_the_tree_weighs_what_the_originals_does(points, min_samples):
    ours = aisle.HDBSCAN(min_cluster_size=9, min_samples=min_samples).fit(points)
    theirs = peer(points, min_cluster_size=9, min_samples=min_samples)
    edges = ours.minimum_spanning_tree_.to_numpy()
    assert edges.shape == (799, 3)
    assert edges[:, 2].sum() == pytest.approx(theirs.minimum_spanning_tree_.to_numpy()[:, 2].sum(), rel=1e-12)


def test_exemplars_and_outlier_scores_are_the_originals(points):
    ours = aisle.HDBSCAN(min_cluster_size=15, min_samples=1).fit(points)
    theirs = peer(points, min_cluster_size=15, min_samples=1)
    np.testing.assert_allclose(ours.outlier_scores_, theirs.outlier_scores_, atol=1e-9)
    def as_sets(exemplars):
        return {frozenset(map(tuple, np.asarray(of_cluster).tolist())) for of_cluster in exemplars}

    assert len(ours.exemplars_) == ours.labels_.max() + 1 >= 3
    assert as_sets(ours.exemplars_) == as_sets(theirs.exemplars_)
    for label, rows in enumerate(ours.condensed_tree_.exemplars()):
        assert (ours.labels_[rows] == label).all()


def test_defaults_and_names_are_the_originals():
    original = hdbscan.HDBSCAN().get_params()
    limits = {"min_clusters", "max_clusters", "min_share", "max_share"}
    for name, value in aisle.HDBSCAN().get_params().items():
        assert name in limits or original[name] == value, name
    assert not limits & set(original)


def test_condensed_tree_is_the_originals(points):
    ours = aisle.HDBSCAN(min_cluster_size=15, min_samples=1).fit(points).condensed_tree_.to_pandas()
    theirs = peer(points, min_cluster_size=15, min_samples=1).condensed_tree_.to_pandas()
    assert list(ours.columns) == list(theirs.columns)
    assert len(ours) == len(theirs)
    # Clusters may be numbered otherwise; densities and sizes are the same.
    np.testing.assert_allclose(np.sort(ours.lambda_val), np.sort(theirs.lambda_val), rtol=1e-9)
    assert (np.sort(ours.child_size) == np.sort(theirs.child_size)).all()


def test_reselect_is_a_new_fit(points):
    fitted = aisle.HDBSCAN(min_cluster_size=5, min_samples=4).fit(points)
    for options in ({"min_cluster_size": 30}, {"cluster_selection_method": "leaf"}, {"cluster_selection_epsilon": 1.0}):
        chosen = fitted.reselect(**options)
        anew = aisle.HDBSCAN(min_samples=4).set_params(**options).fit(points)
        assert (chosen.labels_ == anew.labels_).all()
        assert (chosen.probabilities_ == anew.probabilities_).all()
        assert chosen.get_params() == anew.get_params()
    assert fitted.min_cluster_size == 5
    with pytest.raises(aisle.InvalidInput, match="metric belongs to the spanning tree"):
        fitted.reselect(metric="manhattan")


@pytest.mark.parametrize("options", [{}, {"cluster_selection_epsilon": 0.8}, {"max_cluster_size": 150}], ids=str)
def test_predict_is_the_fit_on_the_fits_rows(points, options):
    fitted = aisle.HDBSCAN(min_cluster_size=12, **options).fit(points)
    again = fitted.predict_details(points)
    assert (again.labels == fitted.labels_).all()
    assert (again.probabilities == fitted.probabilities_).all()
    assert (again.outlier_scores == fitted.outlier_scores_).all()
    beside = fitted.predict(points + 1e-9)
    assert (beside == fitted.labels_).mean() > 0.98
    assert (fitted.predict(points[:10]) == again.labels[:10]).all()
    noise = fitted.predict_details(np.full((1, 3), 500.0))
    assert noise.labels[0] == -1 and noise.next_labels[0] >= 0
    with pytest.raises(ValueError, match="X has 2 features, but HDBSCAN is expecting 3 features"):
        fitted.predict(points[:, :2])


def test_reselect_keeps_the_fits_min_samples(points):
    fitted = aisle.HDBSCAN(min_cluster_size=8).fit(points)
    chosen = fitted.reselect(min_cluster_size=20)
    assert chosen.min_samples == 8
    assert (chosen.labels_ == aisle.HDBSCAN(min_cluster_size=20, min_samples=8).fit_predict(points)).all()


def test_keys_make_labels_independent_of_the_rows_order():
    rng = np.random.default_rng(3)
    points = rng.integers(0, 6, (300, 2)).astype(float)  # ties everywhere
    keys = np.asarray([f"store {row:04}" for row in range(300)])
    labels = aisle.HDBSCAN(min_cluster_size=8).fit_predict(points, row_keys=keys)
    shuffled = rng.permutation(300)
    again = aisle.HDBSCAN(min_cluster_size=8).fit_predict(points[shuffled], row_keys=keys[shuffled])
    assert (again == labels[shuffled]).all()


@pytest.mark.parametrize("n_threads", [1, 2, 7])
def test_threads_change_no_bit(points, n_threads):
    usual = aisle.HDBSCAN().fit(points)
    limit = aisle.ThreadLimit(n_threads)
    try:
        limited = aisle.HDBSCAN().fit(points)
    finally:
        del limit
    assert (limited.labels_ == usual.labels_).all()
    assert (limited.probabilities_ == usual.probabilities_).all()
    assert limited.minimum_spanning_tree_.to_numpy().tobytes() == usual.minimum_spanning_tree_.to_numpy().tobytes()


@pytest.mark.parametrize("again", [copy.deepcopy, lambda fitted: pickle.loads(pickle.dumps(fitted))], ids=["copy", "pickle"])
def test_copies_are_whole(points, again):
    fitted = aisle.HDBSCAN(min_cluster_size=12).fit(points)
    other = again(fitted)
    assert (other.labels_ == fitted.labels_).all()
    assert other.get_params() == fitted.get_params()
    assert (other.predict(points[:50] + 0.1) == fitted.predict(points[:50] + 0.1)).all()
    assert (other.reselect(min_cluster_size=30).labels_ == fitted.reselect(min_cluster_size=30).labels_).all()


def test_clone_has_the_parameters_and_no_fit(points):
    unfitted = clone(aisle.HDBSCAN(min_cluster_size=12).fit(points))
    assert unfitted.min_cluster_size == 12
    assert not hasattr(unfitted, "labels_")


@pytest.mark.parametrize("n_rows", [1, 2, 4])
def test_few_rows_are_noise(n_rows):
    fitted = aisle.HDBSCAN().fit(np.arange(n_rows, dtype=float).reshape(-1, 1))
    assert (fitted.labels_ == -1).all() and len(fitted.labels_) == n_rows
    assert fitted.exemplars_ == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_cluster_size": 1}, "min_cluster_size is 1"),
        ({"min_cluster_size": 2.5}, "min_cluster_size is 2.5; it must be a whole number"),
        ({"min_samples": 0}, "min_samples is 0; it must be at least 1, or None"),
        ({"cluster_selection_epsilon": -1.0}, "cluster_selection_epsilon is -1"),
        ({"metric": "cosine"}, "metric is 'cosine'; expected 'euclidean' or 'manhattan'"),
        ({"cluster_selection_method": "best"}, "cluster_selection_method is 'best'; expected 'eom' or 'leaf'"),
        ({"max_cluster_size": -3}, "max_cluster_size is -3"),
    ],
)
def test_bad_options_are_named(points, options, message):
    with pytest.raises(aisle.InvalidInput, match=message) as caught:
        aisle.HDBSCAN(**options).fit(points)
    assert isinstance(caught.value, ValueError)


def test_bad_values_are_named(points):
    holed = points.copy()
    holed[17, 2] = np.nan
    with pytest.raises(aisle.InvalidInput, match=r"points\[17, 2\] is nan"):
        aisle.HDBSCAN().fit(holed)
    with pytest.raises(aisle.InvalidInput, match="row_keys has a twice"):
        aisle.HDBSCAN().fit(points[:3], row_keys=["a", "b", "a"])
    with pytest.raises(aisle.InvalidInput, match="one key for each of the 3 rows"):
        aisle.HDBSCAN().fit(points[:3], row_keys=["a", "b"])
    with pytest.raises(ValueError, match="could not convert string to float"):
        aisle.HDBSCAN().fit([["a", "b"]])


def test_a_cut_to_k_has_k_clusters_along_the_hierarchy(points):
    fitted = aisle.HDBSCAN(min_cluster_size=5).fit(points)
    finest = fitted.reselect(cluster_selection_method="leaf").labels_.max() + 1
    for k in range(2, finest + 1):
        cut = fitted.reselect(n_clusters=k)
        assert cut.labels_.max() + 1 == k
        assert (aisle.HDBSCAN(min_cluster_size=5, min_clusters=k, max_clusters=k).fit_predict(points) == cut.labels_).all()
        assert (cut.predict(points) == cut.labels_).all()
    with pytest.raises(aisle.InvalidInput, match=f"exactly {finest + 1} clusters; expected one of .* 2 to {finest}"):
        fitted.reselect(n_clusters=finest + 1)
    for bad in ({"n_clusters": 0}, {"n_clusters": 3, "max_clusters": 4}):
        with pytest.raises(aisle.InvalidInput, match=f"n_clusters is {bad['n_clusters']}"):
            fitted.reselect(**bad)


def test_shares_of_clusters_are_kept(points):
    fitted = aisle.HDBSCAN(min_cluster_size=5, cluster_selection_method="leaf").fit(points)
    kept = fitted.reselect(min_share=0.1, max_share=0.4)
    shares = np.bincount(kept.labels_[kept.labels_ >= 0]) / len(points)
    assert len(shares) >= 2 and (shares >= 0.1).all() and (shares <= 0.4).all()
    assert fitted.reselect(max_clusters=4, min_clusters=3).labels_.max() + 1 in (3, 4)


def test_limits_have_a_price(points):
    fitted = aisle.HDBSCAN(min_cluster_size=15).fit(points)
    free = fitted.limit_costs()
    assert free.free_stability > 0 and free.all == free.min_share == free.max_clusters == 0
    costs = fitted.reselect(max_clusters=2, min_share=0.05).limit_costs()
    assert costs.free_stability == free.free_stability
    assert costs.all >= costs.max_clusters > 0 and costs.min_clusters == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_clusters": -1}, "fewest_clusters is -1"),
        ({"min_clusters": 1.5}, "min_clusters is 1.5"),
        ({"min_share": 0.5, "max_share": 0.2}, "smallest_share is 0.5"),
        ({"min_share": 0.99}, "no cluster has a share"),
    ],
)
def test_impossible_limits_are_named(points, options, message):
    with pytest.raises(aisle.InvalidInput, match=message):
        aisle.HDBSCAN(min_cluster_size=15, **options).fit(points)


def test_stability_within_limits(points):
    clusterer = aisle.HDBSCAN(min_cluster_size=5, min_clusters=6, max_clusters=6).fit(points)
    found = aisle.bootstrap_stability(points, clusterer.labels_, clusterer, n_resamples=10)
    assert len(found.clusters) == 6
