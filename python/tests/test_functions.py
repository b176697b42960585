"""Validity, stability, the null line, matching and t-SNE."""

import hdbscan.validity
import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn.metrics
from sklearn.cluster import KMeans
from sklearn.manifold import trustworthiness

import aisle


@pytest.fixture(scope="module")
def labels(points):
    return aisle.HDBSCAN(min_cluster_size=15).fit_predict(points)


def test_validity_index_is_hdbscans(points, labels):
    theirs = hdbscan.validity.validity_index(points, labels.astype(np.intp), per_cluster_scores=True)
    index, by_cluster = aisle.validity_index(points, labels, per_cluster_scores=True)
    assert index == pytest.approx(theirs[0], abs=1e-6)
    np.testing.assert_allclose(by_cluster, theirs[1], atol=1e-6)
    assert aisle.validity_index(points, labels) == index
    assert aisle.dbcv is aisle.validity_index


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_silhouette_is_scikit_learns(points, labels, metric):
    in_clusters = labels >= 0
    theirs = sklearn.metrics.silhouette_score(points[in_clusters], labels[in_clusters], metric=metric)
    assert aisle.silhouette_score(points, labels, metric) == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_silhouette_samples_are_scikit_learns(points, labels, metric):
    labels = labels.copy()
    labels[3] = labels.max() + 1  # a cluster of one point
    in_clusters = labels >= 0
    theirs = sklearn.metrics.silhouette_samples(points[in_clusters], labels[in_clusters], metric=metric)
    ours = aisle.silhouette_samples(points, labels, metric)
    np.testing.assert_allclose(ours[in_clusters], theirs, rtol=1e-9, atol=1e-12)
    assert np.isnan(ours[~in_clusters]).all() and (~in_clusters).any()
    assert ours[in_clusters].mean() == pytest.approx(aisle.silhouette_score(points, labels, metric), rel=1e-12)


def test_one_cluster_has_no_silhouettes(points):
    assert np.isnan(aisle.silhouette_samples(points, np.zeros(len(points), dtype=int))).all()


@pytest.mark.parametrize(("metric", "power"), [("euclidean", 2), ("manhattan", 1)])
def test_explanations_are_shares_of_distances(points, labels, metric, power):
    found = aisle.explain_points(points, labels, metric)
    medians = np.stack([np.median(points[labels == label], axis=0) for label in range(labels.max() + 1)])
    np.testing.assert_allclose(found.typical, medians)
    clustered = labels >= 0
    assert (found.clusters[clustered] == labels[clustered]).all() and (found.clusters >= 0).all()
    own = np.abs(points - medians[found.clusters]) ** power
    np.testing.assert_allclose(np.abs(found.shares), own / own.sum(axis=1, keepdims=True), atol=1e-12)
    assert (np.sign(found.shares) == np.sign(points - medians[found.clusters])).all()
    other = np.abs(points - medians[found.next_clusters]) ** power
    between = (np.abs(medians[found.next_clusters] - medians[found.clusters]) ** power).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found.margins, (other - own) / between, atol=1e-12)


def test_adjusted_rand_index_is_scikit_learns(points, labels):
    other = KMeans(4, random_state=0, n_init=1).fit_predict(points)
    assert aisle.adjusted_rand_index(labels, other) == pytest.approx(sklearn.metrics.adjusted_rand_score(labels, other))


def test_one_cluster_has_no_validity(points):
    assert np.isnan(aisle.validity_index(points, np.zeros(len(points), dtype=int)))


def test_stability_of_hdbscan_is_that_of_a_function(points, labels):
    clusterer = aisle.HDBSCAN(min_cluster_size=15)
    native = aisle.bootstrap_stability(points, labels, clusterer, n_resamples=12)
    called = aisle.bootstrap_stability(
        points, labels, lambda rows: aisle.HDBSCAN(min_cluster_size=15).fit_predict(rows), n_resamples=12
    )
    assert native.jaccards.tobytes() == called.jaccards.tobytes()
    assert native.clusters == called.clusters
    assert native.jaccards.shape == (12, labels.max() + 1)
    assert native.clusters[0].band in ("valid", "highly stable")


