"""Arrow IPC streams for tests/unit/engine/arrow_rows_test.cc: python3 make.py (pyarrow 26.0.1)."""
import datetime
import decimal
from pathlib import Path

import pyarrow as pa

here = Path(__file__).parent
D = decimal.Decimal
everything = pa.table({
    "text": pa.array(["é", None, ""], pa.string()),
    "large_text": pa.array(["a", "bc", None], pa.large_string()),
    "tiny": pa.array([-1, None, 127], pa.int8()),
    "small": pa.array([-1, 2, 32767], pa.int16()),
    "int": pa.array([-1, None, 2147483647], pa.int32()),
    "big": pa.array([-9223372036854775808, 0, 9223372036854775807], pa.int64()),
    "float": pa.array([0.5, None, -1.25], pa.float32()),
    "double": pa.array([0.1, float("nan"), None], pa.float64()),
    "flag": pa.array([True, None, False], pa.bool_()),
    "day": pa.array([datetime.date(1969, 12, 31), None, datetime.date(2024, 2, 29)], pa.date32()),
    "moment": pa.array([datetime.datetime(1969, 12, 31, 23, 59), datetime.datetime(2024, 2, 29, 1), None],
                       pa.timestamp("us", tz="UTC")),
    "whole": pa.array([D(-5), None, D(10) ** 18], pa.decimal128(38, 0)),
    "huge": pa.array([D(1), D(10) ** 30, None], pa.decimal128(38, 0)),
    "money": pa.array([D("1.25"), None, D("-0.50")], pa.decimal128(12, 2)),
    "nothing": pa.nulls(3),
})


def write(name, table):
    with pa.OSFile(str(here / name), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)


write("everything.arrows", everything)
write("empty.arrows", everything.slice(0, 0))
write("list.arrows", pa.table({"items": pa.array([[1, 2]], pa.list_(pa.int32()))}))
