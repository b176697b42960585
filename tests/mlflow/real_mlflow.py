"""aisle's runs on a real MLflow server, read back through MLflow's own client.

    python tests/mlflow/real_mlflow.py AISLE FOLDER
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import mlflow
import pandas
from mlflow.entities import ViewType
from server import MlflowServer, free_port


EXPERIMENT = "synthetic retailer"  # the name that `init --template original` gives a project


class Shop:
    """A synthetic retailer's project and the program that runs it."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.aisle("init", "--template", "original")
        self.aisle("generate", "--quiet")

    def aisle(self, *arguments, expected=0, env=None):
        command = [self.program, *arguments, "--project", str(self.folder)]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **(env or {})}, check=False)
        assert done.returncode == expected, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def runs(self):
        """The run store's runs, newest first."""
        return [json.loads(line) for line in self.aisle("track", "list", "--json").stdout.splitlines()]

    def show(self, run):
        return json.loads(self.aisle("track", "show", run, "--json").stdout)

    def train(self, number, env=None):
        """A run that makes the model anew; `number` makes its options its own."""
        return self.aisle("run", "--quiet", "--force", "--set", f"model.seed={number}",
                          "--set", "stability.enabled=false", env=env)


class Check:
    def __init__(self, shop, server):
        self.shop = shop
        self.server = server
        self.client = mlflow.MlflowClient(server.url)

    def sent_runs(self, experiment=EXPERIMENT):
        found = self.client.get_experiment_by_name(experiment)
        assert found is not None and found.lifecycle_stage == "active", found
        return self.client.search_runs([found.experiment_id], run_view_type=ViewType.ACTIVE_ONLY)

    def once_each(self):
        """Every run of the run store is there once, whole, with one version."""
        sent = self.sent_runs()
        ids = sorted(run.data.tags["aisle.run"] for run in sent)
        assert ids == sorted(run["id"] for run in self.shop.runs()), ids
        assert {run["tracking"] for run in self.shop.runs()} == {"sent"}
        versions = self.client.search_model_versions("name='store-segments'")
        with_model = [run for run in sent if run.outputs and run.outputs.model_outputs]
        assert sorted(v.run_id for v in versions) == sorted(run.info.run_id for run in with_model)
        for run in with_model:
            assert len(run.outputs.model_outputs) == 1, run.outputs
            model = self.client.get_logged_model(run.outputs.model_outputs[0].model_id)
            assert str(model.status).endswith("READY"), model.status
        newest = max(with_model, key=lambda run: run.data.tags["aisle.run"])
        proposed = self.client.get_model_version_by_alias("store-segments", "proposed")
        assert proposed.run_id == newest.info.run_id, (proposed, newest)
        return sent

    def holds_all_of(self, run, is_current=True):
        """Parameters, metrics, tags, inputs and artifacts of one run are those of the run store."""
        kept = self.shop.show(run.data.tags["aisle.run"])
        assert run.info.status == "FINISHED"
        assert run.data.params == kept["options"], set(run.data.params.items()) ^ set(kept["options"].items())
        for name, value in kept["metrics"].items():
            asset, figure = name.split("/")
            key = figure if asset in ("cluster_model", "cluster_stability") else name
            assert run.data.metrics[key] == value, (key, value, run.data.metrics)
        assert run.data.tags["aisle.verdict"] in ("strong", "fair", "weak")
        assert run.data.tags["mlflow.note.content"]
        inputs = {i.dataset.name: i for i in run.inputs.dataset_inputs}
        assert set(inputs) == {"store_features", "dim_product", "dim_store_physical", "dim_store_management",
                               "fact_sales", "fact_inventory"}, set(inputs)
        assert [t.value for t in inputs["store_features"].tags] == ["training"]
        assert kept["tracking_url"] == f"{self.server.url}/#/experiments/{run.info.experiment_id}/runs/{run.info.run_id}"
        if is_current:
            self.holds_files_of(run)

    def holds_files_of(self, run):
        got = Path(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, tracking_uri=self.server.url))
        made = self.shop.folder / "data" / "artifacts"
        names = sorted(str(f.relative_to(made)) for f in made.rglob("*") if f.is_file() and "model" not in f.parts)
        assert "report.html" in names and "insight/segments.json" in names
        for name in names:
            assert (got / name).read_bytes() == (made / name).read_bytes(), name
        assert (got / "validation").is_dir()

    def predicts_as_aisle_does(self):
        mlflow.set_tracking_uri(self.server.url)
        model = mlflow.pyfunc.load_model("models:/store-segments@proposed")
        features = self.shop.folder / "data/processed/store_features.parquet"
        expected_file = self.shop.folder / "expected.parquet"
        self.shop.aisle("predict", "--features", str(features), "--out", str(expected_file))
        expected = pandas.read_parquet(expected_file)
        assert len(expected) > 50 and expected.cluster_final.nunique() > 1
        given = pandas.read_parquet(features)
        pandas.testing.assert_frame_equal(model.predict(given).reset_index(drop=True), expected)
        mixed = given.sample(frac=1, random_state=1)
        answer = model.predict(mixed)
        assert list(answer.store_id) == list(mixed.store_id) and list(answer.index) == list(mixed.index)
        in_order = answer.sort_values("store_id").reset_index(drop=True)
        pandas.testing.assert_frame_equal(in_order, expected)


