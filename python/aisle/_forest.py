"""The random forest as a scikit-learn classifier."""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aisle import _core
from aisle._arrays import as_keys, as_matrix, as_seed
from aisle._estimator import Estimator

if TYPE_CHECKING:
    from typing_extensions import Self


@dataclass(frozen=True)
class Importance:
    """How much a forest leans on each column: the accuracy its trees lose when that column is permuted.

    Shares of the rows out of the bag (Breiman 2001, section 10), about 0 for a column that says nothing.
    Columns that say the same share their importance.
    """

    mean: NDArray[np.float64]
    """By column, over trees."""
    standard_error: NDArray[np.float64]
    """By column, of the mean."""
    by_class: NDArray[np.float64]
    """Classes x columns, over the rows of a class; 0 for one without rows."""


class RandomForestClassifier(Estimator):
    """A random forest (Breiman 2001) of trees grown to purity: exact splits, the same bits on any number of threads.

    Names are those of scikit-learn.

    Parameters
    ----------
    n_estimators : int, 100
        Trees.
    max_features : "sqrt", int, float or None
        Columns that are tried at a split: the root of their number, so many, such a share, or all.
    oob_score : bool, False
        Whether `fit` asks the trees about the rows out of their bags.
    random_state : int, 42

    Attributes
    ----------
    classes_ : the classes, sorted
    oob_score_ : float
        Accuracy over the rows that some tree has out of its bag; with `oob_score`, as the next two.
    oob_decision_function_ : n x classes
        Mean shares over those trees; NaN for a row without one.
    oob_class_errors_ : float64 by class
        1 - accuracy over the rows of the class.
    n_features_in_, feature_names_in_

    Notes
    -----
    Draws go by row number, or by the `row_keys` given to `fit`: with keys the forest does not depend on the
    order of the rows. The training rows are kept for `permutation_importance`.

    Examples
    --------
    >>> import numpy as np
    >>> import aisle
    >>> X = np.random.default_rng(0).normal(size=(200, 3))
    >>> forest = aisle.RandomForestClassifier(oob_score=True).fit(X, np.where(X[:, 0] > 0, "high", "low"))
    >>> forest.predict([[1.0, 0, 0], [-1.0, 0, 0]]).tolist()
    ['high', 'low']
    >>> bool(forest.oob_score_ > 0.95), int(forest.permutation_importance().mean.argmax())
    (True, 0)
    """

    _estimator_type = "classifier"

    def __init__(
        self,
        n_estimators: int = 100,
        max_features: str | float | None = "sqrt",
        oob_score: bool = False,
        random_state: int = 42,
    ) -> None:
        self.n_estimators = n_estimators
        self.max_features = max_features
        self.oob_score = oob_score
        self.random_state = random_state

    def fit(self, X: Any, y: Any, *, row_keys: Any = None) -> Self:
        """Grows the trees on the rows of `X` (n x d, finite) and their classes `y` (n numbers or texts)."""
        points = _finite_matrix(X)
        self.classes_, codes = _classes(y, len(points))
        self._points = points
        self._codes = codes
        self._row_keys = as_keys(row_keys, len(points))
        self._fitted_options = self._options(points.shape[1])
        self._state = _core.fit_forest(points, codes, self._fitted_options, self._row_keys)
        self._remember_columns(X, points.shape[1])
        if self.oob_score:
            found = _core.forest_out_of_bag(self._state, points, codes, self._fitted_options, self._row_keys)
            self.oob_score_ = 1 - found["error"]
            self.oob_decision_function_ = found["shares"]
            self.oob_class_errors_ = found["class_errors"]
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Shares of the classes (m x classes): the mean over trees of the shares in the leaf of each row."""
        self._check_fitted()
        points = _finite_matrix(X)
        self._check_columns(X, points.shape[1])
        return _core.forest_shares(self._state, points)

    def predict(self, X: Any) -> NDArray[Any]:
        """The class with the largest share of each row, the first of them on a tie."""
        shares = self.predict_proba(X)
        found: NDArray[Any] = self.classes_[shares.argmax(axis=1)]
        return found

    def score(self, X: Any, y: Any) -> float:
        """The share of rows whose class is predicted."""
        return float(np.mean(self.predict(X) == np.asarray(y)))

    def permutation_importance(self) -> Importance:
        """Of each column, on the training rows out of the bags."""
        self._check_fitted()
        found = _core.forest_importance(
            self._state, self._points, self._codes, self._fitted_options, self._row_keys
        )
        return Importance(**found)

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags

        tags = super().__sklearn_tags__()
        tags.classifier_tags = ClassifierTags()
        tags.target_tags.required = True
        return tags

    def _options(self, n_columns: int) -> dict[str, Any]:
        if not isinstance(self.n_estimators, (int, np.integer)):
            raise _core.InvalidInput(f"forest: n_estimators is {self.n_estimators!r}; it must be a whole number")
        return {
            "n_trees": int(self.n_estimators),
            "max_features": _tried_columns(self.max_features, n_columns),
            "seed": as_seed(self.random_state),
        }


def _finite_matrix(X: Any) -> NDArray[np.float64]:
    points = as_matrix(X)
    for row, column in np.argwhere(~np.isfinite(points))[:1].tolist():
        raise _core.InvalidInput(
            f"forest: X[{row}, {column}] is {points[row, column]}; every value must be finite, neither NaN nor inf"
        )
    return points


def _tried_columns(max_features: Any, n_columns: int) -> int:
    if max_features == "sqrt":
        return 0  # the library's word for the root
    if max_features is None:
        return n_columns
    if isinstance(max_features, (int, np.integer)) and 1 <= max_features <= n_columns:
        return int(max_features)
    if isinstance(max_features, float) and 0 < max_features <= 1:
        return max(1, int(max_features * n_columns))
    raise _core.InvalidInput(
        f"forest: max_features is {max_features!r}; it must be 'sqrt', a number of columns from 1 to {n_columns}, "
        "a share above 0 and up to 1, or None for all"
    )


def _classes(y: Any, n_rows: int) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """The sorted classes and each row's place among them."""
    if y is None:
        raise _core.InvalidInput("forest: requires y to be passed, but the target y is None")
    values = np.asarray(y)
    if values.ndim == 2 and values.shape[1] == 1:
        _warn_of_a_column()
        values = values.ravel()
    if values.shape != (n_rows,):
        raise _core.InvalidInput(f"y has the shape {values.shape}; it must have one class for each of the {n_rows} rows")
    if values.dtype.kind == "f":
        if not np.isfinite(values).all():
            raise _core.InvalidInput("Input y contains NaN or infinity; it must hold classes")
        if not (values == np.trunc(values)).all():
            raise _core.InvalidInput("Unknown label type: continuous. y must hold classes, not measures")
    elif values.dtype.kind == "c":
        raise _core.InvalidInput("Complex data not supported; y must hold classes")
    classes, codes = np.unique(values, return_inverse=True)
    return classes, np.ascontiguousarray(codes, dtype=np.int32)


def _warn_of_a_column() -> None:
    exceptions = sys.modules.get("sklearn.exceptions")
    warnings.warn(
        "A column-vector y was passed when a 1d array was expected.",
        UserWarning if exceptions is None else exceptions.DataConversionWarning,
        stacklevel=4,
    )
