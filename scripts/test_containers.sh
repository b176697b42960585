#!/usr/bin/env bash
# The compose files are valid, and the image is built and run for real: small, not as root, on a read-only root file
# system, healthy, with a whole run of aisle in it.  scripts/test_containers.sh BUILD
#
# The program in the image is the one that BUILD holds, as compiling it again within the image would take ten minutes;
# PROGRAM=built does that.
set -euo pipefail
build=$(realpath "$1")
cd "$(dirname "$0")/.."
say() { echo "test_containers: $1"; }
fail() { echo "test_containers: FAILED: $1" >&2; exit 1; }
made=$(mktemp -d)
container=
trap '[ -z "$container" ] || podman rm --force --time 2 "$container" >/dev/null 2>&1; rm -rf "$made"' EXIT

# --- the compose files
command -v docker-compose >/dev/null || fail "docker-compose is not here: run scripts/setup.sh containers"
deploy/write_secrets.sh "$made/secrets"
export AISLE_SECRETS_DIR=$made/secrets
docker-compose -f deploy/compose.yaml config -q || fail "compose.yaml"
docker-compose -f deploy/compose.yaml -f deploy/compose.lab.yaml config -q || fail "compose.lab.yaml"
docker-compose -f deploy/compose.yaml -f deploy/compose.lab.yaml config >"$made/whole.yaml"
# The same check must find a mistake out, and nothing else in the same file elsewhere.
cp deploy/compose.yaml "$made/right.yaml"
docker-compose -f "$made/right.yaml" config -q || fail "a copy of compose.yaml"
sed 's/command:/comand:/' deploy/compose.yaml >"$made/wrong.yaml"
! docker-compose -f "$made/wrong.yaml" config -q 2>/dev/null || fail "a misspelt key was not found out"
python3 - "$made/whole.yaml" <<'PYTHON' || fail "what the compose files hold"
import re, sys
text = open(sys.argv[1]).read()
ports = re.findall(r"^    - (\S*?):?(\d+):(\d+)/tcp$", text, re.M)
assert {p[2] for p in ports} == {"8501", "3000", "5000", "8888"}, ports
assert all(p[0] == "127.0.0.1" for p in ports), f"open to other machines: {ports}"
secret = re.findall(r"(?i)(password|token|secret)\w*: +(?!/run/secrets/)([^\s{].*)", text)
secret = [s for s in secret if "file" not in s[0].lower() and not s[1].startswith(("/run/secrets", "file:"))]
assert not secret, f"secrets in the file: {secret}"
PYTHON
say "the compose files are valid, for this machine alone and without secrets"

# --- the image
settings=$(scripts/container_base.sh) || {
  [ $? = 77 ] || fail "the base image"
  say "SKIPPED: THE IMAGE WAS NEITHER BUILT NOR RUN; the reason stands above"
  exit 0
}
eval "$settings"
program=${PROGRAM:-installed}
if [ "$program" = installed ]; then
  . /etc/os-release
  [ "${VERSION_CODENAME:-}" = bookworm ] || {
    say "SKIPPED: THE IMAGE WAS NEITHER BUILT NOR RUN; it is Debian bookworm, and the program was built on ${PRETTY_NAME:-another}; PROGRAM=built compiles it within"
    exit 0; }
  deploy/install_for_image.sh "$build"
fi
began=$SECONDS
podman build --pull=never --format docker --layers -f deploy/Containerfile --target runtime -t localhost/aisle:test \
  --build-arg "PROGRAM=$program" . >"$made/build.log" 2>&1 ||
  { tail -40 "$made/build.log" >&2; fail "podman build"; }
say "built in $((SECONDS - began)) s"

bytes=$(podman image inspect --format '{{.Size}}' localhost/aisle:test)
[ "$bytes" -lt 300000000 ] || fail "the image has $((bytes / 1000000)) MB; expected less than 300"
say "$((bytes / 1000000)) MB"

project=$made/project
mkdir "$project"
chown 10001:10001 "$project"
chmod 755 "$made"
run=(podman run --read-only --tmpfs /tmp --cap-drop all --security-opt no-new-privileges --network host
  -v "$project:/project")
"${run[@]}" --no-healthcheck --rm --entrypoint id localhost/aisle:test -u >"$made/user"
[ "$(cat "$made/user")" = 10001 ] || fail "it runs as user $(cat "$made/user"); expected 10001"
! "${run[@]}" --no-healthcheck --rm --entrypoint touch localhost/aisle:test /usr/local/bin/x 2>/dev/null ||
  fail "the root file system can be written"
for step in "init --template original" "generate --stores 40 --years 1 --quiet" "run --set stability.resamples=10"; do
  "${run[@]}" --no-healthcheck --rm localhost/aisle:test $step >"$made/said" 2>&1 || { cat "$made/said" >&2; fail "aisle $step"; }
done
for file in data/artifacts/final_clustered_stores.parquet data/artifacts/report.html data/artifacts/insight/segments.json; do
  [ -s "$project/$file" ] || fail "the run left no $file"
done
[ "$(stat -c %u "$project/data/artifacts/report.html")" = 10001 ] || fail "the report belongs to another user"
say "a run in it wrote the segments and the report"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
chmod 755 "$made/secrets"
container=$("${run[@]}" --detach -v "$made/secrets/aisle_token:/run/secrets/aisle_token:ro" \
  --health-cmd "/usr/local/lib/aisle/is_healthy.sh $port /health" localhost/aisle:test \
  serve --host 0.0.0.0 --port "$port" --token-file /run/secrets/aisle_token 2>"$made/said") ||
  { cat "$made/said" >&2; fail "aisle serve"; }
for _ in $(seq 100); do podman healthcheck run "$container" >/dev/null 2>&1 && break; sleep 0.2; done
podman healthcheck run "$container" >/dev/null 2>&1 || { podman logs "$container" >&2; fail "it does not become healthy"; }
ask() { python3 - "$port" "$1" "${2:-}" <<'PYTHON'
import sys, urllib.error, urllib.request
request = urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}{sys.argv[2]}")
if sys.argv[3]: request.add_header("Authorization", "Bearer " + open(sys.argv[3]).read())
try: print(urllib.request.urlopen(request, timeout=20).status)
except urllib.error.HTTPError as error: print(error.code)
PYTHON
}
[ "$(ask /api/v1/documents/segments)" = 401 ] || fail "it answers without the token"
[ "$(ask /api/v1/documents/segments "$made/secrets/aisle_token")" = 200 ] || fail "it does not answer with the token"
# The check finds a server out that does not answer.
! podman exec "$container" /usr/local/lib/aisle/is_healthy.sh 9 /health 2>/dev/null || fail "the health check cannot fail"
podman image inspect --format '{{json .Config.Healthcheck}}' localhost/aisle:test | grep -q is_healthy ||
  fail "the image has no health check"
podman stop --time 20 "$container" >/dev/null 2>&1
[ "$(podman inspect --format '{{.State.ExitCode}}' "$container")" = 0 ] || fail "it does not end by itself when stopped"
say "healthy, asks for its token, ends when stopped"
