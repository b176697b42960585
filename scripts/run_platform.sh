#!/usr/bin/env bash
# The platform of a project: in containers where Docker or Podman can compose, else as processes of this machine.
#   scripts/run_platform.sh up|down|logs AISLE FOLDER    with PLATFORM=native or compose to choose
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

compose=
case ${PLATFORM:-} in
  native) ;;
  compose) compose=$(composer)
    [ -n "$compose" ] || { echo "run_platform: no engine answers that composes: neither docker with its compose plugin or docker-compose, nor podman with podman-compose" >&2; exit 1; } ;;
  "") compose=$(composer) ;;
  *) echo "run_platform: PLATFORM=$PLATFORM; expected native or compose" >&2; exit 2 ;;
esac

if [ -z "$compose" ]; then
  case $verb in
    up)
      "$here/scripts/setup.sh" platform
      make --no-print-directory -C "$here" build
      [ -f "$folder/aisle.toml" ] || "$here/scripts/run_retailer.sh" "$aisle" "$folder"
      "$aisle" up --project "$folder" ;;
    down) [ ! -f "$folder/aisle.toml" ] || [ ! -x "$aisle" ] || "$aisle" down --project "$folder" ;;
    logs) "$aisle" logs --project "$folder" --follow ;;
    *) echo "run_platform: '$verb'; expected up, down or logs" >&2; exit 2 ;;
  esac
  exit
fi

mkdir -p "$folder"
AISLE_PROJECT_DIR=$(realpath "$folder")
AISLE_USER=$(id -u):$(id -g)
AISLE_SECRETS_DIR=$here/deploy/secrets
export AISLE_PROJECT_DIR AISLE_USER AISLE_SECRETS_DIR COMPOSE_PROJECT_NAME=aisle
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
    echo "Page:    http://127.0.0.1:${AISLE_DASHBOARD_PORT:-8501}/?token=$(cat "$AISLE_SECRETS_DIR/aisle_token")"
    echo "Dagster: http://127.0.0.1:${AISLE_DAGSTER_PORT:-3000}"
    echo "MLflow:  http://127.0.0.1:${AISLE_MLFLOW_PORT:-5000}" ;;
  down) $compose down ;;
  logs) $compose logs --follow ;;
  *) echo "run_platform: '$verb'; expected up, down or logs" >&2; exit 2 ;;
esac
