"""aisle.FAMD against prince, and its own rules for what prince refuses or recomputes."""

import copy
import pickle

import numpy as np
import pandas as pd
import polars as pl
import prince
import pytest

import aisle


@pytest.fixture
def peer(mixed):
    return prince.FAMD(n_components=4, n_iter=20, random_state=0).fit(mixed)


def in_polars(frame):
    return pl.DataFrame({name: [None if pd.isna(value) else value for value in frame[name].tolist()] for name in frame})


def signs(ours, theirs):
    """Axes of either sign, turned to ours."""
    return np.sign((ours * theirs).sum(axis=0))


def test_axes_are_princes(mixed, peer):
    ours = aisle.FAMD(n_components=4).fit(mixed)
    ratios = peer.eigenvalues_ / ours.eigenvalues_  # prince's are of sums or of means
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-9)
    np.testing.assert_allclose(ours.percentage_of_variance_, peer.percentage_of_variance_, rtol=1e-9)
    np.testing.assert_allclose(
        ours.cumulative_percentage_of_variance_, peer.cumulative_percentage_of_variance_, rtol=1e-9
    )
    coordinates = ours.transform(mixed)
    theirs = peer.row_coordinates(mixed).to_numpy()
    np.testing.assert_allclose(coordinates.to_numpy(), theirs * signs(coordinates.to_numpy(), theirs), atol=1e-8)
    assert coordinates.index.equals(mixed.index)


def test_columns_are_princes(mixed, peer):
    ours = aisle.FAMD(n_components=4).fit(mixed)
    theirs = peer.column_coordinates_
    assert set(ours.column_names_) == set(theirs.index)
    theirs = theirs.loc[ours.column_names_].to_numpy()
    np.testing.assert_allclose(ours.column_coordinates_, theirs * signs(ours.column_coordinates_, theirs), atol=1e-8)
    np.testing.assert_allclose(
        ours.column_contributions_, peer.column_contributions_.loc[ours.column_names_].to_numpy(), atol=1e-8
    )
    np.testing.assert_allclose(ours.column_contributions_.sum(axis=0), 1)


def test_variables_are_princes(mixed, peer):
    ours = aisle.FAMD(n_components=4).fit(mixed)
    coordinates, contributions = peer.variable_coordinates_, peer.variable_contributions_
    np.testing.assert_allclose(ours.variable_coordinates_, coordinates.loc[ours.variable_names_].to_numpy(), atol=1e-8)
    np.testing.assert_allclose(ours.variable_contributions_, contributions.loc[ours.variable_names_].to_numpy(), atol=1e-8)


def test_outputs_of_rows_and_levels(mixed):
    famd = aisle.FAMD(n_components=8).fit(mixed)  # every axis that there is
    rows = famd.transform(mixed)
    np.testing.assert_allclose(famd.row_contributions(mixed), rows**2 / famd.eigenvalues_ / len(mixed), atol=1e-12)
    np.testing.assert_allclose(famd.row_cosine_similarities(mixed).sum(axis=1), 1)
    south = famd.column_names_.index("region_south")
    np.testing.assert_allclose(famd.barycentres_[south], rows[mixed.region == "south"].mean(), atol=1e-10)
    np.testing.assert_allclose(famd.column_cosine_similarities_.sum(axis=1), 1)
    assert abs(famd.v_tests_[famd.column_names_.index("place_mall"), 0]) > 2


def test_supplementary_columns_are_princes(mixed):
    aside = ["ticket", "region"]
    peer = prince.FAMD(n_components=3, n_iter=20, random_state=0).fit(mixed, supplementary_columns=aside)
    ours = aisle.FAMD(n_components=3).fit(mixed, supplementary_columns=aside)
    assert ours.column_names_ == ["size", "place_mall", "place_station", "place_street"]
    found = ours.supplementary_
    turn = signs(ours.column_coordinates_, peer.column_coordinates_.loc[ours.column_names_].to_numpy())
    theirs = peer.column_coordinates_
    assert found.numeric_names == ["ticket"] and found.categorical_names == ["region"]
    np.testing.assert_allclose(found.correlations, theirs.loc[["ticket"]].to_numpy() * turn, atol=1e-8)
    # prince's coordinate of a level is that of its indicator: sqrt(share / eigenvalue) times the barycentre.
    shares = mixed.region.value_counts(normalize=True)
    scales = np.sqrt([[shares[name.removeprefix("region_")]] for name in found.level_names] / ours.eigenvalues_)
    np.testing.assert_allclose(
        found.barycentres * scales, theirs.loc[found.level_names].to_numpy() * turn, atol=1e-8
    )
    rows = ours.transform(mixed)
    north = found.level_names.index("region_north")
    np.testing.assert_allclose(found.barycentres[north], rows[mixed.region == "north"].mean(), atol=1e-10)
    np.testing.assert_allclose(found.correlations[0], [np.corrcoef(mixed.ticket, rows[axis])[0, 1] for axis in rows])
    between = sum(shares[name] * rows[mixed.region == name].mean() ** 2 for name in shares.index)
    np.testing.assert_allclose(found.correlation_ratios[0], between / ours.eigenvalues_)


