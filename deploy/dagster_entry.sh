#!/usr/bin/env bash
# Starts one of Dagster's processes. Its settings go where its own files lie; the password of its database comes
# from a file and stands in this process's environment alone.
set -euo pipefail
cp /opt/dagster/dagster.yaml "$DAGSTER_HOME/dagster.yaml"
DAGSTER_POSTGRES_PASSWORD=$(cat /run/secrets/postgres_password)
export DAGSTER_POSTGRES_PASSWORD
exec "$@"
