#!/usr/bin/env bash
# The platform of a project: in containers where Docker or Podman can compose, else as processes of this machine.
#   scripts/run_platform.sh up|down|logs AISLE FOLDER    with PLATFORM=native or compose to choose
# `down` ends both kinds: which of them was started may not be what would be chosen now.
set -euo pipefail
verb=$1 aisle=$2 folder=$3
here=$(cd "$(dirname "$0")/.." && pwd)

# The compose command of an engine that answers; nothing where there is none.
composer() {
  if docker info >/dev/null 2>&1; then
    if docker compose version >/dev/null 2>&1; then echo "docker compose"; return; fi
    if command -v docker-compose >/dev/null; then echo docker-compose; return; fi
  fi
  if podman info >/dev/null 2>&1 && command -v podman-compose >/dev/null; then echo podman-compose; fi
}

say() { echo "run_platform: $1" >&2; }

end_native() {
  if [ -x "$aisle" ]; then
    "$aisle" down --project "$folder"
  elif compgen -G "$folder/.aisle/platform/*.json" >/dev/null; then
    say "$folder has services that were started, and $aisle is not there to end them; \`make build\`, then again"
    return 1
  fi
}

compose=
case ${PLATFORM:-} in
  native) ;;
  compose) compose=$(composer)
    [ -n "$compose" ] || { say "no engine answers that composes: neither docker with its compose plugin or docker-compose, nor podman with podman-compose"; exit 1; } ;;
  "") compose=$(composer) ;;
  *) say "PLATFORM=$PLATFORM; expected native or compose"; exit 2 ;;
esac

if [ -z "$compose" ]; then
  case $verb in
    up)
      "$here/scripts/setup.sh" platform
      make --no-print-directory -C "$here" build
      [ -f "$folder/aisle.toml" ] || "$here/scripts/run_retailer.sh" "$aisle" "$folder"
      "$aisle" up --project "$folder" ;;
    down) end_native ;;
    logs) "$aisle" logs --project "$folder" --follow ;;
    *) say "'$verb'; expected up, down or logs"; exit 2 ;;
  esac
  exit
fi

[ "$verb" != up ] || mkdir -p "$folder"
AISLE_PROJECT_DIR=$(realpath -m "$folder")
AISLE_USER=$(id -u):$(id -g)
AISLE_SECRETS_DIR=$here/deploy/secrets
export AISLE_PROJECT_DIR AISLE_USER AISLE_SECRETS_DIR COMPOSE_PROJECT_NAME=aisle
export AISLE_PUBLIC_DASHBOARD_URL=${AISLE_PUBLIC_DASHBOARD_URL:-http://127.0.0.1:${AISLE_DASHBOARD_PORT:-8501}}
export AISLE_PUBLIC_DAGSTER_URL=${AISLE_PUBLIC_DAGSTER_URL:-http://127.0.0.1:${AISLE_DAGSTER_PORT:-3000}}
export AISLE_PUBLIC_MLFLOW_URL=${AISLE_PUBLIC_MLFLOW_URL:-http://127.0.0.1:${AISLE_MLFLOW_PORT:-5000}}
compose="$compose -f $here/deploy/compose.yaml"
case $verb in
  up)
    "$here/deploy/write_secrets.sh" "$AISLE_SECRETS_DIR"
    $compose build
    if [ ! -f "$folder/aisle.toml" ]; then
      for step in "init --template original" generate run; do
        $compose run --rm --no-deps aisle $step --project /project
      done
    fi
    $compose up --detach
    echo "Page:    $AISLE_PUBLIC_DASHBOARD_URL - the first time with /?token=TOKEN, the content of $AISLE_SECRETS_DIR/aisle_token"
    echo "Dagster: $AISLE_PUBLIC_DAGSTER_URL"
    echo "MLflow:  $AISLE_PUBLIC_MLFLOW_URL" ;;
  down)
    ended=0
    [ "${PLATFORM:-}" = compose ] || end_native || ended=$?
    $compose down || ended=$?
    exit "$ended" ;;
  logs) $compose logs --follow ;;
  *) say "'$verb'; expected up, down or logs"; exit 2 ;;
esac
