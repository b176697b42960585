"""Suites and results between aisle and the real Great Expectations. Run by scripts/test_gx.sh."""

import copy
import csv
import datetime
import json
import pathlib
import random
import shutil
import subprocess
import tempfile
import unittest
import warnings

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResultSchema
from great_expectations.render.renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView
from projects import AISLE, aisle, make_project

PRICE, PROFIT = "unit_price_at_sale", "profit_at_sale"
COLUMNS = ["date", "store_id", "product_id", "qty", PRICE, PROFIT]


def sales_rows(seed, n_rows=400):
    """Sales with nulls in every column, rows that stand twice, and values beyond any rule."""
    draw = random.Random(seed)
    first = datetime.date(2024, 1, 1)
    rows = []
    for _ in range(n_rows):
        row = [
            (first + datetime.timedelta(days=draw.randrange(400))).isoformat(),
            f"S{draw.randrange(1, 9)}",
            f"P{draw.randrange(1, 40)}",
            str(draw.randrange(-2, 12)),
            f"{draw.uniform(0.5, 20):.2f}",
            f"{draw.uniform(-2, 22):.2f}",
        ]
        rows.append(["" if draw.random() < 0.05 else value for value in row])
        if draw.random() < 0.05:
            rows.append(list(rows[-1]))
    return rows


def expectations():
    """Every type that both know, so that each passes and fails, with `mostly` at and around the share observed."""
    columns = {"date": ("2024-02-01", "2024-12-31"), "qty": (0, 10), PRICE: (1.5, 15.25)}
    for column in COLUMNS:
        yield gxe.ExpectColumnToExist(column=column)
        for mostly in (1, 0.95, 0.5):
            yield gxe.ExpectColumnValuesToNotBeNull(column=column, mostly=mostly, severity="warning", notes="why")
        yield gxe.ExpectColumnValuesToBeUnique(column=column)
        yield gxe.ExpectColumnValuesToBeUnique(column=column, mostly=0.1)
    for mostly in (1, 0.8, 0.1):
        yield gxe.ExpectColumnValuesToBeInSet(column="store_id", value_set=["S1", "S2", "S3"], mostly=mostly)
        yield gxe.ExpectColumnValuesToNotBeInSet(column="store_id", value_set=["S1", "S9"], mostly=mostly)
        yield gxe.ExpectColumnValuesToMatchRegex(column="product_id", regex="^P[1-9]$", mostly=mostly)
        yield gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A=PRICE, column_B=PROFIT, mostly=mostly)
        yield gxe.ExpectCompoundColumnsToBeUnique(column_list=["date", "store_id", "product_id"], mostly=mostly)
        for column, (low, high) in columns.items():
            yield gxe.ExpectColumnValuesToBeBetween(column=column, min_value=low, max_value=high, mostly=mostly)
            yield gxe.ExpectColumnValuesToBeBetween(column=column, max_value=high, strict_max=True, mostly=mostly)
            yield gxe.ExpectColumnValuesToBeBetween(column=column, min_value=low, strict_min=True, mostly=mostly)
    yield gxe.ExpectColumnValuesToBeInSet(column="qty", value_set=[1, 2, 3.0, 4])
    yield gxe.ExpectColumnValuesToNotBeInSet(column="qty", value_set=[-2])
    yield gxe.ExpectColumnValuesToBeInSet(column="store_id", value_set=[f"S{n}" for n in range(1, 9)])
    yield gxe.ExpectColumnValuesToMatchRegex(column="store_id", regex="S")
    for ignore in ("both_values_are_missing", "either_value_is_missing", "neither"):
        for or_equal in (True, False):
            yield gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=PRICE, column_B="qty", or_equal=or_equal, ignore_row_if=ignore)
    for ignore in ("all_values_are_missing", "any_value_is_missing", "never"):
        yield gxe.ExpectCompoundColumnsToBeUnique(column_list=["store_id", "qty"], ignore_row_if=ignore)
        yield gxe.ExpectCompoundColumnsToBeUnique(column_list=COLUMNS, ignore_row_if=ignore)
    yield gxe.ExpectColumnValuesToBeOfType(column=PRICE, type_="float64")
    yield gxe.ExpectColumnValuesToBeOfType(column=PRICE, type_="int64", severity="info")
    for low, high in ((1, 10_000), (1, 5), (None, 3), (1000, None)):
        yield gxe.ExpectTableRowCountToBeBetween(min_value=low, max_value=high)
    for aggregate in (gxe.ExpectColumnMeanToBeBetween, gxe.ExpectColumnMinToBeBetween, gxe.ExpectColumnMaxToBeBetween):
        for low, high in ((-100, 100), (0, 1), (None, 4.5), (11, None)):
            yield aggregate(column="qty", min_value=low, max_value=high)
        yield aggregate(column=PRICE, min_value=0, max_value=50, strict_min=True, strict_max=True)
    yield gxe.ExpectColumnMaxToBeBetween(column="qty", min_value=1, max_value=11, strict_max=True)
    yield gxe.ExpectColumnMinToBeBetween(column="qty", min_value=-2, strict_min=True)
    yield gxe.ExpectColumnMinToBeBetween(column="date", min_value="2024-01-01", max_value="2024-01-31")
    yield gxe.ExpectColumnMaxToBeBetween(column="date", max_value="2024-12-31")


