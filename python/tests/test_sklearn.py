"""scikit-learn's own checks of estimators, and life in its pipelines."""

import numpy as np
import pytest
import sklearn
from sklearn.base import ClusterMixin, clone, is_classifier, is_clusterer
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks
from sklearn.utils.validation import check_is_fitted

import aisle


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("estimator", [aisle.HDBSCAN(), aisle.FAMD(), aisle.TSNE(n_iter=50), aisle.RandomForestClassifier(n_estimators=10)], ids=repr)
def test_check_estimator(estimator):
    if isinstance(estimator, aisle.TSNE):  # maps of shuffled or few rows are other maps: no check fits that
        names = ("check_transformer_general", "check_transformer_data_not_an_array", "check_methods_subset_invariance")
        expected = dict.fromkeys(names, "placing a row again is not where the fit has it")
        expected["check_fit2d_1sample"] = "the check sets a perplexity below 1"
    else:
        expected = None
    results = estimator_checks.check_estimator(estimator, expected_failed_checks=expected, on_fail=None, on_skip=None)
    failed = [(result["check_name"], result["exception"]) for result in results if result["status"] == "failed"]
    assert not failed
    assert sum(result["status"] == "passed" for result in results) >= 35


class Clusterer(aisle.HDBSCAN, ClusterMixin):
    """What scikit-learn takes for a clusterer by its class."""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("check", list(estimator_checks._yield_clustering_checks(Clusterer())), ids=str)
def test_checks_of_clusterers(check):
    check("Clusterer", Clusterer())


def test_kinds():
    assert is_clusterer(aisle.HDBSCAN())
    assert not is_clusterer(aisle.FAMD())
    assert is_classifier(aisle.RandomForestClassifier())


def test_pipeline_of_famd_and_hdbscan(mixed):
    pipeline = make_pipeline(aisle.FAMD(n_components=3), StandardScaler(), aisle.HDBSCAN(min_cluster_size=15))
    labels = pipeline.fit_predict(mixed)
    assert len(labels) == len(mixed) and labels.max() >= 1
    assert (clone(pipeline).fit_predict(mixed) == labels).all()


def test_in_a_column_transformer(mixed):
    both = ColumnTransformer([("axes", aisle.FAMD(), ["size", "place"]), ("rest", "passthrough", ["ticket"])])
    framed = both.set_output(transform="pandas").fit_transform(mixed)
    assert list(framed.columns) == ["axes__famd0", "axes__famd1", "rest__ticket"]


def test_global_output_configuration(mixed):
    famd = aisle.FAMD().fit(mixed)
    with sklearn.config_context(transform_output="polars"):
        assert type(famd.transform(mixed)).__module__.startswith("polars")


def test_not_fitted():
    with pytest.raises(sklearn.exceptions.NotFittedError):
        check_is_fitted(aisle.HDBSCAN())
    with pytest.raises(sklearn.exceptions.NotFittedError, match="FAMD instance is not fitted yet"):
        aisle.FAMD().transform(np.zeros((2, 2)))


def test_parameters():
    clusterer = aisle.HDBSCAN(min_cluster_size=7)
    assert repr(clusterer) == "HDBSCAN(min_cluster_size=7)"
    with pytest.raises(ValueError, match="Invalid parameter 'clusters'"):
        clusterer.set_params(clusters=3)
