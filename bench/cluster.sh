#!/usr/bin/env bash
# HDBSCAN against its peers:  bench/cluster.sh BENCH_CLUSTER [CASE...] [--quick]
# BENCH_CLUSTER is build/release/bin/bench_cluster (`make bench-cluster` builds it). The peers live in a virtual
# environment of their own in the cache (bench/cluster/requirements.txt).
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${AISLE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aisle}/cluster-bench-venv
command -v python3 >/dev/null || { echo "bench: python3 is not here; apt-get install python3 python3-venv" >&2; exit 1; }
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import quitefastmst, hdbscan, fast_hdbscan, sklearn' 2>/dev/null; then
  echo "bench: installing the peers (bench/cluster/requirements.txt)"
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q -r bench/cluster/requirements.txt
fi
exec "$venv/bin/python" bench/cluster.py "$@"