def write_csv(file, header, rows):
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "w", newline="") as out:
        csv.writer(out).writerows([header, *rows])


def plain(value):
    """A value as JSON would hold it, for comparison."""
    if isinstance(value, (pd.Timestamp, datetime.datetime, datetime.date)):
        return value.isoformat()[:10]
    return value.item() if hasattr(value, "item") else value


class ASuiteWrittenByGreatExpectations(unittest.TestCase):
    """Read from where Great Expectations keeps it, and judged alike by both over the same data."""

    @classmethod
    def setUpClass(cls):
        warnings.simplefilter("ignore")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="aisle-gx-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.context = gx.get_context(mode="file", project_root_dir=cls.folder)
        suite = cls.context.suites.add(gx.ExpectationSuite(name="sales rules", meta={"owner": "us"}, notes="ours"))
        for expectation in expectations():
            suite.add_expectation(expectation)
        suite.save()
        cls.suite = suite
        cls.asset = cls.context.data_sources.add_pandas("pandas").add_dataframe_asset("sales")
        cls.batch_definition = cls.asset.add_batch_definition_whole_dataframe("whole")
        (cls.folder / "aisle.toml").write_text(
            '[quality]\ndefaults = false\nsuites = ["fact_sales=gx/expectations/sales rules.json"]\n')
        write_csv(cls.folder / "data/raw/dim_store_management.csv", ["store_id"], [[f"S{n}"] for n in range(1, 9)])

    def check_by_aisle(self):
        done = subprocess.run([AISLE, "check", "--quiet", "--project", self.folder], capture_output=True, text=True)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        return json.loads((self.folder / "data/validation/fact_sales.sales_rules_validation.json").read_text())

    def check_by_gx(self, rows):
        types = {"store_id": "string", "product_id": "string", "qty": float, PRICE: float, PROFIT: float}
        frame = pd.DataFrame([[value or None for value in row] for row in rows], columns=COLUMNS)
        frame = frame.astype(types)
        # Great Expectations takes a suite's dates for days, and compares them with days only.
        days = [datetime.date.fromisoformat(row[0]) if row[0] else None for row in rows]
        frame["date"] = pd.Series(days, dtype=object)
        batch = self.batch_definition.get_batch(batch_parameters={"dataframe": frame})
        return batch.validate(self.suite, result_format="COMPLETE")

    def test_both_judge_every_expectation_alike(self):
        verdicts = set()
        for seed in range(3):
            rows = sales_rows(seed)
            write_csv(self.folder / "data/raw/fact_sales.csv", COLUMNS, rows)
            ours = {one["expectation_config"]["id"]: one for one in self.check_by_aisle()["results"]}
            theirs = {one.expectation_config.id: one for one in self.check_by_gx(rows).results}
            self.assertEqual(len(theirs), len(self.suite.expectations))
            self.assertEqual(set(ours), set(theirs))
            for identity, one in theirs.items():
                config = one.expectation_config
                with self.subTest(seed=seed, type=config.type, kwargs=config.kwargs):
                    self.assertFalse("exception_message" in one.exception_info
                                     and one.exception_info["exception_message"], one.exception_info)
                    self.compare(ours[identity], one)
                    verdicts.add((config.type, bool(one.success)))
        types = {type_ for type_, _ in verdicts}
        self.assertEqual(len(types), 14)
        # A column that is not there is an error of aisle's, so `to_exist` cannot fail in both.
        self.assertEqual(verdicts, {(t, v) for t in types for v in (True, False)} - {("expect_column_to_exist", False)})

    def compare(self, ours, theirs):
        self.assertEqual(ours["success"], bool(theirs.success))
        for key in ("element_count", "unexpected_count", "missing_count", "unexpected_percent", "missing_percent",
                    "unexpected_percent_total", "unexpected_percent_nonmissing", "observed_value"):
            self.assertEqual(key in ours["result"], key in theirs.result, key)
            if key not in theirs.result:
                continue
            left, right = plain(ours["result"][key]), plain(theirs.result[key])
            if isinstance(right, (int, float)) and not isinstance(left, str):
                self.assertAlmostEqual(left, right, places=6, msg=key)
            elif key != "observed_value" or theirs.expectation_config.type != "expect_column_values_to_be_of_type":
                self.assertEqual(str(left), str(right), key)

    def test_nothing_of_the_suite_is_left_out(self):
        write_csv(self.folder / "data/raw/fact_sales.csv", COLUMNS, sales_rows(1))
        document = self.check_by_aisle()
        self.assertEqual(document["suite_name"], "sales rules")
        written = json.loads((self.folder / "gx/expectations/sales rules.json").read_text())["expectations"]
        by_id = {one["expectation_config"]["id"]: one["expectation_config"] for one in document["results"]}
        self.assertEqual(len(by_id), len(written))
        for expectation in written:
            config = by_id[expectation["id"]]
            # A flag that is off is the same as none.
            kept = {key: value for key, value in config["kwargs"].items() if key != "batch_id" and value is not False}
            wanted = {key: value for key, value in expectation["kwargs"].items() if value is not False}
            self.assertEqual((config["type"], config["severity"]), (expectation["type"], expectation["severity"]))
            self.assertEqual(kept, wanted)
            self.assertEqual(config.get("notes"), expectation.get("notes"))


