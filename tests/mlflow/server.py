"""A real MLflow server on 127.0.0.1, for the time of a test."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class MlflowServer:
    """Its database and artifacts stay when it is stopped or killed, and its port too."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.process = None
        self.certificate = None
        folder.mkdir()

    @property
    def url(self):
        return f"{'https' if self.certificate else 'http'}://127.0.0.1:{self.port}"

    def start(self, certificate=None, key=None):
        self.certificate = certificate
        command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self.port),
                   "--backend-store-uri", f"sqlite:///{self.folder}/mlflow.db",
                   "--artifacts-destination", str(self.folder / "artifacts"), "--serve-artifacts", "--workers", "1"]
        if certificate:
            command += ["--uvicorn-opts", f"--ssl-certfile {certificate} --ssl-keyfile {key}"]
        env = dict(os.environ, MLFLOW_DISABLE_TELEMETRY="true", MLFLOW_SERVER_ENABLE_JOB_EXECUTION="false")
        # A group of its own, so that a kill reaches its workers as well.
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=env, start_new_session=True)
        for _ in range(1200):
            if self.is_there():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"mlflow did not start:\n{(self.folder / 'log').read_text()[-2000:]}")

    def is_there(self):
        anyone = ssl.create_default_context()
        anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2, context=anyone) as answer:
                return answer.status == 200
        except OSError:
            return False

    def end(self, how=signal.SIGKILL):
        if self.process is None:
            return
        os.killpg(self.process.pid, how)
        self.process.wait(timeout=60)
        self.process = None
