"""A step of a project in Dagster without a server: the program is one of the test's own, which does as it is told.

Run by scripts/test_dagster.sh.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from unittest import mock

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "python"))

import dagster as dg  # noqa: E402
from aisle_dagster import AisleError, _program, _run, project_definitions  # noqa: E402
from dagster._core.errors import DagsterExecutionInterruptedError  # noqa: E402

PROGRAM = """#!{python}
import json, os, pathlib, signal, sys, time
folder = pathlib.Path(sys.argv[3])
def asset(key, kind, depends_on):
    return dict(key=key, title=key, description="", kind=kind, depends_on=depends_on, code_version=1, options=[],
                outputs=[], columns=[], checks=[])
if sys.argv[1] == "assets":
    print(json.dumps({{"assets": [asset("fact_sales", "source", []), asset("data_checks", "derived", ["fact_sales"]),
                                 asset("report", "derived", ["data_checks"])]}}))
elif sys.argv[1] == "status":
    (folder / "looks").open("a").write("x")
    time.sleep(float(os.environ.get("LOOK_SECONDS", "0")))
    print(json.dumps({{"assets": [{{"asset": "fact_sales", "digest": "d"}}]}}))
else:
    from dagster_pipes import open_dagster_pipes
    with open_dagster_pipes() as pipes:
        for key in ("shop/data_checks", "shop/report"):
            pipes.report_asset_materialization(metadata={{}}, data_version="d", asset_key=key)
        pipes.report_custom_message({{"links": {{"asset_keys": ["shop/report"], "run": "7", "urls": {{"MLflow": "http://x/7"}}}}}})
"""

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"


class AStep(unittest.TestCase):
    def setUp(self):
        self.project = pathlib.Path(tempfile.mkdtemp(prefix="aisle-dagster-step-"))
        self.addCleanup(shutil.rmtree, self.project)
        (self.project / "aisle.toml").write_text("")
        program = self.project / "aisle"
        program.write_text(PROGRAM.format(python=sys.executable))
        program.chmod(0o755)
        self.program = str(program)

    def definitions(self):
        return project_definitions(self.project, program=self.program, key_prefix="shop")

    def test_links_that_are_known_late_are_observed_of_what_was_made(self):
        assets = [one for one in self.definitions().assets if isinstance(one, dg.AssetsDefinition)]
        result = dg.materialize(assets)
        self.assertTrue(result.success)
        self.assertEqual(len(result.get_asset_materialization_events()), 2)
        observed = [event.asset_observation_data.asset_observation for event in result.get_asset_observation_events()]
        self.assertEqual([one.asset_key for one in observed], [dg.AssetKey(["shop", "report"])])
        self.assertEqual(observed[0].metadata, {"aisle run": dg.MetadataValue.text("7"), "MLflow": dg.MetadataValue.url("http://x/7")})

    def test_a_cancel_stays_one_where_the_process_does_not_end(self):
        process = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        process.stdout.readline()
        with mock.patch.object(_run, "_LONGEST_END_SECONDS", 0.2), self.assertRaises(DagsterExecutionInterruptedError):
            try:
                raise DagsterExecutionInterruptedError
            finally:
                _run._end(process)
        self.assertEqual(process.returncode, -signal.SIGKILL)

    def test_a_program_that_does_not_answer_is_ended_and_named(self):
        environment = mock.patch.dict(os.environ, {"LOOK_SECONDS": "60"})
        longest = mock.patch.dict(_program._LONGEST_SECONDS, {"status": 1.0})
        with environment, longest, self.assertRaisesRegex(AisleError, "aisle status did not answer within 1 s"):
            _program.AisleProgram.of(self.project, self.program).ask("status")

    def test_the_raw_tables_are_looked_at_by_one_look_at_a_time(self):
        sensor = next(one for one in self.definitions().sensors if one.name == "shop_raw_tables")
        with dg.DagsterInstance.ephemeral() as instance:

            def look():
                return sensor.evaluate_tick(dg.build_sensor_context(instance=instance))

            with mock.patch.dict(os.environ, {"LOOK_SECONDS": "3"}):
                first = threading.Thread(target=look)
                first.start()
                deadline = time.monotonic() + 30
                while not (self.project / "looks").exists() and time.monotonic() < deadline:
                    time.sleep(0.05)
                self.assertIn("still reads", look().skip_message)
                first.join()
            self.assertEqual(json.loads(look().cursor), {"fact_sales": "d"})
        self.assertEqual((self.project / "looks").read_text(), "xx")


if __name__ == "__main__":
    unittest.main()