def test_supplementary_columns_move_nothing(mixed):
    plain = aisle.FAMD().fit(mixed[["size", "place"]])
    beside = aisle.FAMD().fit(mixed, supplementary_columns=["ticket", "region"])
    assert beside.eigenvalues_.tobytes() == plain.eigenvalues_.tobytes()
    pd.testing.assert_frame_equal(beside.transform(mixed), plain.transform(mixed))
    own = aisle.FAMD(n_components=2).fit(mixed, row_weights=np.tile([0.0, 1, 2], 100), supplementary_columns=["region"])
    assert own.supplementary_.v_tests.shape == (3, 2)
    assert not hasattr(own.fit(mixed), "supplementary_")
    with pytest.raises(aisle.InvalidInput, match="supplementary_columns has 'city'"):
        aisle.FAMD().fit(mixed, supplementary_columns=["city"])


def test_columns_beside_the_fits_are_not_looked_at(mixed):
    famd = aisle.FAMD().fit(mixed)
    with_text = mixed.assign(name="some text")
    pd.testing.assert_frame_equal(famd.transform(with_text), famd.transform(mixed))


def test_row_weights_count_rows(mixed):
    weights = np.tile([0.0, 1, 2], 100)
    repeated = mixed.iloc[np.repeat(np.arange(300), weights.astype(int))]
    np.testing.assert_allclose(
        aisle.FAMD().fit(mixed, row_weights=weights).eigenvalues_, aisle.FAMD().fit(repeated).eigenvalues_, rtol=1e-10
    )
    with pytest.raises(aisle.InvalidInput, match="weight"):
        aisle.FAMD().fit(mixed, row_weights=-weights)


def test_a_row_stands_where_it_did_in_the_fit(mixed):
    famd = aisle.FAMD(n_components=3).fit(mixed)
    every = famd.transform(mixed)
    pd.testing.assert_frame_equal(famd.transform(mixed.iloc[[7]]), every.iloc[[7]])


def test_row_order_and_threads_change_nothing(mixed):
    rng = np.random.default_rng(0)
    shuffled = mixed.iloc[rng.permutation(len(mixed))]
    ours = aisle.FAMD(n_components=3).fit(mixed).eigenvalues_
    np.testing.assert_allclose(aisle.FAMD(n_components=3).fit(shuffled).eigenvalues_, ours, rtol=1e-12)
    limit = aisle.ThreadLimit(1)
    try:
        assert aisle.FAMD(n_components=3).fit(mixed).eigenvalues_.tobytes() == ours.tobytes()
    finally:
        del limit


def test_polars_in_polars_out(mixed):
    frame = in_polars(mixed)
    famd = aisle.FAMD(n_components=3).fit(frame)
    coordinates = famd.transform(frame)
    assert isinstance(coordinates, pl.DataFrame)
    assert coordinates.columns == ["famd0", "famd1", "famd2"]
    same = aisle.FAMD(n_components=3).fit(mixed).transform(mixed)
    assert coordinates.to_numpy().tobytes() == np.ascontiguousarray(same.to_numpy()).tobytes()


def test_polars_kinds_are_known(mixed):
    frame = in_polars(mixed)
    usual = aisle.FAMD().fit(frame).eigenvalues_
    as_categories = frame.with_columns(pl.col("region").cast(pl.Categorical), place=pl.col("place").cast(pl.Enum(["mall", "station", "street"])))
    assert aisle.FAMD().fit(as_categories).eigenvalues_.tobytes() == usual.tobytes()


def test_array_of_numbers_is_an_analysis_of_principal_components():
    points = np.random.default_rng(1).normal(size=(200, 4)) @ np.diag([3.0, 1, 1, 0.1])
    famd = aisle.FAMD(n_components=4).fit(points)
    np.testing.assert_allclose(famd.eigenvalues_, np.linalg.eigvalsh(np.corrcoef(points.T))[::-1], rtol=1e-9)
    assert isinstance(famd.transform(points), np.ndarray)
    assert famd.column_names_ == ["x0", "x1", "x2", "x3"]