class AResultWrittenByAisle(unittest.TestCase):
    """Of a retailer with every kind of dirt, so that every built-in expectation is there, failed or not."""

    @classmethod
    def setUpClass(cls):
        warnings.simplefilter("ignore")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="aisle-gx-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.project = make_project(cls.folder / "shop", "--stores", "40", "--products", "40", "--years", "1", "--dirty")
        aisle("check", "--quiet", project=cls.project, expect=3)
        cls.documents = sorted((cls.project / "data/validation").glob("*_validation.json"))

    def test_loads_whole(self):
        self.assertEqual(len(self.documents), 5)
        for file in self.documents:
            with self.subTest(file.name):
                document = json.loads(file.read_text())
                loaded = ExpectationSuiteValidationResultSchema().load(copy.deepcopy(document))
                self.assertEqual(loaded["success"], document["success"])
                self.assertEqual(len(loaded["results"]), len(document["results"]))
                for ours, theirs in zip(document["results"], loaded["results"], strict=True):
                    self.assertEqual(theirs.success, ours["success"])
                    # Great Expectations knows the type, and takes the arguments.
                    expectation = theirs.expectation_config.to_domain_obj()
                    self.assertEqual(expectation.expectation_type, ours["expectation_config"]["type"])

    def test_renders(self):
        for file in self.documents:
            with self.subTest(file.name):
                loaded = ExpectationSuiteValidationResultSchema().load(json.loads(file.read_text()))
                page = DefaultJinjaPageView().render(ValidationResultsPageRenderer().render(loaded))
                failed = [one for one in loaded["results"] if not one.success]
                self.assertIn("Failed" if failed else "Succeeded", page)
                for one in failed:
                    self.assertIn(one.expectation_config.kwargs.get("column", ""), page)

    def test_stands_in_data_docs(self):
        context = gx.get_context(mode="file", project_root_dir=self.folder / "docs")
        for file in self.documents:
            document = json.loads(file.read_text())
            run = document["meta"]["run_id"]
            time = run["run_time"].replace("-", "").replace(":", "").replace("+0000", ".000000Z")
            place = (self.folder / "docs/gx/uncommitted/validations" / document["suite_name"]
                     / (run["run_name"] or "aisle") / time / f"{document['suite_name']}.json")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, place)
        site = pathlib.Path(context.build_data_docs()["local_site"].removeprefix("file://")).parent
        pages = list((site / "validations").rglob("*.html"))
        self.assertEqual(len(pages), len(self.documents))
        sales = next(page for page in pages if "aisle_fact_sales" in str(page)).read_text()
        self.assertIn("product_id", sales)
        index = (site / "index.html").read_text()
        for file in self.documents:
            self.assertIn(json.loads(file.read_text())["suite_name"], index)


if __name__ == "__main__":
    unittest.main()
