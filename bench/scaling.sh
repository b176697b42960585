#!/usr/bin/env bash
# Features by size, on each engine and by the peers:  bench/scaling.sh AISLE [MILLIONS...]
# AISLE is a build with Spark (make build spark=on). docs/scaling.md keeps the table.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/fetch_spark.sh
SPARK_HOME=$(scripts/fetch_spark.sh --print)/home
export SPARK_HOME
python=$(bench/python.sh bench/requirements.txt)
exec "$python" bench/scaling.py "$@"