def test_stability_of_another_estimator():
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(centre, 0.2, (40, 2)) for centre in (0, 4, 8)])
    seen = []
    found = aisle.bootstrap_stability(
        points, np.repeat([0, 1, 2], 40), KMeans(3, n_init=5, random_state=0), n_resamples=6,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert [cluster.band for cluster in found.clusters] == ["highly stable"] * 3
    assert seen[-1] == (6, 6)


def test_errors_of_a_users_function_come_through(points, labels):
    def fails(rows):
        raise ZeroDivisionError("in the user's function")

    with pytest.raises(ZeroDivisionError, match="in the user's function"):
        aisle.bootstrap_stability(points, labels, fails, n_resamples=4)
    with pytest.raises(aisle.InvalidInput, match="labels"):
        aisle.bootstrap_stability(points, labels, lambda rows: np.zeros(3, dtype=int), n_resamples=4)
    with pytest.raises(TypeError, match="must have fit_predict"):
        aisle.bootstrap_stability(points, labels, 3)


def test_null_line_has_no_clusters(points, labels):
    def figures(rows):
        found = aisle.HDBSCAN(min_cluster_size=15).fit_predict(rows)
        return {"dbcv": aisle.validity_index(rows, found), "clusters": found.max() + 1}

    draws = aisle.null_line(points, figures, n_draws=19)
    assert draws.shape == (19, 2)
    observed = aisle.validity_index(points, labels)
    assert aisle.null_probability(draws[:, 0], observed) == 0.05


def test_columns_of_a_group_are_shuffled_together(points):
    def correlation(rows):
        return np.corrcoef(rows.T)[0, 1]

    together = aisle.null_line(points, correlation, n_draws=3, column_groups=[0, 0, 1])
    apart = aisle.null_line(points, correlation, n_draws=3)
    assert together[:, 0] == pytest.approx([correlation(points)] * 3)
    assert (abs(apart[:, 0]) < abs(correlation(points))).all()


def test_matching_by_keys():
    old_keys = np.asarray([f"store {row}" for row in range(10)])
    old = np.asarray([0] * 5 + [1] * 5)
    new_keys = np.concatenate([old_keys[::-1], ["store 77"]])
    new = np.asarray([0] * 5 + [1] * 3 + [2] * 2 + [2])
    matching = aisle.match_clusters(old, new, old_keys, new_keys)
    assert matching.n_shared == 10
    assert matching.overlaps.tolist() == [[0, 3, 2], [5, 0, 0]]
    assert [fate.kind for fate in matching.old_clusters] == ["split", "survived"] or [
        fate.kind for fate in matching.old_clusters
    ] == ["survived", "survived"]
    assert [origin.matched_old for origin in matching.new_clusters] == [1, 0, -1]
    assert aisle.carry_ids(matching, [4, 9]).tolist() == [9, 4, 10]
    assert aisle.carry_ids(matching, [4, 9], last_id=20).tolist() == [9, 4, 21]


def test_matching_refuses_what_does_not_fit():
    with pytest.raises(aisle.InvalidInput, match="together, or neither"):
        aisle.match_clusters([0], [0], old_keys=["a"])
    with pytest.raises(aisle.InvalidInput, match="split_share"):
        aisle.match_clusters([0], [0], survival_share=0.2, split_share=0.4)
    with pytest.raises(aisle.InvalidInput, match="old_keys has the shape"):
        aisle.match_clusters([0, 0], [0], old_keys=["a"], new_keys=["a"])


def test_tsne_keeps_neighbours_and_places_new_points(points):
    tsne = aisle.TSNE(perplexity=20)
    embedding = tsne.fit_transform(points)
    assert embedding.shape == (800, 2)
    assert trustworthiness(points, embedding, n_neighbors=10) > 0.95
    assert tsne.kl_divergence_ > 0
    placed = tsne.transform(points[:50] + 1e-6)
    assert np.median(np.linalg.norm(placed - embedding[:50], axis=1)) < 0.05 * np.ptp(embedding)
    assert (tsne.transform(points[:1] + 1e-6) == placed[:1]).all()


def test_tsne_keeps_the_kind_of_frame(points):
    pandas = pd.DataFrame(points[:60], index=range(100, 160))
    tsne = aisle.TSNE(n_iter=20, perplexity=5).fit(pandas)
    assert tsne.embedding_.index[0] == 100
    polars = pl.DataFrame(points[:60], schema=["a", "b", "c"])
    assert aisle.TSNE(n_iter=20, perplexity=5).fit_transform(polars).columns == ["tsne0", "tsne1"]


@pytest.mark.parametrize(
    ("options", "message"),
    [({"perplexity": 0}, "perplexity"), ({"random_state": None}, "random_state is None"), ({"metric": "cosine"}, "cosine")],
)
def test_bad_options_of_tsne_are_named(points, options, message):
    with pytest.raises(aisle.InvalidInput, match=message):
        aisle.TSNE(**options).fit(points[:20])
