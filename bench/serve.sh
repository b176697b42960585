#!/usr/bin/env bash
# The page's server under load, and a click beside the same in Streamlit: bench/serve.sh AISLE [load] [clicks]
# 100 clients of wrk on loopback for 30 seconds a row, on the documents of 2,000 stores; then the time from a click to
# its answer in Chromium at 1,000 stores.
set -euo pipefail
cd "$(dirname "$0")/.."
aisle=$(realpath "$1")
shift
wanted=${*:-load clicks}
work=${AISLE_BENCH_DIR:-build/bench}
seconds=${SECONDS_A_ROW:-30}
mkdir -p "$work"
work=$(realpath "$work")
started=()
trap '[ ${#started[@]} -eq 0 ] || kill "${started[@]}" 2>/dev/null || true' EXIT

# project STORES: a retailer with its documents, made once.
project() {
  local folder=$work/serve-$1
  if [ ! -f "$folder/data/artifacts/report.html" ]; then
    rm -rf "$folder"
    "$aisle" init --template original --project "$folder" >/dev/null
    "$aisle" generate --project "$folder" --stores "$1" --quiet
    "$aisle" run --project "$folder" --quiet
  fi
  echo "$folder"
}

# serve FOLDER: sets `url`.
serve() {
  "$aisle" serve --json --port 0 --project "$1" >"$work/serving" &
  started+=($!)
  until [ -s "$work/serving" ]; do sleep 0.05; done
  url=$(sed -n 's/.*"url":"\([^"]*\)\/".*/\1/p' "$work/serving")
}

load() {
  command -v wrk >/dev/null || { echo "bench: wrk is not here: run scripts/setup.sh bench" >&2; exit 1; }
  serve "$(project 2000)"
  local names paths=() tagged=() page script
  names=$(curl -sS --fail "$url/api/v1/documents" | grep -o '"name":"[a-z]*"' | cut -d'"' -f4)
  for name in $names; do
    paths+=("/api/v1/documents/$name")
    tagged+=("/api/v1/documents/$name=$(curl -sS --fail -o /dev/null -w '%header{etag}' "$url/api/v1/documents/$name")")
  done
  script=$(curl -sS --fail "$url/" | grep -o 'assets/[^"]*\.js' | head -1)
  echo "| what 100 clients ask for | requests a second | p50 ms | p99 ms | longest ms | MB a second | errors |"
  echo "|---|---|---|---|---|---|---|"
  row() {
    printf '| %s ' "$1"
    shift
    wrk --threads 2 --connections 100 --duration "${seconds}s" --timeout 10s --latency --script bench/serve.lua "$url" -- "$@" |
      grep '^|'
  }
  row "the documents, one after the other, as browsers take them (gzip)" gzip "${paths[@]}"
  row "the same, uncompressed" plain "${paths[@]}"
  row "the same by who has them already (If-None-Match: 304)" known "${tagged[@]}"
  row "the page and its script" gzip / "/$script"
  row "what is served (/api/v1/project)" plain /api/v1/project
  row "Prometheus' figures (/metrics)" plain /metrics
}

clicks() {
  local folder python peer port
  folder=$(project 1000)
  python=$(bench/python.sh bench/serve-requirements.txt)
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  serve "$folder"
  "$python" -m streamlit run bench/peers/streamlit_page.py --server.port "$port" --server.address 127.0.0.1 \
    --server.headless true --browser.gatherUsageStats false -- "$folder/data/artifacts/final_clustered_stores.parquet" \
    >"$work/streamlit.log" 2>&1 &
  peer=$!
  started+=("$peer")
  until curl -sf "http://127.0.0.1:$port/healthz" >/dev/null; do sleep 0.2; done
  echo "| 1,000 stores | first view, s | a click (median of 12), s | longest, s |"
  echo "|---|---|---|---|"
  node bench/serve_clicks.mjs "$url/" aisle
  node bench/serve_clicks.mjs "http://127.0.0.1:$port/" streamlit
}

for case in $wanted; do
  echo
  "$case"
done
