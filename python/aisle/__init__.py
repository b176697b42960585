"""Exact, deterministic clustering: HDBSCAN, FAMD, t-SNE, a random forest, validity, stability and matching.

The estimators follow scikit-learn's conventions without importing it; names and defaults follow
scikit-learn-contrib/hdbscan, prince and openTSNE. Arrays, pandas and polars frames go in; frames come out as
they went in. Results have the same bits for any number of threads.

>>> import numpy as np
>>> import aisle
>>> rng = np.random.default_rng(0)
>>> X = np.concatenate([rng.normal(centre, 0.3, (50, 2)) for centre in (0, 3)])
>>> clusterer = aisle.HDBSCAN(min_cluster_size=10).fit(X)
>>> np.unique(clusterer.labels_).tolist()
[0, 1]
"""

from aisle._core import InternalError, InvalidInput, ThreadLimit, thread_count
from aisle._estimator import NotFittedError
from aisle._explanation import PointExplanations, explain_points
from aisle._famd import FAMD, SupplementaryColumns
from aisle._forest import Importance, RandomForestClassifier
from aisle._hdbscan import HDBSCAN, LimitCosts, Prediction
from aisle._matching import ClusterMatching, carry_ids, match_clusters
from aisle._model import Model
from aisle._program import ProgramError
from aisle._project import Project, Run
from aisle._stability import (
    ClusterStability,
    Stability,
    bootstrap_stability,
    null_line,
    null_probability,
)
from aisle._trees import CondensedTree, MinimumSpanningTree
from aisle._tsne import TSNE
from aisle._tuning import Tuning
from aisle._validity import (
    adjusted_rand_index,
    dbcv,
    silhouette_samples,
    silhouette_score,
    validity_index,
)

__version__ = "0.1.0"

__all__ = [
    "FAMD",
    "HDBSCAN",
    "TSNE",
    "ClusterMatching",
    "ClusterStability",
    "CondensedTree",
    "Importance",
    "InternalError",
    "InvalidInput",
    "LimitCosts",
    "Model",
    "MinimumSpanningTree",
    "NotFittedError",
    "PointExplanations",
    "Prediction",
    "ProgramError",
    "Project",
    "RandomForestClassifier",
    "Run",
    "Stability",
    "SupplementaryColumns",
    "ThreadLimit",
    "Tuning",
    "adjusted_rand_index",
    "bootstrap_stability",
    "carry_ids",
    "dbcv",
    "explain_points",
    "match_clusters",
    "null_line",
    "null_probability",
    "silhouette_samples",
    "silhouette_score",
    "thread_count",
    "validity_index",
]