def test_array_of_objects_is_mixed(mixed):
    famd = aisle.FAMD(n_components=3).fit(mixed.to_numpy(dtype=object))
    np.testing.assert_allclose(famd.eigenvalues_, aisle.FAMD(n_components=3).fit(mixed).eigenvalues_, rtol=1e-12)


def test_categorical_columns_overrule_types(mixed):
    mixed["year"] = np.tile([2019, 2020, 2021], 100)
    assert "year" in aisle.FAMD().fit(mixed).column_names_
    chosen = aisle.FAMD(categorical_columns=["region", "place", "year"]).fit(mixed)
    assert "year_2020" in chosen.column_names_
    as_text = aisle.FAMD().fit(mixed.assign(year=mixed.year.astype(str)))
    assert as_text.eigenvalues_.tobytes() == chosen.eigenvalues_.tobytes()


def test_booleans_are_categories(mixed):
    assert "open_True" in aisle.FAMD().fit(mixed.assign(open=mixed["size"] > 50)).column_names_


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_missing_category_is_a_level(mixed, missing):
    mixed["place"] = mixed["place"].astype(object)
    mixed.iloc[:20, 3] = missing
    famd = aisle.FAMD().fit(mixed)
    assert "place_(missing)" in famd.column_names_
    named = aisle.FAMD().fit(mixed.assign(place=mixed["place"].fillna("(missing)")))
    assert named.eigenvalues_.tobytes() == famd.eigenvalues_.tobytes()
    through_polars = aisle.FAMD().fit(in_polars(mixed.assign(place=[None if pd.isna(place) else place for place in mixed["place"]])))
    assert through_polars.eigenvalues_.tobytes() == famd.eigenvalues_.tobytes()


def test_missing_number_is_refused(mixed):
    mixed.iloc[4, 1] = np.nan
    with pytest.raises(aisle.InvalidInput, match="column ticket, row 4 is nan"):
        aisle.FAMD().fit(mixed)


def test_unseen_level_stands_at_the_average_and_is_said(mixed):
    famd = aisle.FAMD(n_components=3).fit(mixed)
    strange = mixed.iloc[:2].assign(place=["airport", "mall"])
    with pytest.warns(UserWarning, match=r"column place has levels that the fit has not seen \(airport\)"):
        found = famd.transform(strange)
    pd.testing.assert_series_equal(found.iloc[1], famd.transform(mixed.iloc[:2].assign(place="mall")).iloc[1])


def test_missing_column_is_named(mixed):
    famd = aisle.FAMD().fit(mixed)
    with pytest.raises(aisle.InvalidInput, match="place"):
        famd.transform(mixed.drop(columns="place"))
    usual = famd.transform(mixed)
    pd.testing.assert_frame_equal(famd.transform(mixed.assign(more=1.0)), usual)


@pytest.mark.parametrize(("n_components", "message"), [(0, "n_components"), (1.5, "n_components is 1.5")])
def test_bad_options_are_named(mixed, n_components, message):
    with pytest.raises(aisle.InvalidInput, match=message):
        aisle.FAMD(n_components=n_components).fit(mixed)


def test_dates_are_refused(mixed):
    with pytest.raises(aisle.InvalidInput, match="column opened holds dates"):
        aisle.FAMD().fit(mixed.assign(opened=pd.Timestamp("2020-01-01")))


@pytest.mark.parametrize("again", [copy.deepcopy, lambda fitted: pickle.loads(pickle.dumps(fitted))], ids=["copy", "pickle"])
def test_copies_are_whole(mixed, again):
    famd = aisle.FAMD(n_components=3).fit(mixed)
    pd.testing.assert_frame_equal(again(famd).transform(mixed), famd.transform(mixed))


def test_set_output(mixed):
    famd = aisle.FAMD().fit(mixed)
    assert isinstance(famd.set_output(transform="polars").transform(mixed), pl.DataFrame)
    numbers = aisle.FAMD().set_output(transform="pandas").fit_transform(np.random.default_rng(0).normal(size=(20, 3)))
    assert list(numbers.columns) == ["famd0", "famd1"]
    with pytest.raises(aisle.InvalidInput, match="'excel'"):
        famd.set_output(transform="excel")
