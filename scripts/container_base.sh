#!/usr/bin/env bash
# Gives Podman its base image without an image registry: Debian by debootstrap from this machine's own mirror, under the
# name that the Containerfile asks for. Prints `export` lines for Podman's settings, for eval:
#   eval "$(scripts/container_base.sh)"
# What it makes is kept in the cache. Exit code 77 where this cannot work, with the reason.
set -euo pipefail
cannot() { echo "container_base: $1" >&2; exit 77; }
[ "$(id -u)" = 0 ] || cannot "debootstrap needs root"
for tool in podman buildah debootstrap runc; do
  command -v "$tool" >/dev/null || cannot "$tool is not here (scripts/setup.sh containers)"
done
image=docker.io/library/debian:bookworm-slim
work=${AISLE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aisle}/containers
mkdir -p "$work"
exec {lock}>"$work.lock"
flock "$lock"

# The mirror that apt uses here.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
  grep -oE 'https?://[^ ]+/debian/?( |$)' | head -1 | tr -d ' ' || true)
mirror=${mirror:-http://deb.debian.org/debian}

if [ ! -s "$work/base.tar" ]; then
  echo "container_base: Debian by debootstrap from $mirror" >&2
  rm -rf "$work/rootfs"
  debootstrap --variant=minbase --include=ca-certificates bookworm "$work/rootfs" "$mirror" >"$work/debootstrap.log" 2>&1 ||
    { tail -3 "$work/debootstrap.log" >&2; cannot "debootstrap failed"; }
  # Certificates of this machine's own, say of a proxy, so that what is built here can fetch as this machine does.
  if compgen -G '/usr/local/share/ca-certificates/*.crt' >/dev/null; then
    cp /usr/local/share/ca-certificates/*.crt "$work/rootfs/usr/local/share/ca-certificates/"
    chroot "$work/rootfs" update-ca-certificates >/dev/null 2>&1
  fi
  # As the slim images: without what nobody reads in a container.
  rm -rf "$work"/rootfs/var/cache/apt/* "$work"/rootfs/var/lib/apt/lists/* "$work"/rootfs/var/log/* \
    "$work"/rootfs/usr/share/{doc,man,info,locale,lintian}/*
  tar -C "$work/rootfs" -cf "$work/base.tar.part" .
  mv "$work/base.tar.part" "$work/base.tar"
  rm -rf "$work/rootfs"
fi

# Limits that a container engine sets by itself may be above what this machine allows.
limit=$(ulimit -Hn); [ "$limit" != unlimited ] && [ "$limit" -lt 1048576 ] || limit=1048576
cat >"$work/storage.conf" <<CONF
[storage]
driver = "overlay"
graphroot = "$work/storage"
runroot = "$work/run"
CONF
cat >"$work/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=$limit:$limit", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
CONF
export CONTAINERS_STORAGE_CONF=$work/storage.conf CONTAINERS_CONF=$work/containers.conf BUILDAH_ISOLATION=chroot
if ! podman image exists "$image" 2>/dev/null; then
  podman import --quiet --change 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt' \
    --change 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' "$work/base.tar" "$image" >"$work/import.log" 2>&1 ||
    { tail -3 "$work/import.log" >&2; cannot "podman cannot import an image here"; }
fi
for name in CONTAINERS_STORAGE_CONF CONTAINERS_CONF BUILDAH_ISOLATION; do
  printf 'export %s=%q\n' "$name" "${!name}"
done
