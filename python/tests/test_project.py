"""`aisle.Project` over the real program."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import aisle
from aisle._program import run_program

pd = pytest.importorskip("pandas")
pytest.importorskip("pyarrow")

PROGRAM = os.environ.get("AISLE_PROGRAM") or shutil.which("aisle")
if PROGRAM is None:
    pytest.skip("the program `aisle` is neither on PATH nor named by AISLE_PROGRAM", allow_module_level=True)


def call(*arguments: str) -> None:
    subprocess.run([PROGRAM, *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that ran."""
    folder = tmp_path_factory.mktemp("lab é") / "shop"
    call("init", "--template", "original", "--project", str(folder))
    call("generate", "--stores", "60", "--products", "30", "--years", "1", "--project", str(folder))
    result = aisle.Project(folder).run(options={"stability.resamples": 10, "stability.null_runs": 1})
    assert "cluster_model" in result.made
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path) -> aisle.Project:
    """The same, to be changed."""
    shutil.copytree(made, tmp_path / "shop")
    return aisle.Project(tmp_path / "shop")


@pytest.mark.parametrize("frames", ["pandas", "polars", "arrow"])
def test_tables_come_as_the_frames_that_are_asked_for(made: Path, frames: str) -> None:
    pytest.importorskip({"arrow": "pyarrow"}.get(frames, frames))
    project = aisle.Project(made, frames=frames)
    stores = project.stores()
    module = {"pandas": "pandas", "polars": "polars", "arrow": "pyarrow"}[frames]
    assert type(stores).__module__.split(".")[0] == module
    for table in (stores, project.features(), project.raw("dim_store_physical"), project.model.points()):
        assert table.shape[0] == 60
    assert project.months().shape[0] > 60
    assert project.raw("fact_sales").shape[0] > 1000
    assert project.runs().shape[0] == 1


def test_documents_and_the_model_are_of_one_fit(made: Path) -> None:
    project = aisle.Project(made)
    assert {"metrics", "stability", "profiles", "personas", "segments", "map"} <= set(project.documents)
    assert project.document("profiles")["fit"] == project.document("metrics")["fit"]
    model = project.model
    assert model.matrix().shape == (60, 1 + len(model.metrics["eigenvalues"]) + 5)
    contributions = model.contributions()
    assert contributions.drop(columns="column").sum().to_numpy() == pytest.approx(100)
    assert set(contributions["column"]) == {"anos_de_loja", "log1p(size_m2)", "placement", "regional"}
    with pytest.raises(FileNotFoundError, match="no document nonsense; there are"):
        project.document("nonsense")
    with pytest.raises(FileNotFoundError, match="holds no fact_nothing; it has dim_product"):
        project.raw("fact_nothing")


def test_a_run_makes_what_is_stale_and_shows_itself(project: aisle.Project) -> None:
    project.set({"famd.n_components": 3})
    assert "n_components = 3" in (project.path / "aisle.toml").read_text(encoding="utf-8")
    assert project.options["famd.n_components"] == 3
    assert {one["asset"]: one["state"] for one in project.status()}["cluster_model"] != "fresh"
    run = project.run("cluster_model")
    assert run.made == ["cluster_model"]
    assert run.id == project.runs()["id"][0]
    assert project.run("store_features").left == ["store_features"]
    for shown in (run, project, project.model):
        text = shown._repr_html_()
        assert text.count("<tr>") == 1 + project.model.metrics["n_clusters"]
    project.run(options={"famd.n_components": 3})
    assert "<svg" in project.model._repr_html_()
    assert project.compare()["kind"] == "aisle-comparison"


def test_the_trainings_stores_are_predicted_as_they_were_fitted(made: Path) -> None:
    project = aisle.Project(made)
    predicted = project.predict(project.features()).set_index("store_id")["cluster"]
    fitted = project.stores().set_index("store_id")["cluster"]
    assert predicted.reindex(fitted.index).tolist() == fitted.tolist()
    assert project.predict(project.path / "data" / "raw").shape[0] == 60


