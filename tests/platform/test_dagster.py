"""Projects in a real Dagster: what it shows of them, and what its buttons do.

One `dagster dev` loads five projects beside each other. Run by scripts/test_dagster.sh.
"""

import json
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

from dagster_server import DagsterServer
from projects import AISLE, aisle, copy_project, digests, make_project, processes_of, set_option, states

SOURCE = pathlib.Path(__file__).resolve().parents[2]
RAW = ["dim_product", "dim_store_physical", "dim_store_management", "fact_sales", "fact_inventory"]
MADE = [
    "data_checks",
    "store_features",
    "cluster_model",
    "cluster_stability",
    "segments",
    "insight",
    "store_map",
    "report",
]
SMALL = ("--stores", "40", "--products", "40", "--years", "1")

DEFINITIONS = """
import dagster as dg
from aisle_dagster import project_definitions

defs = dg.Definitions.merge(
    project_definitions({shop!r}, nightly="30 3 * * *", timezone="America/Sao_Paulo"),
    *(project_definitions(folder, key_prefix=name) for name, folder in {others!r}.items()),
)
"""


def setUpModule():
    global folder, server, projects
    folder = pathlib.Path(tempfile.mkdtemp(prefix="aisle-dagster-"))
    unittest.addModuleCleanup(shutil.rmtree, folder, ignore_errors=True)
    shop = make_project(folder / "a shop", *SMALL)
    # Some stores have no size; that is "info" until somebody wants to be warned.
    set_option(shop, "quality", 'severity = {physical_size_m2_not_null = "warning"}')
    projects = {
        "shop": shop,
        "dirty": make_project(folder / "dirty", *SMALL, "--dirty"),
        "slow": copy_project(shop, folder / "slow"),
        "watched": copy_project(shop, folder / "watched"),
        "again": copy_project(shop, folder / "again"),
    }
    # Stability from so many resamples takes minutes: long enough to be cancelled.
    set_option(projects["slow"], "stability", "resamples = 100000")
    others = {name: str(project) for name, project in projects.items() if name != "shop"}
    (folder / "definitions.py").write_text(DEFINITIONS.format(shop=str(shop), others=others))
    home = folder / "home"
    home.mkdir()
    shutil.copy(SOURCE / "python/aisle_dagster/dagster.yaml", home)
    server = DagsterServer(
        ["-f", str(folder / "definitions.py")],
        home,
        {"AISLE_PROGRAM": AISLE, "PYTHONPATH": str(SOURCE / "python")},
    )
    unittest.addModuleCleanup(server.stop)


def keys(name, *assets):
    return [(asset,) if name == "shop" else (name, asset) for asset in assets]


def entries(items):
    """Metadata as {label: value}."""
    return {item["label"]: next(v for k, v in item.items() if k not in ("label", "__typename")) for item in items}


def materialised(run):
    """{asset: metadata} of what a run reported."""
    return {event["assetKey"]["path"][-1]: entries(event["metadataEntries"]) for event in run["assetMaterializations"]}


def evaluations(run):
    events = run["eventConnection"]["events"]
    found = [event["evaluation"] for event in events if event["__typename"] == "AssetCheckEvaluationEvent"]
    assert len({one["checkName"] for one in found}) == len(found), "a check was reported twice"
    return {one["checkName"]: one for one in found}


def data_version(node):
    return {tag["key"]: tag["value"] for tag in node["assetMaterializations"][0]["tags"]}["dagster/data_version"]


