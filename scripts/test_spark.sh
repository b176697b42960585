#!/usr/bin/env bash
# Quality and features on a real Spark Connect server of its own, against the embedded engine.
#   scripts/test_spark.sh AISLE [unittest arguments]
set -euo pipefail
cd "$(dirname "$0")/.."
AISLE=$(realpath "$1")
shift
SPARK_HOME=$(scripts/fetch_spark.sh --print)/home
export AISLE SPARK_HOME
cd tests/spark
exec python3 -m unittest -v "${@:-test_spark}"
