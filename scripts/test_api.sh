#!/usr/bin/env bash
# Fuzzes the API of the real `aisle serve` by the description that it serves (Schemathesis): no 500, and no answer
# that is not as described. Runs are started for real, on a small synthetic retailer.
#   scripts/test_api.sh AISLE [arguments of `schemathesis run`]
set -euo pipefail
aisle=$(realpath "$1")
shift
cd "$(dirname "$0")/.."
python=$(bench/python.sh tests/api/requirements.txt)
made=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$made"' EXIT

"$aisle" init --template original --project "$made/shop" >/dev/null
"$aisle" generate --project "$made/shop" --stores 30 --years 1 --products 20 --quiet
printf '\n[stability]\nresamples = 5\nnull_runs = 1\n' >>"$made/shop/aisle.toml"
# Two runs, so that there is something to compare.
"$aisle" run --project "$made/shop" --quiet
"$aisle" run --project "$made/shop" --quiet --set hdbscan.min_cluster_size=4
head -c 32 /dev/urandom | base64 | tr -d '\n' >"$made/token"

"$aisle" serve --json --port 0 --project "$made/shop" --token-file "$made/token" >"$made/said" 2>"$made/errors" &
server=$!
for _ in $(seq 100); do
  [ ! -s "$made/said" ] || break
  kill -0 "$server" 2>/dev/null || { cat "$made/errors" >&2; exit 1; }
  sleep 0.1
done
url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' "$made/said")
[ -n "$url" ] || { echo "test_api: aisle serve did not say where it listens: $(cat "$made/said")" >&2; exit 1; }

# The event stream is left out: it does not end. The integration tests of serve read it.
cd "$made"
"$(dirname "$python")/schemathesis" --config-file="$OLDPWD/tests/api/schemathesis.toml" run "${url}api/v1/openapi.json" \
  --header "Authorization: Bearer $(cat token)" --exclude-operation-id followEvents \
  --checks all --max-examples 30 --generation-deterministic \
  --request-timeout 30 --no-color "$@"

# What Schemathesis did not look at counts too.
metrics=$(curl -sS --fail -H "Authorization: Bearer $(cat token)" "${url}metrics")
if grep 'aisle_http_requests_total.*status="500"' <<<"$metrics"; then
  echo "test_api: the server answered 500 (above)" >&2
  exit 1
fi
kill -TERM "$server"
wait "$server" || { echo "test_api: aisle serve ended with $?" >&2; cat errors >&2; exit 1; }
server=
echo "test_api: $(awk '/^aisle_http_requests_total/ { n += $2 } END { print n }' <<<"$metrics") requests, none answered 500"
