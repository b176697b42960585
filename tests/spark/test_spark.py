"""Quality and features on a real Spark Connect server, against the embedded engine.

    AISLE=build/spark/bin/aisle SPARK_HOME=... python3 -m unittest discover -s tests/spark -v
"""
import datetime
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

from spark_server import SparkServer

AISLE = os.environ["AISLE"]
HOME = os.environ["SPARK_HOME"]
SOURCE = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("AISLE_SHARED", SOURCE.parent / "shared"))
TOKEN = "a-token-of-the-tests"
NOBODY = 65534
OUTPUTS = ("data/validation", "data/quarantine", "data/processed")
ROOT = os.geteuid() == 0

EVERY_GROUP = ('["mix", "weekend", "season", "growth", "volatility", "price", "discount", "assortment", "turnover", '
               '"trading"]')


def setUpModule():
    global folder, server
    folder = Path(tempfile.mkdtemp(prefix="aisle spark é "))
    os.chmod(folder, 0o755)
    server = SparkServer(HOME, folder / "server", token=TOKEN)


def tearDownModule():
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def environment(token=TOKEN):
    return dict(os.environ, SPARK_CONNECT_AUTHENTICATE_TOKEN=token)


def on_spark(url=None):
    return ["--set", "engine.kind=spark", "--set", f"engine.spark_url={url or server.url}"]


