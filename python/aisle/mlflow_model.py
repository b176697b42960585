"""What ``mlflow.pyfunc.load_model`` calls for a model that ``aisle run`` has logged.

Predictions are those of ``aisle predict``: the program makes them, from the model package beside MLmodel. pandas and
pyarrow come with MLflow; the program is found as ``AISLE_PROGRAM`` or on PATH.
"""

import tempfile
from pathlib import Path
from typing import Any

from aisle._program import program, run_program


class StoreClusters:
    """A model package that answers for stores it has not seen."""

    def __init__(self, package: str):
        program()  # a model that cannot answer is an error now, not at the first question
        self._package = Path(package).resolve()

    def predict(self, model_input: Any, params: dict[str, Any] | None = None) -> Any:
        """Clusters of the stores in a data frame of store features: ``store_id`` and what the model reads.

        A row a store in the order of the input, with the columns of ``aisle predict`` (docs/documents.md).
        """
        import pandas

        if "store_id" not in model_input:
            raise ValueError("predict: the input has no column store_id; expected a data frame of store features")
        ids = model_input["store_id"].astype(str)
        with tempfile.TemporaryDirectory(prefix="aisle-predict-") as folder:
            features, clusters = Path(folder, "features.parquet"), Path(folder, "clusters.parquet")
            model_input.assign(store_id=ids).to_parquet(features, index=False)
            run_program(["predict", "--quiet", "--project", folder, "--model", str(self._package),
                         "--features", str(features), "--out", str(clusters)])
            answer = pandas.read_parquet(clusters)
        return answer.set_index("store_id").loc[list(ids)].reset_index().set_axis(model_input.index, axis=0)


def _load_pyfunc(path: str) -> StoreClusters:
    return StoreClusters(path)
