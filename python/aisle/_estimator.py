"""scikit-learn's conventions for estimators, without importing scikit-learn."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aisle._arrays import column_names, frame_kind
from aisle._core import InvalidInput

if TYPE_CHECKING:
    from typing_extensions import Self


class NotFittedError(ValueError, AttributeError):
    """The estimator was asked for what only `fit` can give."""


def not_fitted(estimator: object) -> Exception:
    """scikit-learn's own NotFittedError where scikit-learn is in use, so that its callers know it."""
    exceptions = sys.modules.get("sklearn.exceptions")
    kind = NotFittedError if exceptions is None else exceptions.NotFittedError
    return kind(f"This {type(estimator).__name__} instance is not fitted yet. Call 'fit' before using it.")


class Estimator:
    """Parameters as keywords of `__init__`; what `fit` finds, as attributes that end in an underscore."""

    _estimator_type: str
    n_features_in_: int

    @classmethod
    def _parameters(cls) -> dict[str, inspect.Parameter]:
        parameters = inspect.signature(cls.__init__).parameters.items()
        return {name: parameter for name, parameter in parameters if name != "self"}

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters by name. `deep` is of no matter: none is an estimator."""
        return {name: getattr(self, name) for name in sorted(self._parameters())}

    def set_params(self, **params: Any) -> Self:
        """Sets parameters by name; ValueError for a name that is none."""
        known = self._parameters()
        for name in params:
            if name not in known:
                raise InvalidInput(
                    f"Invalid parameter {name!r} for estimator {self!r}. Valid parameters are: {sorted(known)}."
                )
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        defaults = {name: parameter.default for name, parameter in self._parameters().items()}
        changed = [f"{name}={getattr(self, name)!r}" for name in defaults if getattr(self, name) is not defaults[name]
                   and repr(getattr(self, name)) != repr(defaults[name])]
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "n_features_in_")

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import InputTags, Tags, TargetTags, TransformerTags  # only scikit-learn calls this

        is_transformer = hasattr(self, "transform")
        return Tags(
            estimator_type=self._estimator_type,
            target_tags=TargetTags(required=False),
            transformer_tags=TransformerTags() if is_transformer else None,
            input_tags=InputTags(),
        )

    def _check_fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            raise not_fitted(self)

    def _remember_columns(self, X: Any, n_columns: int) -> None:
        self.n_features_in_ = n_columns
        names = column_names(X)
        if names is not None:
            self.feature_names_in_ = np.asarray(names, dtype=object)
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def _check_columns(self, X: Any, n_columns: int) -> None:
        if n_columns != self.n_features_in_:
            raise InvalidInput(
                f"X has {n_columns} features, but {type(self).__name__} is expecting {self.n_features_in_} "
                "features as input."
            )
        names = column_names(X)
        fitted = getattr(self, "feature_names_in_", None)
        if names is not None and fitted is not None and names != list(fitted):
            raise InvalidInput(
                f"The feature names should match those that were passed during fit: {list(fitted)}, not {names}."
            )


class FrameOutput:
    """`set_output`, and results in the kind of frame that came in."""

    def set_output(self, *, transform: str | None = None) -> Self:
        """Sets what `transform` returns.

        "default" for what came in (an array, a pandas or a polars frame), or "pandas" or "polars" whatever
        came in. None leaves it.
        """
        if transform not in (None, "default", "pandas", "polars"):
            raise InvalidInput(f"transform is {transform!r}; it must be 'default', 'pandas' or 'polars'")
        if transform is not None:
            self._sklearn_output_config = {"transform": transform}  # scikit-learn's clone keeps this
        return self

    def _output_kind(self, X: Any) -> str | None:
        chosen = getattr(self, "_sklearn_output_config", {}).get("transform")
        if chosen is None and "sklearn" in sys.modules:
            chosen = sys.modules["sklearn"].get_config()["transform_output"]
        return frame_kind(X) if chosen in (None, "default") else chosen

    def _framed(self, X: Any, values: NDArray[np.float64], names: NDArray[np.object_]) -> Any:
        kind = self._output_kind(X)
        if kind == "pandas":
            import pandas as pd

            index = X.index if frame_kind(X) == "pandas" else None
            return pd.DataFrame(values, index=index, columns=names.tolist(), copy=False)
        if kind == "polars":
            import polars as pl

            return pl.DataFrame(values, schema=names.tolist())
        return values
