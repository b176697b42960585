"""A Spark Connect server of its own for the tests: on a free port of 127.0.0.1, stopped by its own process id."""
import os
import re
import signal
import subprocess
import threading
import time
import urllib.request
import json
from pathlib import Path

START_SECONDS = 180


class SparkServer:
    """`before` is a shell line that runs in a mount namespace of the server's own, as root, before it starts."""

    def __init__(self, home, folder, token="", before="", user=None, local_dir=None, conf=()):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / "server.log"
        local = Path(local_dir or self.folder / "local")
        local.mkdir(parents=True, exist_ok=True)
        os.chmod(self.folder, 0o777)
        os.chmod(local, 0o777)
        environment = dict(os.environ, SPARK_HOME=str(home), SPARK_LOCAL_IP="127.0.0.1", SPARK_LOCAL_DIRS=str(local))
        environment.pop("SPARK_CONNECT_AUTHENTICATE_TOKEN", None)
        if token:
            environment["SPARK_CONNECT_AUTHENTICATE_TOKEN"] = token
        options = {
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": "0",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.ui.port": "0",
            "spark.sql.warehouse.dir": str(self.folder / "warehouse"),
            **dict(conf),
        }
        command = [f"{home}/bin/spark-submit", "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
                   "--master", "local[2]", "--driver-memory", "1g"]
        for key, value in options.items():
            command += ["--conf", f"{key}={value}"]
        command.append("spark-internal")
        if before or user is not None:
            drop = f"exec setpriv --reuid {user} --regid {user} --clear-groups" if user is not None else "exec"
            command = ["unshare", "--mount", "bash", "-c", f'{before or ":"} && {drop} "$@"', "bash", *command]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment,
                                            cwd=self.folder, start_new_session=True)
        try:
            self.port = self._wait_for(r"Spark Connect server started at: \S*?:(\d+)")
            self.url = f"sc://127.0.0.1:{self.port}"
        except BaseException:
            self.stop()
            raise

    def _wait_for(self, pattern):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            found = re.search(pattern, self.log.read_text(errors="replace"))
            if found:
                return found.group(1)
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError("the server did not start:\n" + self.log.read_text(errors="replace")[-2000:])

    def running_jobs(self):
        """Jobs that the cluster works on, by Spark's own REST interface."""
        ui = self._wait_for(r"started at (http://127\.0\.0\.1:\d+)")
        with urllib.request.urlopen(f"{ui}/api/v1/applications", timeout=20) as answer:
            application = json.load(answer)[0]["id"]
        with urllib.request.urlopen(f"{ui}/api/v1/applications/{application}/jobs?status=running",
                                    timeout=20) as answer:
            return json.load(answer)

    def wait_until_busy(self, busy, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if bool(self.running_jobs()) == busy:
                return True
            time.sleep(0.2)
        return False

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
