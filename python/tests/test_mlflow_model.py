"""What the loader of logged models says without MLflow; with it, tests/mlflow has the real server."""

from pathlib import Path

import pandas
import pytest
from aisle import mlflow_model
from aisle._program import ProgramError, run_program


def test_a_model_without_the_program_is_an_error_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_PROGRAM", str(tmp_path / "aisle"))
    with pytest.raises(ProgramError, match="AISLE_PROGRAM is .*, which is no program"):
        mlflow_model._load_pyfunc(str(tmp_path))
    monkeypatch.delenv("AISLE_PROGRAM")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramError, match="there is no `aisle` on PATH"):
        mlflow_model._load_pyfunc(str(tmp_path))


def test_stores_need_their_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_PROGRAM", "/bin/true")
    with pytest.raises(ValueError, match="no column store_id"):
        mlflow_model._load_pyfunc(str(tmp_path)).predict(pandas.DataFrame({"size_m2": [1.0]}))


def test_an_error_of_the_program_keeps_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_PROGRAM", "/bin/cat")
    with pytest.raises(ProgramError, match="No such file"):
        run_program(["/no/such/file"])
