#!/usr/bin/env bash
# Writes the secrets of the compose files, random ones, where there are none:  deploy/write_secrets.sh FOLDER
set -euo pipefail
folder=$1
(umask 077 && mkdir -p "$folder")
for name in aisle_token postgres_password lab_token; do
  [ -s "$folder/$name" ] && continue
  # Readable within the containers, whose users are others; the folder keeps everybody else of this machine out.
  (umask 022 && head -c 24 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n' >"$folder/$name")
done
