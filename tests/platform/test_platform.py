"""`aisle up` with the real MLflow and Dagster: it comes up, a second call changes nothing, a run shows everywhere
whoever started it, and nothing is left behind. Run by scripts/test_platform.sh."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.request

import mlflow
from dagster_server import DagsterServer

HERE = pathlib.Path(__file__).resolve().parent
AISLE = os.environ["AISLE"]


def aisle(*arguments):
    return subprocess.run([AISLE, *map(str, arguments)], capture_output=True, text=True, check=False)


def wait_until(is_so, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not (answer := is_so()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.3)
    return answer


def get(url, body=None):
    request = urllib.request.Request(
        url, data=None if body is None else json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


def marked_processes(project):
    """Every process whose environment says that it belongs to the project's platform."""
    found = {}
    mark = f"AISLE_PLATFORM={project}".encode()
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                if (folder / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


def listening_addresses(processes):
    """The addresses, as /proc/net writes them, on which these processes listen."""
    inodes = set()
    for process in processes:
        for file in pathlib.Path(f"/proc/{process}/fd").glob("*"):
            try:
                inodes.add(os.readlink(file))
            except OSError:
                continue
    addresses = set()
    for table in ("tcp", "tcp6"):
        for line in pathlib.Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                addresses.add(fields[1].split(":")[0])
    return addresses


class PlatformTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="aisle-platform-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        # A space in its path, as folders of people have.
        cls.project = cls.folder / "a shop"
        for arguments in (["init", "--template", "original"], ["generate", "--stores", "40", "--years", "1"]):
            done = aisle(*arguments, "--project", cls.project)
            assert done.returncode == 0, done.stderr
        options = cls.project / "aisle.toml"
        options.write_text(options.read_text() + "\n[stability]\nresamples = 5\nnull_runs = 0\n")
        cls.addClassCleanup(lambda: aisle("down", "--project", cls.project))

    def up(self, *arguments):
        ports = [word for name in ("dashboard", "dagster", "mlflow") for word in (f"--{name}-port", "0")]
        return aisle("up", "--project", self.project, "--json", *ports, *arguments)

    def services(self, text):
        lines = [json.loads(line) for line in text.splitlines()]
        return {line["service"]: line for line in lines if line["event"].startswith("service")}

    def test_1_all_three_come_up_for_this_machine_alone(self):
        done = self.up()
        self.assertEqual(done.returncode, 0, done.stderr)
        services = self.services(done.stdout)
        self.assertEqual({name: line["state"] for name, line in services.items()},
                         {"dashboard": "running", "dagster": "running", "mlflow": "running"})
        self.assertEqual(get(services["mlflow"]["url"] + "/version"), "3.17.2")
        self.assertEqual(json.loads(get(services["dagster"]["url"] + "/server_info"))["dagster_version"], "1.13.28")
        self.assertEqual(json.loads(get(services["dashboard"]["url"] + "/health")), {"status": "ok"})
        addresses = listening_addresses(marked_processes(self.project))
        self.assertEqual(addresses, {"0100007F"}, "something listens for other machines too")
        # Running means that the project's assets are there at once.
        self.assertIn(("report",), self.dagster().assets())

        again = self.services(self.up().stdout)
        self.assertEqual({name: line["process"] for name, line in again.items()},
                         {name: line["process"] for name, line in services.items()})
        self.assertFalse(any(line["is_new"] for line in again.values()))

    # --- a run in all three places

    def dagster(self):
        """The platform's own, asked as the test's own would be."""
        server = DagsterServer.__new__(DagsterServer)
        server.port = self.running()["dagster"]["port"]
        server.location = "aisle_dagster.definitions"
        return server

    def running(self):
        return self.services(aisle("ps", "--json", "--project", self.project).stdout)

    def history(self):
        return {run["id"]: run for run in json.loads(get(self.running()["dashboard"]["url"] + "/api/v1/runs"))["runs"]}

    def new_run(self, known):
        """The one run that the page's history has beyond the known ones, once it is over and MLflow has it."""
        def ended():
            new = [run for run in self.history().values() if run["id"] not in known]
            self.assertLessEqual(len(new), 1)
            return new and new[0]["finished_at"] and new[0]["tracking_url"] and new[0]
        return wait_until(ended, "a run in the page's history, with its link to MLflow", 180)

    def in_mlflow(self, run_id):
        client = mlflow.MlflowClient(self.running()["mlflow"]["url"])
        experiments = [experiment.experiment_id for experiment in client.search_experiments()]

        # The run is over in the run store before the last of it is sent.
        def ended():
            found = client.search_runs(experiments, f"tags.`aisle.run` = '{run_id}'")
            self.assertEqual(len(found), 1, f"run {run_id} is {len(found)} times in MLflow")
            return found[0].info.status != "RUNNING" and found[0]

        return wait_until(ended, "the run's end in MLflow")

    def latest_materialisation(self, asset):
        node = self.dagster().query(
            """query($key: AssetKeyInput!){assetNodeOrError(assetKey: $key){... on AssetNode{
               assetMaterializations(limit: 1){runId metadataEntries{label ... on TextMetadataEntry{text}
               ... on UrlMetadataEntry{url} ... on PathMetadataEntry{path}}}}}}""",
            key={"path": [asset]})["assetNodeOrError"]
        latest = node["assetMaterializations"][0]
        metadata = {entry["label"]: next((value for name, value in entry.items() if name != "label"), None)
                    for entry in latest["metadataEntries"]}
        return latest["runId"], metadata

    def check_all_three(self, run):
        """The page has it with MLflow's address, MLflow has it with the page's and Dagster's, and Dagster's newest
        materialisation is its own. Returns Dagster's run and metadata."""
        services = self.running()
        page = f"{services['dashboard']['url']}/#/pipeline?run={run['id']}"
        self.assertEqual(run["status"], "succeeded", run)
        in_mlflow = self.in_mlflow(run["id"])
        self.assertEqual(in_mlflow.info.status, "FINISHED")
        self.assertEqual(run["tracking_url"], f"{services['mlflow']['url']}/#/experiments/"
                                              f"{in_mlflow.info.experiment_id}/runs/{in_mlflow.info.run_id}")
        self.assertEqual(in_mlflow.data.tags["aisle.page"], page)
        self.assertTrue(in_mlflow.data.tags["aisle.dagster"].startswith(services["dagster"]["url"]))
        project = json.loads(get(services["dashboard"]["url"] + "/api/v1/project"))
        self.assertEqual(project["platform"], {name: services[name]["url"] for name in ("dagster", "mlflow")})
        # Dagster is told at a run's very end.
        dagster_run, metadata = wait_until(
            lambda: (latest := self.latest_materialisation("report"))[1].get("aisle run") == run["id"] and latest,
            "the run in Dagster")
        return dagster_run, metadata, page

    def test_2_a_run_of_the_command_line_shows_everywhere(self):
        self.assertEqual(self.up().returncode, 0)
        known = self.history()
        done = aisle("run", "--project", self.project)
        self.assertEqual(done.returncode, 0, done.stderr)
        run = self.new_run(known)
        _, metadata, page = self.check_all_three(run)
        self.assertEqual((metadata["page"], metadata["MLflow"]), (page, run["tracking_url"]))

    def test_3_a_run_of_the_page_shows_everywhere(self):
        self.assertEqual(self.up().returncode, 0)
        known = self.history()
        get(self.running()["dashboard"]["url"] + "/api/v1/runs", {"force": True})
        run = self.new_run(known)
        _, metadata, page = self.check_all_three(run)
        self.assertEqual((metadata["page"], metadata["MLflow"]), (page, run["tracking_url"]))

    def test_4_a_run_of_dagster_shows_everywhere(self):
        self.assertEqual(self.up().returncode, 0)
        known = self.history()
        options = self.project / "aisle.toml"
        options.write_text(options.read_text().replace("resamples = 5", "resamples = 6"))
        dagster = self.dagster()
        ended = dagster.materialise([key for key, node in dagster.assets().items() if node["isMaterializable"]])
        self.assertEqual(ended["status"], "SUCCESS", ended)
        run = self.new_run(known)
        dagster_run, _, _ = self.check_all_three(run)
        self.assertIn(dagster_run, dagster.run_ids())
        messages = [event.get("message", "") for event in ended["eventConnection"]["events"]]
        self.assertTrue(any(run["tracking_url"] in message for message in messages), "Dagster has no link to MLflow")

    def test_5_in_chromium_a_run_is_followed_through_all_three(self):
        self.assertEqual(self.up().returncode, 0)
        run = next(iter(self.history().values()), None)
        if run is None:
            self.assertEqual(aisle("run", "--project", self.project).returncode, 0)
            run = next(iter(self.history().values()))
        services = self.running()
        done = subprocess.run(
            ["node", HERE / "walk.mjs", services["dashboard"]["url"], services["dagster"]["url"],
             services["mlflow"]["url"], run["id"], self.in_mlflow(run["id"]).info.run_id],
            capture_output=True, text=True, check=False, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_6_a_run_finds_mlflow_where_it_has_moved_to(self):
        self.assertEqual(self.up().returncode, 0)
        before = self.running()["mlflow"]["port"]
        self.assertEqual(aisle("down", "mlflow", "--project", self.project).returncode, 0)
        self.assertEqual(self.up().returncode, 0)
        self.assertNotEqual(self.running()["mlflow"]["port"], before)
        known = self.history()
        get(self.running()["dashboard"]["url"] + "/api/v1/runs", {"force": True})
        self.check_all_three(self.new_run(known))

    def test_7_faulty_definitions_are_no_running_dagster(self):
        self.assertEqual(self.up().returncode, 0)
        self.assertEqual(aisle("down", "dagster", "--project", self.project).returncode, 0)
        definitions = self.project / ".aisle/platform/python/aisle_dagster/definitions.py"
        whole = definitions.read_text()
        definitions.write_text("raise ImportError('a broken package')\n")
        try:
            done = self.up()
        finally:
            definitions.write_text(whole)
        self.assertEqual(done.returncode, 4, done.stdout)
        self.assertIn("its code location aisle_dagster.definitions does not load", done.stderr)
        self.assertIn("a broken package", done.stderr)
        self.assertEqual(self.running()["dagster"]["state"], "stopped")
        self.assertEqual(self.running()["mlflow"]["state"], "running")

    def test_8_what_killed_services_leave_is_ended(self):
        self.assertEqual(self.up().returncode, 0)
        services = self.services(aisle("ps", "--json", "--project", self.project).stdout)
        for name in ("mlflow", "dagster"):
            self.assertGreater(services[name]["n_processes"], 1)
            os.kill(services[name]["process"], signal.SIGKILL)
        # A killed process takes its time to go.
        wait_until(lambda: [self.running()[name]["state"] for name in ("mlflow", "dagster")] == ["died", "died"],
                   "the killed are known as such")
        # Up again: what was left makes way.
        up = self.up()
        self.assertEqual(up.returncode, 0, up.stderr)

    def test_9_down_leaves_nothing(self):
        self.assertEqual(self.up().returncode, 0)
        self.assertGreater(len(marked_processes(self.project)), 3)
        began = time.monotonic()
        done = aisle("down", "--json", "--project", self.project)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(set(self.services(done.stdout)), {"dashboard", "dagster", "mlflow"})
        self.assertEqual(marked_processes(self.project), {})
        print(f"down took {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    unittest.main()
