"""scripts/run_platform.sh and scripts/clean.sh, with stand-ins for the program and for the container engine: which of
them is called, and that nothing is passed over."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"


class RunPlatformTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="aisle-run-platform-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.calls = self.folder / "calls"
        self.calls.touch()
        self.retailer = self.folder / "shop"
        (self.folder / "bin").mkdir()
        self.aisle = self.stand_in("aisle")

    def stand_in(self, name, exit_code=0):
        file = self.folder / "bin" / name
        file.write_text(f'#!/bin/sh\necho "{name} $*" >>{self.calls}\nexit {exit_code}\n')
        file.chmod(0o755)
        return file

    def run_platform(self, verb, platform=None):
        environment = {**os.environ, "PATH": f"{self.folder}/bin:{os.environ['PATH']}"}
        environment.pop("PLATFORM", None)
        if platform:
            environment["PLATFORM"] = platform
        done = subprocess.run([SCRIPTS / "run_platform.sh", verb, self.aisle, self.retailer], env=environment,
                              capture_output=True, text=True, check=False)
        asked = [call for call in self.calls.read_text().splitlines()
                 if not call.startswith(("docker info", "docker compose version"))]
        return done, asked

    def test_down_ends_processes_and_containers(self):
        self.stand_in("docker")
        done, asked = self.run_platform("down")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([call.split()[0] for call in asked], ["aisle", "docker"])
        self.assertEqual(asked[0], f"aisle down --project {self.retailer}")
        self.assertTrue(asked[1].endswith("compose.yaml down"), asked)
        self.assertFalse(self.retailer.exists())

    def test_processes_that_cannot_be_ended_are_told_and_the_containers_are_ended(self):
        self.stand_in("docker")
        self.stand_in("aisle", exit_code=4)
        done, asked = self.run_platform("down")
        self.assertEqual(done.returncode, 4)
        self.assertTrue(asked[-1].endswith("compose.yaml down"), asked)

    def test_down_without_an_engine_and_without_a_project(self):
        self.stand_in("docker", exit_code=1)
        self.stand_in("podman", exit_code=1)
        done, asked = self.run_platform("down")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([call for call in asked if "info" not in call], [f"aisle down --project {self.retailer}"])

    def test_without_the_program_what_was_started_is_not_passed_over(self):
        self.aisle.unlink()
        self.assertEqual(self.run_platform("down", "native")[0].returncode, 0)
        (self.retailer / ".aisle/platform").mkdir(parents=True)
        (self.retailer / ".aisle/platform/mlflow.json").write_text("{}")
        done, _ = self.run_platform("down", "native")
        self.assertEqual(done.returncode, 1)
        self.assertIn("`make build`", done.stderr)

    def test_up_in_containers_shows_no_secret(self):
        self.stand_in("docker")
        self.retailer.mkdir()
        (self.retailer / "aisle.toml").touch()
        had = (SCRIPTS.parent / "deploy/secrets").exists()
        done, asked = self.run_platform("up", "compose")
        if not had:
            self.addCleanup(shutil.rmtree, SCRIPTS.parent / "deploy/secrets")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(asked[-1].endswith("compose.yaml up --detach"), asked)
        token = (SCRIPTS.parent / "deploy/secrets/aisle_token").read_text()
        self.assertNotIn(token, done.stdout + done.stderr)
        self.assertIn("deploy/secrets/aisle_token", done.stdout)

    def clean(self, retailer):
        (self.folder / "scripts").mkdir(exist_ok=True)
        shutil.copy(SCRIPTS / "clean.sh", self.folder / "scripts")
        for name in ("release/bin", "my-retailer/data", ".hidden"):
            (self.folder / "build" / name).mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["scripts/clean.sh", retailer], cwd=self.folder, capture_output=True, text=True,
                              check=True)
        build = self.folder / "build"
        return done.stdout, sorted(os.listdir(build)) if build.exists() else None

    def test_clean_keeps_the_retailer_and_says_so(self):
        said, left = self.clean("build/my-retailer")
        self.assertEqual(left, ["my-retailer"])
        self.assertIn("kept build/my-retailer", said)
        self.assertEqual(self.clean("elsewhere/shop"), ("", None))


if __name__ == "__main__":
    unittest.main()
