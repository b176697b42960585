"""`aisle up` with the real MLflow and Dagster: it comes up, a second call changes nothing, a run shows everywhere,
and nothing is left behind. Run by scripts/test_platform.sh."""

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
        asked = {"query": "{workspaceOrError{... on Workspace{locationEntries{locationOrLoadError{__typename"
                          " ... on PythonError{message}}}}}}"}
        locations = wait_until(
            lambda: json.loads(get(services["dagster"]["url"] + "/graphql", asked))["data"]["workspaceOrError"][
                "locationEntries"], "Dagster's code location")
        self.assertEqual([entry["locationOrLoadError"]["__typename"] for entry in locations], ["RepositoryLocation"],
                         locations)

        again = self.services(self.up().stdout)
        self.assertEqual({name: line["process"] for name, line in again.items()},
                         {name: line["process"] for name, line in services.items()})
        self.assertFalse(any(line["is_new"] for line in again.values()))

    def test_8_what_killed_services_leave_is_ended(self):
        self.assertEqual(self.up().returncode, 0)
        services = self.services(aisle("ps", "--json", "--project", self.project).stdout)
        for name in ("mlflow", "dagster"):
            self.assertGreater(services[name]["n_processes"], 1)
            os.kill(services[name]["process"], signal.SIGKILL)
        wait_until(lambda: not any(services[name]["process"] in marked_processes(self.project)
                                   for name in ("mlflow", "dagster")), "the killed are gone")
        died = self.services(aisle("ps", "--json", "--project", self.project).stdout)
        self.assertEqual([died[name]["state"] for name in ("mlflow", "dagster")], ["died", "died"])
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