def test_a_trial_is_adopted_and_taken_back(project: aisle.Project) -> None:
    before = (project.path / "aisle.toml").read_text(encoding="utf-8")
    tuning = project.tune(components=[2, 3], min_cluster_size="4..6", min_samples=[1], resamples=2)
    trials = tuning.trials()
    assert trials.shape[0] == 6
    assert trials["components"].tolist() == [2, 2, 2, 3, 3, 3]
    assert trials.loc[trials["recommended"], "trial"].tolist() == [tuning.recommended]
    assert str(tuning.recommended) in tuning.reason
    shown = project.adopt(dry_run=True)
    assert shown["changes"] and shown["comparison"]["kind"] == "aisle-comparison"
    assert (project.path / "aisle.toml").read_text(encoding="utf-8") == before
    project.adopt()
    figures = project.model.metrics
    chosen = trials[trials["recommended"]].iloc[0]
    assert (figures["n_clusters"], figures["dbcv_score"]) == (chosen["n_clusters"], chosen["dbcv"])
    project.undo_adopt()
    assert (project.path / "aisle.toml").read_text(encoding="utf-8") == before
    assert len(tuning.settings()) >= 1
    with pytest.raises(ValueError, match="there is no trial 7; expected 1 to 6"):
        tuning.settings(7)


def test_a_mixture_says_that_it_has_no_tree(project: aisle.Project) -> None:
    assert project.model.method == "hdbscan"
    assert project.model.condensed_tree().shape[0] > 60
    project.set({"model.method": "kmeans", "kmeans.n_clusters": 3})
    project.run("cluster_model")
    assert project.model.method == "kmeans"
    for ask in (project.model.condensed_tree, project.model.plot_condensed_tree):
        with pytest.raises(ValueError, match="method is kmeans, which makes no tree"):
            ask()


def test_a_trial_that_cannot_be_has_no_figures(project: aisle.Project) -> None:
    tuning = project.tune(components=[2], clusters="40", resamples=0)
    trial = tuning.trials().iloc[0]
    assert trial["problem"] and pd.isna(trial["n_clusters"]) and pd.isna(trial["noise_share"])
    assert "no clusters: " in tuning._repr_html_()
    assert tuning.recommended is None


def test_what_a_program_says_of_itself_does_not_stop_it(tmp_path: Path) -> None:
    program = tmp_path / "aisle"
    program.write_text("#!/bin/sh\nhead -c 1000000 /dev/zero | tr '\\0' x >&2\necho '{\"event\": \"result\"}'\n")
    program.chmod(0o755)
    assert run_program(str(program), []) == [{"event": "result"}]
    program.write_text("#!/bin/sh\necho 'aisle: it broke' >&2\nexit 4\n")
    with pytest.raises(aisle.ProgramError, match="^it broke$"):
        run_program(str(program), [])


def test_a_folders_name_is_no_html(tmp_path: Path) -> None:
    folder = tmp_path / "<b>shop"
    folder.mkdir()
    (folder / "aisle.toml").write_text("")
    assert "&lt;b&gt;shop" in aisle.Project(folder)._repr_html_()


def test_pictures_are_drawn(made: Path) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    project = aisle.Project(made)
    model = project.model
    tuning = project.tune(components=[3, 4], min_samples=[1, 3], resamples=2)
    n_columns = len(model.contributions())
    assert len(model.plot_condensed_tree().collections) > 0
    assert "FAMD 3" in model.plot_biplot(axes=(1, 3)).get_ylabel()
    assert len(model.plot_contributions().get_yticks()) == n_columns
    assert len(project.plot_profiles().get_xticks()) == model.metrics["n_clusters"]
    assert tuning.plot_trade_off().get_xlabel() == "silhouette"
    assert "★" in tuning._repr_html_()
    with pytest.raises(ValueError, match="the model has axes 1 to"):
        model.plot_biplot(axes=(1, 30))
    plt.close("all")


def test_what_goes_wrong_is_said_once(project: aisle.Project, tmp_path: Path) -> None:
    with pytest.raises(aisle.ProgramError, match="unknown key 'famd.components'") as refused:
        project.run(options={"famd.components": 3})
    assert (refused.value.kind, refused.value.exit_code) == ("InvalidInput", 2)
    with pytest.raises(aisle.ProgramError, match="there is no trial '3'"):
        project.adopt(3)
    with pytest.raises(FileNotFoundError, match="there is no program"):
        aisle.Project(project.path, program=tmp_path / "none").run()
    with pytest.raises(ValueError, match="expected pandas, polars or arrow"):
        aisle.Project(project.path, frames="spark")
    with pytest.raises(TypeError, match="a list is no frame"):
        project.predict([1, 2])
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "aisle.toml").write_text("")
    empty = aisle.Project(tmp_path / "empty")
    assert not empty.has_model and empty.runs().shape[0] == 0
    with pytest.raises(FileNotFoundError, match="has no model yet"):
        empty.model  # noqa: B018
    with pytest.raises(FileNotFoundError, match="is not there yet"):
        empty.stores()