def aisle(*arguments, token=TOKEN, timeout=300):
    return subprocess.run([AISLE, *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
                          env=environment(token))


def outputs(project):
    """Bytes of everything that checks and features write."""
    return {str(path.relative_to(project)): path.read_bytes()
            for part in OUTPUTS for path in sorted((project / part).rglob("*")) if path.is_file()}


def last_line(text):
    return text.strip().splitlines()[-1] if text.strip() else ""


class SparkTest(unittest.TestCase):
    maxDiff = 2000

    def ran(self, result, code=0):
        self.assertEqual(result.returncode, code, result.stderr[-3000:])
        return result

    def features(self, project, *more, **options):
        return aisle("run", "--only", "data_checks,store_features", "--quiet", "--project", project, *more, **options)

    @staticmethod
    def configured(name, options=""):
        project = folder / name
        project.mkdir()
        (project / "aisle.toml").write_text(
            f'format = 1\n[model]\npreset = "original"\n[features]\ngroups = {EVERY_GROUP}\n{options}', encoding="utf-8")
        return project

    def generated(self, name, *arguments, options=""):
        project = self.configured(name, options)
        self.ran(aisle("generate", "--project", project, "--quiet", *arguments))
        return project

    def assert_same(self, project):
        """DuckDB, then Spark in a copy: the same bytes."""
        other = project.with_name(project.name + " on spark")
        shutil.copytree(project, other)
        self.ran(self.features(project))
        self.ran(self.features(other, *on_spark()))
        here, there = outputs(project), outputs(other)
        self.assertEqual(sorted(here), sorted(there))
        self.assertEqual([name for name in here if here[name] != there[name]], [])
        self.assertIn("data/processed/store_features.parquet", here)
        self.assertEqual(list((other / ".aisle/spark").iterdir()), [], "a session was left behind")
        self.assertEqual(list((other / ".aisle/tmp").glob("spark-*")), [], "files were left behind")
        return here

    def refused(self, project, code, *words, arguments=None, **options):
        """One clear message, and the last good outputs are whole."""
        before = outputs(project)
        result = self.features(project, "--force", *(arguments or on_spark()), **options)
        self.ran(result, code)
        for word in words:
            self.assertIn(word, last_line(result.stderr))
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        self.assertEqual(outputs(project), before)
        return result


class SameBytes(SparkTest):
    def test_generated_retailer_with_faults(self):
        project = self.generated("dirty", "--stores", 40, "--years", 2, "--dirty")
        here = self.assert_same(project)
        self.assertTrue([name for name in here if name.startswith("data/quarantine/")], "nothing was quarantined")

    def test_text_files_and_scope(self):
        project = self.configured("text", '[scope]\nsales = "qty < 9"\nproducts = "base_price > 1.5"\n')
        raw = project / "data/raw"
        raw.mkdir(parents=True)

        def write(name, header, lines):
            (raw / f"{name}.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")

        # Semicolons, decimal commas, days as in Brazil, accents; one product is not in the list.
        days = [datetime.date(2023, 1, 2) + datetime.timedelta(days=at) for at in range(430)]
        write("dim_product", "product_id;name;category;base_price;cost",
              [f"00{p};é {p};{['A', 'B', ''][p % 3]};{p},5;0,5" for p in range(1, 8)])
        write("dim_store_physical", "store_id;size_m2;placement;storage_capacity_m2;address;city;state",
              [f"S{s};{'' if s == 3 else f'{50 + s},25'};{['Mall', 'Street'][s % 2]};{10 + s};a;b;c" for s in range(12)])
        write("dim_store_management", "store_id;store_name;regional;current_cluster_label;opening_date",
              [f"S{s};n;{['N', 'S'][s % 2]};x;0{1 + s % 9}/02/2019" for s in range(12)])
        write("fact_sales", "date;store_id;product_id;qty;unit_price_at_sale",
              [f"{day:%d/%m/%Y};S{s};00{1 + (s + at) % 8};{1 + (s * at) % 9};{1 + s},{at % 90 + 10}"
               for at, day in enumerate(days) for s in range(12) if (at + s) % 3])
        write("fact_inventory", "snapshot_date;store_id;product_id;qty_on_hand",
              [f"{day:%d/%m/%Y};S{s};00{p};{(s * p + at) % 50}"
               for at, day in enumerate(days[::30]) for s in range(12) for p in range(1, 8)])
        self.assert_same(project)

    def test_seed42(self):
        raw = SHARED / "reference/seed42/raw"
        if not raw.exists():
            self.skipTest(f"the raw tables of seed 42 are not at {raw} (set AISLE_SHARED)")
        project = self.configured("seed42")
        shutil.copytree(raw, project / "data/raw")
        self.assert_same(project)

    def test_iowa(self):
        raw = SHARED / "data/iowa"
        if not raw.exists():
            self.skipTest(f"the data of Iowa are not at {raw} (set AISLE_SHARED)")
        project = folder / "iowa"
        project.mkdir()
        toml = (SOURCE / "examples/iowa/aisle.toml").read_text(encoding="utf-8")
        shutil.copytree(raw, project / "data/raw")
        toml = toml.replace("data/raw/sales.parquet", "data/raw/sales_2021.parquet")
        (project / "aisle.toml").write_text(toml, encoding="utf-8")
        self.assert_same(project)


class Refusals(SparkTest):
    @classmethod
    def setUpClass(cls):
        test = SparkTest()
        cls.project = test.generated("refusals", "--stores", 10, "--years", 2, "--dirty")
        test.ran(test.features(cls.project))

    def test_wrong_token(self):
        result = self.refused(self.project, 4, "refuses the token", "SPARK_CONNECT_AUTHENTICATE_TOKEN", token="wrong")
        self.assertNotIn("wrong", result.stderr)

    def test_no_server(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.refused(self.project, 4, "does not answer", f"127.0.0.1:{port}",
                     arguments=on_spark(f"sc://127.0.0.1:{port}"))

    def test_bad_sql_of_the_user(self):
        (self.project / "sql").mkdir(exist_ok=True)
        file = self.project / "sql/visits.sql"
        file.write_text("SELECT store_id,\n    count(*) AS visits,\n    max(no_such_column) AS c\n"
                        "FROM sales_by_week\nGROUP BY store_id\n", encoding="utf-8")
        try:
            self.refused(self.project, 3, "sql/visits.sql: line 3", "UNRESOLVED_COLUMN", "no_such_column")
        finally:
            file.unlink()

    def test_bad_scope(self):
        self.refused(self.project, 2, "scope.sales", "no_such_column",
                     arguments=[*on_spark(), "--set", "scope.sales=no_such_column > 1"])

    @unittest.skipUnless(ROOT, "needs root to start a server as another user")
    def test_no_permission_and_a_folder_that_the_cluster_does_not_see(self):
        hidden = folder / "hidden"
        hidden.mkdir()
        unseen = hidden / "unseen"
        shutil.copytree(self.project, unseen)
        stranger_home = folder / "spark home"
        stranger_home.mkdir()
        stranger = SparkServer(stranger_home, folder / "stranger", user=NOBODY, token=TOKEN, before=(
            f"mount --bind '{HOME}' '{stranger_home}' && mount -t tmpfs tmpfs '{hidden}'"))
        try:
            self.refused(self.project, 4, "may not read or write there", arguments=on_spark(stranger.url))
            self.refused(unseen, 4, "does not see this file", arguments=on_spark(stranger.url))
        finally:
            stranger.stop()

    @unittest.skipUnless(ROOT, "needs root to mount a small disk")
    def test_full_disk(self):
        small = folder / "small disk"
        small.mkdir()
        full = SparkServer(HOME, folder / "full", token=TOKEN, local_dir=small,
                           before=f"mount -t tmpfs -o size=256k,mode=1777 tmpfs '{small}'")
        try:
            self.refused(self.project, 4, "no space left", arguments=on_spark(full.url))
        finally:
            full.stop()

    def test_token_in_the_address(self):
        result = self.refused(self.project, 2, "engine.spark_url", "SPARK_CONNECT_AUTHENTICATE_TOKEN",
                              arguments=on_spark(server.url + "/;token=secret"))
        self.assertNotIn("secret", result.stderr)


class Tls(SparkTest):
    """Spark itself speaks no TLS; in front of it stands what ends it, as a proxy does."""

    def test_certificate(self):
        made = folder / "tls"
        made.mkdir()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout",
                        made / "key.pem", "-out", made / "cert.pem", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        project = self.generated("tls project", "--stores", 5, "--years", 1)
        self.ran(self.features(project))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made / "cert.pem", made / "key.pem")
        context.set_alpn_protocols(["h2"])
        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=self.serve, args=(listener, context), daemon=True).start()
            url = f"sc://localhost:{listener.getsockname()[1]}/;use_ssl=true"
            before = outputs(project)
            trusting = dict(environment(), SSL_CERT_FILE=str(made / "cert.pem"))
            result = subprocess.run([AISLE, "run", "--only", "data_checks,store_features", "--force", "--quiet",
                                     "--project", project, *on_spark(url)], capture_output=True, text=True,
                                    timeout=300, env=trusting)
            self.ran(result)
            self.assertEqual(outputs(project), before)
            self.refused(project, 4, "does not answer", arguments=on_spark(url))

    @staticmethod
    def serve(listener, context):
        def pump(source, target):
            try:
                while data := source.recv(65536):
                    target.sendall(data)
            except OSError:
                pass
            finally:
                for end in (source, target):
                    try:
                        end.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        pass

        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            try:
                outer = context.wrap_socket(plain, server_side=True)
                inner = socket.create_connection(("127.0.0.1", int(server.port)))
            except OSError:
                continue
            threading.Thread(target=pump, args=(outer, inner), daemon=True).start()
            threading.Thread(target=pump, args=(inner, outer), daemon=True).start()


