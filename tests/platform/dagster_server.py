"""A real `dagster dev` on a free port, and what its page would ask of it (GraphQL)."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

REPOSITORY = "__repository__"
FINISHED = {"SUCCESS", "FAILURE", "CANCELED"}


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class DagsterServer:
    """`arguments` say what to load ("-m", MODULE or "-f", FILE); `environment` is added to this process's own."""

    def __init__(self, arguments, home, environment):
        self.port = _free_port()
        self.log = pathlib.Path(home) / "dagster.log"
        command = [os.environ["DAGSTER_PYTHON"], "-m", "dagster", "dev", "-h", "127.0.0.1", "-p", str(self.port)]
        with open(self.log, "wb") as log:
            # A test may be run by a shell that ignores signals, and a child inherits that.
            self.process = subprocess.Popen(
                ["env", "--default-signal=INT,TERM,QUIT,HUP", *command, *arguments],
                env={**os.environ, **environment, "DAGSTER_HOME": str(home)},
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
        try:
            self.location = self._wait_until_loaded()
        except BaseException:
            self.stop()
            raise

    def stop(self):
        """Ends it as Ctrl-C would; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()

    def query(self, text, **variables):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql",
            data=json.dumps({"query": text, "variables": variables}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.load(response)
        if answer.get("errors"):
            raise AssertionError(answer["errors"])
        return answer["data"]

    def _wait_until_loaded(self):
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"dagster dev ended:\n{self.log.read_text()[-3000:]}")
            try:
                entries = self.query(
                    """{workspaceOrError{... on Workspace{locationEntries{name loadStatus
                       locationOrLoadError{__typename ... on PythonError{message}}}}}}"""
                )["workspaceOrError"]["locationEntries"]
            except (OSError, urllib.error.URLError):
                entries = []
            if entries and all(entry["loadStatus"] == "LOADED" for entry in entries):
                assert [e["locationOrLoadError"]["__typename"] for e in entries] == ["RepositoryLocation"], entries
                return entries[0]["name"]
            time.sleep(0.3)
        raise AssertionError(f"dagster dev is not ready:\n{self.log.read_text()[-3000:]}")

    def launch(self, keys, checks=None):
        """Starts a run of these assets and, when given, of these checks of (asset, name) alone."""
        result = self.query(
            """mutation($params: ExecutionParams!){launchPipelineExecution(executionParams: $params){
               __typename ... on LaunchRunSuccess{run{runId}} ... on PythonError{message}}}""",
            params={
                "selector": {
                    "repositoryLocationName": self.location,
                    "repositoryName": REPOSITORY,
                    "jobName": "__ASSET_JOB",
                    "assetSelection": [{"path": list(key)} for key in keys],
                    "assetCheckSelection": checks
                    and [{"assetKey": {"path": list(key)}, "name": name} for key, name in checks],
                },
                "runConfigData": {},
                "mode": "default",
            },
        )["launchPipelineExecution"]
        assert result["__typename"] == "LaunchRunSuccess", result
        return result["run"]["runId"]

    def run(self, run_id):
        return self.query(
            """query($id: ID!){runOrError(runId: $id){... on Run{status stepKeysToExecute tags{key value}
               assetMaterializations{assetKey{path} metadataEntries{label __typename
                 ... on IntMetadataEntry{intRepr} ... on FloatMetadataEntry{floatRepr}
                 ... on TextMetadataEntry{text} ... on PathMetadataEntry{path} ... on UrlMetadataEntry{url}}
                 tags{key value}}
               eventConnection{events{__typename ... on MessageEvent{message level}
                 ... on AssetCheckEvaluationEvent{evaluation{checkName success severity
                   metadataEntries{label ... on IntMetadataEntry{intRepr} ... on TextMetadataEntry{text}}}}
                 ... on ExecutionStepFailureEvent{error{message} failureMetadata{description}}}}}}}""",
            id=run_id,
        )["runOrError"]

    def wait_for(self, run_id, wanted=FINISHED, seconds=180):
        deadline = time.monotonic() + seconds
        while True:
            run = self.run(run_id)
            if run["status"] in wanted:
                return run
            assert time.monotonic() < deadline, f"run {run_id} is still {run['status']}"
            assert run["status"] not in FINISHED, f"run {run_id} is {run['status']}"
            time.sleep(0.3)

    def materialise(self, keys, checks=None):
        return self.wait_for(self.launch(keys, checks))

    def terminate(self, run_id):
        result = self.query(
            """mutation($id: String!){terminateRun(runId: $id, terminatePolicy: SAFE_TERMINATE){__typename
               ... on TerminateRunFailure{message} ... on PythonError{message}}}""",
            id=run_id,
        )["terminateRun"]
        assert result["__typename"] == "TerminateRunSuccess", result

    def assets(self):
        nodes = self.query(
            """{assetNodes{assetKey{path} description kinds groupName isMaterializable isExecutable
               dependencyKeys{path} opNames opVersion automationCondition{label} dataVersion
               metadataEntries{label ... on TableSchemaMetadataEntry{schema{columns{name type description}}}}
               assetMaterializations(limit: 1){runId tags{key value}}
               assetChecksOrError{... on AssetChecks{checks{name blocking description canExecuteIndividually
                 executionForLatestMaterialization{status runId evaluation{severity success}}}}}}}"""
        )["assetNodes"]
        return {tuple(node["assetKey"]["path"]): node for node in nodes}

    def run_ids(self):
        return [run["runId"] for run in self.query("{runsOrError{... on Runs{results{runId}}}}")["runsOrError"]["results"]]