def kill_in_the_middle(shop, server, number):
    """The server dies once it knows of the run; returns whether the run was still on its way."""
    database = server.folder / "mlflow.db"
    with sqlite3.connect(database) as known:
        n_before = known.execute("SELECT count(*) FROM runs").fetchone()[0]

    def kill():
        end = time.monotonic() + 120
        while time.monotonic() < end:
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as seen:
                if seen.execute("SELECT count(*) FROM runs").fetchone()[0] > n_before:
                    break
            time.sleep(0.02)
        server.end()

    killer = threading.Thread(target=kill)
    killer.start()
    said = shop.train(number).stderr
    killer.join()
    was_cut = shop.runs()[0]["tracking"] == "owed"
    assert not was_cut or "`aisle track sync` sends it" in said, said
    return was_cut


def make_certificate(folder):
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                    "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True)
    return certificate, key


def seconds_of(action):
    start = time.monotonic()
    action()
    return time.monotonic() - start


def whole_run(shop, server, check):
    shop.aisle("run", "--quiet")
    check.holds_all_of(check.once_each()[0])
    check.predicts_as_aisle_does()
    print("test_mlflow: a run is read back whole, and its model predicts what `aisle predict` predicts")


def deleted_experiment(shop, server, check):
    check.client.delete_experiment(check.client.get_experiment_by_name(EXPERIMENT).experiment_id)
    shop.train(2)
    check.once_each()
    print("test_mlflow: a deleted experiment is restored")


def killed_and_away(shop, server, check):
    n_there = seconds_of(lambda: shop.train(3))
    n_cut = 0
    for number in (4, 5, 6, 7):
        n_cut += kill_in_the_middle(shop, server, number)
        if n_cut == 2:
            break
        server.start()  # what was cut goes with the next run
    assert n_cut > 0, "no delivery was cut"
    n_away = seconds_of(lambda: shop.train(8))
    assert n_away < n_there + 1, f"{n_away:.1f} s without a server, {n_there:.1f} s with it"
    assert "still owed" in shop.aisle("track", "sync", "--set", f"tracking.mlflow_uri=http://127.0.0.1:{free_port()}",
                                      expected=4).stderr
    server.start()
    shop.aisle("track", "sync")
    for run in check.once_each():
        check.holds_all_of(run, is_current=run.data.tags["aisle.run"] == shop.runs()[0]["id"])
    check.predicts_as_aisle_does()
    print(f"test_mlflow: a server killed in the middle ({n_cut} times) or away ({n_away:.1f} s instead of "
          f"{n_there:.1f} s) loses nothing and gets nothing twice")


def over_tls(shop, server, check):
    certificate, key = make_certificate(shop.folder.parent)
    server.end(signal.SIGTERM)
    server.start(certificate, key)
    os.environ["MLFLOW_TRACKING_URI"] = server.url
    said = shop.train(9).stderr
    assert "certificate" in said and shop.runs()[0]["tracking"] == "owed", said
    shop.aisle("track", "sync", env={"MLFLOW_TRACKING_SERVER_CERT_PATH": str(certificate)})
    assert shop.runs()[0]["tracking"] == "sent"
    shop.train(10, env={"MLFLOW_TRACKING_INSECURE_TLS": "true"})
    assert shop.runs()[0]["tracking"] == "sent"
    os.environ["MLFLOW_TRACKING_INSECURE_TLS"] = "true"
    Check(shop, server).once_each()
    print("test_mlflow: TLS is checked, by the certificate that is named, or not where that is said")


def main(program, folder):
    os.environ["AISLE_PROGRAM"] = program
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    for name in [name for name in os.environ if name.startswith("MLFLOW_TRACKING")]:
        del os.environ[name]
    shop = Shop(program, folder / "shop")
    server = MlflowServer(folder / "mlflow")
    try:
        server.start()
        os.environ["MLFLOW_TRACKING_URI"] = server.url
        check = Check(shop, server)
        for part in (whole_run, deleted_experiment, killed_and_away, over_tls):
            part(shop, server, check)
    finally:
        server.end()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