class TheGraph(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.assets = server.assets()

    def test_lineage_goes_from_every_raw_table_to_the_report(self):
        upstream = {("report",)}
        while True:
            further = {tuple(key["path"]) for key in upstream for key in self.assets[key]["dependencyKeys"]}
            if further <= upstream:
                break
            upstream |= further
        self.assertEqual(upstream, set(keys("shop", *RAW, *MADE)))

    def test_it_is_aisles_own_graph(self):
        for entry in json.loads(aisle("assets", "--json", project=projects["shop"]))["assets"]:
            node = self.assets[(entry["key"],)]
            with self.subTest(entry["key"]):
                self.assertEqual([k["path"] for k in node["dependencyKeys"]], [[d] for d in sorted(entry["depends_on"])])
                self.assertEqual(node["description"], f"{entry['title']}. {entry['description']}")
                schema = entries(node["metadataEntries"]).get("dagster/column_schema", {"columns": []})
                self.assertEqual(schema["columns"], entry["columns"])
                self.assertEqual(node["isMaterializable"], entry["kind"] == "derived")
                self.assertEqual(node["kinds"], ["cpp"] if entry["kind"] == "derived" else ["table"])

    def test_one_operation_makes_all_assets_of_a_project(self):
        for name, operation in (("shop", "aisle_run"), ("dirty", "dirty_aisle_run")):
            nodes = [self.assets[key] for key in keys(name, *MADE)]
            self.assertEqual({tuple(node["opNames"]) for node in nodes}, {(operation,)})

    def test_checks_are_the_expectations(self):
        declared = json.loads(aisle("assets", "--json", project=projects["shop"]))["assets"]
        wanted = {f"{table['key']}_{check['name']}": check for table in declared for check in table["checks"]}
        checks = {c["name"]: c for c in self.assets[("data_checks",)]["assetChecksOrError"]["checks"]}
        self.assertGreater(len(checks), 40)
        self.assertEqual(set(checks), set(wanted))
        for name, check in checks.items():
            self.assertEqual(check["blocking"], wanted[name]["severity"] == "critical", name)
            self.assertEqual(check["canExecuteIndividually"], "CAN_EXECUTE", name)

    def test_automation_sensors_and_the_schedule_run(self):
        repository = server.query(
            """query($selector: RepositorySelector!){repositoryOrError(repositorySelector: $selector){... on Repository{
               sensors{name sensorState{status}} schedules{name cronSchedule executionTimezone scheduleState{status}}}}}""",
            selector={"repositoryLocationName": server.location, "repositoryName": "__repository__"},
        )["repositoryOrError"]
        sensors = {sensor["name"]: sensor["sensorState"]["status"] for sensor in repository["sensors"]}
        for name in ("automation", "raw_tables", "dirty_automation", "dirty_raw_tables"):
            self.assertEqual(sensors[name], "RUNNING", name)
        nightly = next(schedule for schedule in repository["schedules"] if schedule["name"] == "nightly")
        self.assertEqual((nightly["cronSchedule"], nightly["executionTimezone"]), ("30 3 * * *", "America/Sao_Paulo"))
        self.assertEqual(nightly["scheduleState"]["status"], "RUNNING")
        for asset in MADE:
            self.assertIsNotNone(self.assets[(asset,)]["automationCondition"], asset)


class MaterialiseAll(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.project = projects["shop"]
        cls.made = server.materialise(keys("shop", *MADE))
        cls.assets = server.assets()

    def test_one_run_of_one_step_makes_everything(self):
        self.assertEqual(self.made["status"], "SUCCESS")
        self.assertEqual(self.made["stepKeysToExecute"], ["aisle_run"])
        self.assertEqual(list(materialised(self.made)), MADE)
        self.assertEqual({asset: entry["state"] for asset, entry in states(self.project).items() if asset in MADE},
                         dict.fromkeys(MADE, "fresh"))

    def test_metadata_is_what_aisle_recorded(self):
        shown = materialised(self.made)
        recorded = states(self.project)
        for asset in MADE:
            with self.subTest(asset):
                self.assertEqual(shown[asset]["bytes"], str(recorded[asset]["n_bytes"]))
                self.assertEqual(shown[asset].get("dagster/row_count"),
                                 str(recorded[asset]["n_rows"]) if "n_rows" in recorded[asset] else None)
                self.assertEqual(shown[asset]["aisle run"], recorded[asset]["run"])
                self.assertTrue(pathlib.Path(shown[asset]["path"]).exists())
        metrics = json.loads((self.project / "data/artifacts/metrics.json").read_text())
        self.assertEqual(float(shown["cluster_model"]["dbcv_score"]), metrics["dbcv_score"])
        self.assertEqual(shown["report"]["path"], str(self.project / "data/artifacts/report.html"))

    def test_every_evaluated_expectation_is_a_check_of_its_severity(self):
        results = {}
        for table in json.loads((self.project / "data/validation/checks.json").read_text())["tables"]:
            for one in table["expectations"]:
                results[f"{table['name']}_{one['name']}"] = one
        shown = evaluations(self.made)
        self.assertEqual(set(shown), set(results))
        for name, one in results.items():
            with self.subTest(name):
                self.assertEqual(shown[name]["success"], one["success"])
                self.assertEqual(shown[name]["severity"], "ERROR" if one["severity"] == "critical" else "WARN")
                metadata = entries(shown[name]["metadataEntries"])
                self.assertEqual(metadata["failed rows"], str(one["n_failed"]))
                self.assertEqual(metadata["result"], one["message"])

    def test_a_failed_warning_stops_nothing(self):
        name = "dim_store_physical_physical_size_m2_not_null"
        failed = {name: one["severity"] for name, one in evaluations(self.made).items() if not one["success"]}
        self.assertEqual(failed, {name: "WARN"})
        checks = self.assets[("data_checks",)]["assetChecksOrError"]["checks"]
        check = next(check for check in checks if check["name"] == name)
        self.assertIn("(warning)", check["description"])
        self.assertEqual(check["executionForLatestMaterialization"]["status"], "FAILED")
        self.assertEqual(check["executionForLatestMaterialization"]["evaluation"]["severity"], "WARN")

    def test_logs_say_why_and_what(self):
        messages = [(e["level"], e["message"]) for e in self.made["eventConnection"]["events"] if "message" in e]
        self.assertIn(("INFO", "Store features: it was never made"), messages)
        self.assertTrue(any(level == "WARNING" and "physical_size_m2_not_null" in text for level, text in messages))

    def test_what_is_fresh_is_left_and_keeps_its_version(self):
        before = {asset: data_version(self.assets[(asset,)]) for asset in MADE}
        files = digests(self.project / "data")
        again = server.materialise(keys("shop", *MADE))
        self.assertEqual(again["status"], "SUCCESS")
        self.assertEqual({asset: one["left as it is"] for asset, one in materialised(again).items()},
                         dict.fromkeys(MADE, "fresh"))
        self.assertEqual(set(evaluations(again)), set(evaluations(self.made)))
        after = server.assets()
        self.assertEqual({asset: data_version(after[(asset,)]) for asset in MADE}, before)
        self.assertEqual(digests(self.project / "data"), files)

    def test_one_check_can_be_asked_for_alone(self):
        name = "fact_sales_sales_store_known"
        run = server.materialise([], [(("data_checks",), name)])
        self.assertEqual(run["status"], "SUCCESS")
        self.assertEqual(list(evaluations(run)), [name])
        self.assertEqual(materialised(run), {})


class ASelection(unittest.TestCase):
    def test_is_one_run_of_just_these(self):
        project = projects["again"]
        self.assertEqual(server.materialise(keys("again", *MADE))["status"], "SUCCESS")
        (project / "data/artifacts/insight/map.json").unlink()
        (project / "data/artifacts/insight/segments.json").unlink()
        run = server.materialise(keys("again", "store_map", "report"))
        self.assertEqual(run["status"], "FAILURE", "the report needs the segments, which are not asked for")
        run = server.materialise(keys("again", "store_map", "segments"))
        self.assertEqual(run["status"], "SUCCESS")
        self.assertEqual(set(materialised(run)), {"store_map", "segments"})
        self.assertEqual(evaluations(run), {})
        state = states(project)
        self.assertEqual(state["store_map"]["run"], materialised(run)["segments"]["aisle run"])
        self.assertNotEqual(state["report"]["run"], state["store_map"]["run"])


class ACriticalCheck(unittest.TestCase):
    def test_that_fails_stops_all_that_is_downstream(self):
        run = server.materialise(keys("dirty", *MADE))
        self.assertEqual(run["status"], "FAILURE")
        self.assertEqual(materialised(run), {})
        self.assertFalse((projects["dirty"] / "data/processed/store_features.parquet").exists())
        failed = {name for name, one in evaluations(run).items() if not one["success"] and one["severity"] == "ERROR"}
        self.assertIn("dim_store_management_management_store_id_unique", failed)
        failures = [e for e in run["eventConnection"]["events"] if e["__typename"] == "ExecutionStepFailureEvent"]
        wanted = aisle_error(projects["dirty"])
        self.assertEqual(failures[0]["failureMetadata"]["description"], wanted)
        checks = {c["name"]: c for c in server.assets()[("dirty", "data_checks")]["assetChecksOrError"]["checks"]}
        shown = checks["dim_store_management_management_store_id_unique"]["executionForLatestMaterialization"]
        self.assertEqual((shown["status"], shown["evaluation"]["severity"]), ("FAILED", "ERROR"))

    def test_that_failed_before_refuses_what_is_downstream(self):
        server.materialise(keys("dirty", "data_checks"))
        run = server.materialise(keys("dirty", "store_features"))
        self.assertEqual(run["status"], "FAILURE")
        self.assertEqual(materialised(run), {})


def aisle_error(project):
    """What the program itself says of a run that its data stop."""
    done = subprocess.run([AISLE, "run", "--quiet", "--project", str(project)], capture_output=True, text=True)
    assert done.returncode == 3, done
    return done.stderr.strip().splitlines()[-1].removeprefix("aisle: ")


class Cancel(unittest.TestCase):
    def test_ends_the_process_and_leaves_the_last_outputs_whole(self):
        project = projects["slow"]
        first = server.materialise(keys("slow", "data_checks", "store_features", "cluster_model"))
        self.assertEqual(first["status"], "SUCCESS")
        good = digests(project / "data")
        run_id = server.launch(keys("slow", *MADE))
        server.wait_for(run_id, {"STARTED"})
        deadline = time.monotonic() + 60
        while not any("Stability: " in e.get("message", "") for e in server.run(run_id)["eventConnection"]["events"]):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.3)
        self.assertEqual(len(processes_of(project)), 1)
        server.terminate(run_id)
        self.assertEqual(server.wait_for(run_id)["status"], "CANCELED")
        deadline = time.monotonic() + 10
        while processes_of(project) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(processes_of(project), [])
        self.assertEqual(digests(project / "data"), good)
        last = json.loads(aisle("status", "--json", project=project))["assets"]
        self.assertEqual({e["state"] for e in last if e["asset"] == "cluster_stability"}, {"missing"})
        # Nobody holds the project's lock: the next run begins at once, and ends well.
        aisle("run", "--quiet", "--only", "store_map", project=project)


class Automation(unittest.TestCase):
    def test_new_files_of_a_raw_table_make_what_depends_on_it(self):
        project = projects["watched"]
        self.assertEqual(server.materialise(keys("watched", *MADE))["status"], "SUCCESS")
        self._wait_for(lambda: self._ticks("watched_raw_tables") > 0, 120)
        first = data_version(server.assets()[("watched", "data_checks")])
        # The same retailer with the year before: another folder of sales.
        other = make_project(folder / "other", *SMALL[:-1], "2")
        shutil.copytree(other / "data/raw/fact_sales", project / "data/raw/fact_sales", dirs_exist_ok=True)
        seen = set(server.run_ids())
        self._wait_for(lambda: self._automatic(seen), 240)
        (run_id,) = self._automatic(seen)
        run = server.wait_for(run_id)
        self.assertEqual(run["status"], "SUCCESS")
        self.assertEqual(set(materialised(run)), set(MADE))
        self.assertNotEqual(data_version(server.assets()[("watched", "data_checks")]), first)
        self.assertEqual({e["state"] for a, e in states(project).items() if a in MADE}, {"fresh"})

    def _automatic(self, seen):
        return [run_id for run_id in server.run_ids() if run_id not in seen
                and "dagster/from_automation_condition" in {tag["key"] for tag in server.run(run_id)["tags"]}]

    @staticmethod
    def _ticks(sensor):
        return len(server.query(
            """query($s: SensorSelector!){sensorOrError(sensorSelector: $s){... on Sensor{
               sensorState{ticks(limit: 5, statuses: [SKIPPED, SUCCESS]){id}}}}}""",
            s={"repositoryLocationName": server.location, "repositoryName": "__repository__", "sensorName": sensor},
        )["sensorOrError"]["sensorState"]["ticks"])

    def _wait_for(self, is_so, seconds):
        deadline = time.monotonic() + seconds
        while not is_so():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(1)


class Stop(unittest.TestCase):
    """Last of the file, and of the tests."""

    def test_zz_dagster_ends_cleanly(self):
        server.stop()
        for project in projects.values():
            self.assertEqual(processes_of(project), [])


if __name__ == "__main__":
    unittest.main()
