"""Factor analysis of mixed data as a scikit-learn transformer."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aisle import _core
from aisle._arrays import column_names
from aisle._estimator import Estimator, FrameOutput
from aisle._mixed import MixedColumns, mixed_columns, unseen_levels

if TYPE_CHECKING:
    from typing_extensions import Self


@dataclass(frozen=True)
class SupplementaryColumns:
    """Columns that the axes describe without having been made of them."""

    numeric_names: list[str]
    correlations: NDArray[np.float64]
    """Numeric columns x axes."""
    categorical_names: list[str]
    correlation_ratios: NDArray[np.float64]
    """Categorical columns x axes: eta squared."""
    level_names: list[str]
    """column_level, in the order of what follows."""
    barycentres: NDArray[np.float64]
    """Levels x axes: the mean of the level's rows."""
    level_cosine_similarities: NDArray[np.float64]
    """Levels x axes: cos2."""
    v_tests: NDArray[np.float64]
    """Levels x axes: how surprising the barycentre is (beyond 2 in size)."""


class FAMD(FrameOutput, Estimator):
    """Principal axes of numeric and categorical columns together (Pagès 2004), exact, in one pass over the rows.

    Names follow prince. Numbers (integers too) are numeric columns, all else is categorical; numeric columns
    come first in the order given, then categorical ones by name with their levels sorted. The largest
    absolute loading of each axis is positive.

    Parameters
    ----------
    n_components : int, 2
        Axes; fewer when the data have fewer.
    categorical_columns : list of names or None
        These are categorical and all others are numeric; None: by their types.

    Attributes
    ----------
    eigenvalues_ : float64 by axis, descending
    total_inertia_ : float
        Numeric columns that vary, plus levels - 1 of each categorical one.
    percentage_of_variance_, cumulative_percentage_of_variance_ : float64 by axis
    column_names_ : list of str
        The numeric columns and the levels (column_level), in the order of what follows.
    column_coordinates_ : array, by column and axis
        Of a numeric column its correlation with the axis; of a level the coordinate of its indicator.
    column_contributions_ : array, by column and axis
        Shares of the axis's inertia; each axis's sum is 1.
    column_cosine_similarities_ : array, by column and axis
        cos2, of a level that of its barycentre.
    barycentres_, v_tests_ : array, by column and axis
        Of a level the mean of its rows' coordinates, and how surprising that is (beyond 2 in size); of a
        numeric column its correlation, and 0. As FactoMineR gives them.
    variable_names_ : list of str
        The columns of X that count, in the order of what follows.
    variable_coordinates_, variable_contributions_ : array, by variable and axis
        Squared correlation, or correlation ratio; the share of the axis's inertia.
    supplementary_ : SupplementaryColumns
        What the axes say of the supplementary columns; there where `fit` was given some.
    n_features_in_, feature_names_in_

    Notes
    -----
    `transform` uses the training's means, deviations and shares of levels, never the batch's own: a row's
    coordinates do not depend on the other rows. A missing number is an error; a missing category is the level
    "(missing)". A level that the fit has not seen stands at the average of its column, with a warning.

    Examples
    --------
    >>> import pandas as pd
    >>> import aisle
    >>> shops = pd.DataFrame({"size": [120.0, 80, 300, 290], "place": ["street", "street", "mall", "mall"]})
    >>> famd = aisle.FAMD(n_components=2).fit(shops)
    >>> famd.eigenvalues_.round(3).tolist()
    [1.989, 0.011]
    >>> famd.transform(shops.head(1)).round(2)
       famd0  famd1
    0  -1.26   0.15
    """

    _estimator_type = "transformer"

    def __init__(self, n_components: int = 2, categorical_columns: Sequence[str] | None = None) -> None:
        self.n_components = n_components
        self.categorical_columns = categorical_columns

    def fit(
        self,
        X: Any,
        y: object = None,
        *,
        row_weights: ArrayLike | None = None,
        supplementary_columns: Sequence[str] | None = None,
    ) -> Self:
        """Finds the axes of the rows of `X`. ValueError for a missing number or a parameter out of range.

        A row of weight w (>= 0; None: 1 each) counts as w rows; one of weight 0 leaves the axes as they are.
        The columns named in `supplementary_columns` take no part: `supplementary_` says how they lie.
        """
        every = mixed_columns(X, self._is_categorical)
        aside = set(map(str, supplementary_columns or ()))
        if not aside <= set(every.names):
            unknown = sorted(aside - set(every.names))
            raise _core.InvalidInput(f"famd: supplementary_columns has {unknown[0]!r}; it must name columns of X")
        data = every.part(lambda name: name not in aside) if aside else every
        weights = np.empty(0) if row_weights is None else np.ascontiguousarray(row_weights, dtype=np.float64)
        self._state = _core.fit_famd(
            data.numeric_names, data.numeric, data.categorical, self._checked_components(), weights
        )
        self._remember_columns(X, len(data.names))
        if aside:
            self.supplementary_ = _supplementary(self._state, data, weights, every.part(aside.__contains__))
        elif hasattr(self, "supplementary_"):
            del self.supplementary_
        self.eigenvalues_ = self._state["eigenvalues"]
        self.total_inertia_ = self._state["total_inertia"]
        self.percentage_of_variance_ = self._state["percentage_of_variance"]
        self.cumulative_percentage_of_variance_ = self._state["cumulative_percentage_of_variance"]
        return self

    def fit_transform(self, X: Any, y: object = None) -> Any:
        """`fit(X).transform(X)`."""
        return self.fit(X, y).transform(X)

    def transform(self, X: Any) -> Any:
        """Coordinates of the rows of `X` (m x axes), in the kind of frame that came in (see `set_output`).

        Columns of a frame are matched by name, and others are ignored; an array needs the fit's columns.
        """
        coordinates = _core.project_famd(*self._fit_and_columns(X))
        return self._framed(X, coordinates, self.get_feature_names_out())

    def row_contributions(self, X: Any) -> Any:
        """Of the fit's rows, given again: each one's share of each axis's inertia, as if of equal weight."""
        contributions, _ = _core.famd_rows(*self._fit_and_columns(X))
        return self._framed(X, contributions, self.get_feature_names_out())

    def row_cosine_similarities(self, X: Any) -> Any:
        """cos2: the share of a row's squared distance from the origin that lies along each axis."""
        _, cos2 = _core.famd_rows(*self._fit_and_columns(X))
        return self._framed(X, cos2, self.get_feature_names_out())

    def _fit_and_columns(self, X: Any) -> tuple[Any, ...]:
        self._check_fitted()
        categorical = set(self._state["categorical_names"])
        data = mixed_columns(X, categorical.__contains__, categorical | set(self._state["numeric_names"]))
        if column_names(X) is None:
            self._check_columns(X, len(data.names))
        self._say_unseen(data)
        return self._state, data.numeric_names, data.numeric, data.categorical

    def row_coordinates(self, X: Any) -> Any:
        """`transform(X)`, by prince's name."""
        return self.transform(X)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """The names of the axes, famd0, famd1, ..."""
        self._check_fitted()
        return np.asarray([f"famd{axis}" for axis in range(len(self.eigenvalues_))], dtype=object)

    @property
    def column_names_(self) -> list[str]:
        self._check_fitted()
        return list(self._state["numeric_names"]) + _level_names(self._state)

    @property
    def column_coordinates_(self) -> NDArray[np.float64]:
        self._check_fitted()
        coordinates: NDArray[np.float64] = self._state["loadings"] * np.sqrt(self.eigenvalues_)
        return coordinates

    @property
    def column_contributions_(self) -> NDArray[np.float64]:
        return self._found("column_contributions")

    @property
    def column_cosine_similarities_(self) -> NDArray[np.float64]:
        return self._found("column_cos2")

    @property
    def barycentres_(self) -> NDArray[np.float64]:
        return self._found("barycentres")

    @property
    def v_tests_(self) -> NDArray[np.float64]:
        return self._found("v_tests")

    @property
    def variable_names_(self) -> list[str]:
        self._check_fitted()
        return [*self._state["numeric_names"], *self._state["categorical_names"]]

    @property
    def variable_coordinates_(self) -> NDArray[np.float64]:
        return self._found("variable_coordinates")

    @property
    def variable_contributions_(self) -> NDArray[np.float64]:
        return self._found("variable_contributions")

    def _found(self, name: str) -> NDArray[np.float64]:
        self._check_fitted()
        found: NDArray[np.float64] = self._state[name]
        return found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags

    def _checked_components(self) -> int:
        if not isinstance(self.n_components, (int, np.integer)):
            raise _core.InvalidInput(f"famd: n_components is {self.n_components!r}; it must be a whole number")
        return int(self.n_components)

    def _is_categorical(self, name: str) -> bool | None:
        return None if self.categorical_columns is None else name in set(map(str, self.categorical_columns))

    def _say_unseen(self, data: MixedColumns) -> None:
        fitted = dict(zip(self._state["categorical_names"], self._state["levels"], strict=True))
        for name, levels, codes in data.categorical:
            unseen = unseen_levels(set(fitted.get(name, levels)), levels, codes)
            if unseen:
                warnings.warn(
                    f"famd: column {name} has levels that the fit has not seen ({', '.join(unseen[:5])}); their "
                    "rows stand at the average of the column",
                    UserWarning,
                    stacklevel=4,
                )


def _level_names(found: dict[str, Any]) -> list[str]:
    pairs = zip(found["categorical_names"], found["levels"], strict=True)
    return [f"{name}_{level}" for name, of_column in pairs for level in of_column]


def _supplementary(
    state: dict[str, Any], active: MixedColumns, row_weights: NDArray[np.float64], aside: MixedColumns
) -> SupplementaryColumns:
    found = _core.famd_supplementary(state, *active[1:], row_weights, *aside[1:])
    return SupplementaryColumns(
        numeric_names=found["numeric_names"],
        correlations=found["correlations"],
        categorical_names=found["categorical_names"],
        correlation_ratios=found["correlation_ratios"],
        level_names=_level_names(found),
        barycentres=found["barycentres"],
        level_cosine_similarities=found["level_cos2"],
        v_tests=found["v_tests"],
    )
