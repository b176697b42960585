"""What goes in by reference, and what kinds of table go in at all."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

import aisle


def test_a_c_contiguous_array_is_not_copied(points):
    fitted = aisle.HDBSCAN().fit(points)
    assert np.shares_memory(fitted._points, points)
    assert aisle.TSNE(n_iter=1, early_exaggeration_iter=1).fit(points)._points is points


@pytest.mark.parametrize(
    "convert",
    [
        np.asfortranarray,
        lambda points: points[:, ::-1].copy()[:, ::-1],
        lambda points: points.tolist(),
        pd.DataFrame,
        lambda points: pl.DataFrame(points, schema=["a", "b", "c"]),
        lambda points: pd.DataFrame(points).convert_dtypes(),
        lambda points: points.astype(object),
    ],
    ids=["fortran", "strided", "list", "pandas", "polars", "nullable", "objects"],
)
def test_kinds_of_tables(points, convert):
    usual = aisle.HDBSCAN().fit_predict(points)
    assert (aisle.HDBSCAN().fit_predict(convert(points)) == usual).all()


def test_read_only_arrays_are_fine(points):
    locked = points.copy()
    locked.setflags(write=False)
    assert (aisle.HDBSCAN().fit_predict(locked) == aisle.HDBSCAN().fit_predict(points)).all()


def test_float32_and_integers_are_converted(points):
    narrow = points.astype(np.float32)
    assert (aisle.HDBSCAN().fit_predict(narrow) == aisle.HDBSCAN().fit_predict(narrow.astype(float))).all()


def test_names_of_a_frames_columns_are_kept(points):
    fitted = aisle.HDBSCAN().fit(pd.DataFrame(points, columns=["a", "b", "c"]))
    assert list(fitted.feature_names_in_) == ["a", "b", "c"]
    assert not hasattr(fitted.fit(points), "feature_names_in_")


def test_missing_value_in_a_nullable_frame_is_named(points):
    frame = pd.DataFrame(points).convert_dtypes()
    frame.iloc[3, 1] = pd.NA
    with pytest.raises(aisle.InvalidInput, match=r"points\[3, 1\] is nan"):
        aisle.HDBSCAN().fit(frame)
    with pytest.raises(aisle.InvalidInput, match=r"points\[1, 0\] is nan"):
        aisle.HDBSCAN().fit(pl.DataFrame({"a": [1.0, None, 2.0]}))


@pytest.mark.parametrize(
    ("labels", "message"),
    [([0.5, 1], "whole numbers"), ([-2, 0], "labels are -1, 0, 1"), ([[0], [1]], "2 dimensions"), ([0], "label")],
)
def test_bad_labels_are_refused(labels, message):
    with pytest.raises(aisle.InvalidInput, match=message):
        aisle.validity_index([[0.0], [1.0]], labels)