SLOW = """-- group: slow
-- title: A query that would run for minutes
-- about: For the tests.
-- needs: fact_sales.date
-- column: n | rows | a count
SELECT a.store_id, sum(CASE WHEN a.week * b.week % 7 = c.week % 5 THEN 1 ELSE 0 END) AS n
FROM sales_by_week AS a CROSS JOIN sales_by_week AS b CROSS JOIN sales_by_week AS c
GROUP BY a.store_id
"""


class Stopped(SparkTest):
    def setUp(self):
        self.project = folder / "stopped"
        if not self.project.exists():
            self.generated("stopped", "--stores", 60, "--years", 3)
            self.ran(self.features(self.project))
            (self.project / "sql").mkdir()
            (self.project / "sql/slow.sql").write_text(SLOW, encoding="utf-8")
        self.before = outputs(self.project)

    def start(self, url=None):
        process = subprocess.Popen([AISLE, "run", "--only", "store_features", "--force", "--project", self.project,
                                    *on_spark(url)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=environment())
        end = time.monotonic() + 120
        while time.monotonic() < end and process.poll() is None:
            # The slow query is the one that has been running for three seconds.
            if (url is None or url == server.url) and self.has_slow_job():
                return process
            time.sleep(0.3)
        process.kill()
        self.fail("the slow query never ran: " + process.communicate()[1][-2000:])

    @staticmethod
    def has_slow_job():
        first = {job["jobId"] for job in server.running_jobs()}
        time.sleep(3)
        return bool(first & {job["jobId"] for job in server.running_jobs()})

    def test_ctrl_c_stops_the_job_on_the_cluster(self):
        process = self.start()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, err)
        self.assertTrue(server.wait_until_busy(False, 10), "the job still runs on the cluster")
        self.assertEqual(outputs(self.project), self.before)
        self.assertEqual(list((self.project / ".aisle/spark").iterdir()), [])

    def test_the_job_of_a_killed_client_is_released_by_the_next_command(self):
        process = self.start()
        process.kill()
        process.communicate()
        self.assertEqual(len(list((self.project / ".aisle/spark").iterdir())), 1)
        time.sleep(3)
        self.assertTrue(server.running_jobs(), "the job ended by itself: the test shows nothing")
        (self.project / "sql/slow.sql").unlink()
        try:
            self.ran(self.features(self.project, "--force", *on_spark()))
        finally:
            (self.project / "sql/slow.sql").write_text(SLOW, encoding="utf-8")
        self.assertTrue(server.wait_until_busy(False, 10), "the job still runs on the cluster")
        self.assertEqual(list((self.project / ".aisle/spark").iterdir()), [])
        self.assertEqual(list((self.project / ".aisle/tmp").glob("spark-*")), [])
        self.assertEqual(outputs(self.project), self.before)

    def test_zz_killed_server(self):
        process = self.start()
        server.kill()
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 4, err)
        self.assertIn("does not answer", last_line(err))
        self.assertEqual(outputs(self.project), self.before)


if __name__ == "__main__":
    unittest.main()
