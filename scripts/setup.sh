#!/usr/bin/env bash
# Installs what aisle needs to build (Debian 12, Ubuntu 24.04): `scripts/setup.sh` for the program,
# `scripts/setup.sh KIND...` for what the tests, benchmarks and outside parts need as well; the kinds are the
# names before `_packages` below. A second call finds everything there and takes no network.
set -euo pipefail
cd "$(dirname "$0")/.."

program_packages=(g++ cmake ninja-build ccache pkg-config npm
  libeigen3-dev libtbb-dev librandom123-dev libcli11-dev libspdlog-dev libfmt-dev
  nlohmann-json3-dev libtomlplusplus-dev libsqlite3-dev libxxhash-dev libcurl4-openssl-dev libboost-dev libxlsxwriter-dev)
test_packages=(libgtest-dev librapidcheck-dev clang-format doxygen python3 python3-openpyxl)
lint_packages=(clang-tidy)
fuzz_packages=(clang libclang-rt-dev)
web_packages=(chromium poppler-utils procps unzip)
python_packages=(python3-dev python3-venv curl)
bench_packages=(wrk curl)
mlflow_packages=(python3-dev python3-venv openssl)
dagster_packages=(python3-dev python3-venv)
gx_packages=(python3-dev python3-venv)
platform_packages=(python3 python3-venv)
spark_packages=(libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc python3-venv openjdk-17-jre-headless)
containers_packages=(podman buildah debootstrap runc iptables netavark aardvark-dns docker-compose)

wanted=("${program_packages[@]}")
for kind in "$@"; do
  if ! declare -p "${kind}_packages" >/dev/null 2>&1; then
    kinds=$(declare -p | sed -n 's/^declare -a \([a-z]*\)_packages=.*/\1/p' | tr '\n' ' ')
    echo "setup: '$kind'; expected one of: $kinds" >&2
    exit 2
  fi
  declare -n packages_of_kind="${kind}_packages"
  wanted+=("${packages_of_kind[@]}")
done

# A tool that is on PATH from elsewhere (say, a newer Node or CMake) serves as well as Debian's package.
declare -A command_of=([g++]=g++ [cmake]=cmake [ninja-build]=ninja [ccache]=ccache [pkg-config]=pkg-config
  [npm]=npm [clang-format]=clang-format [doxygen]=doxygen [clang-tidy]=clang-tidy [python3]=python3
  [openjdk-17-jre-headless]=java)
missing=()
for package in "${wanted[@]}"; do
  tool=${command_of[$package]:-}
  if [ -n "$tool" ] && command -v "$tool" >/dev/null 2>&1; then continue; fi
  if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" != installed ]; then
    missing+=("$package")
  fi
done

if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || {
    echo "setup: this system has no apt-get; install by hand: ${missing[*]}" >&2; exit 1; }
  sudo=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
      echo "setup: installing ${missing[*]} needs root, and sudo is not here; run as root: apt-get install ${missing[*]}" >&2
      exit 1; }
    sudo=(sudo)
  fi
  echo "setup: installing ${missing[*]}"
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  apt() { "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 "$@" >"$log" 2>&1 ||
    { tail -5 "$log" >&2; echo "setup: apt-get $1 failed; see above" >&2; exit 1; }; }
  apt update
  apt install -y --no-install-recommends "${missing[@]}"
fi

# too_old TOOL HAVE NEED: one clear line when a tool is older than what the build needs.
require_version() {
  if [ "$(printf '%s\n%s\n' "$2" "$3" | sort -V | head -1)" != "$3" ]; then
    echo "setup: $1 is version $2; aisle needs $3 or newer" >&2
    exit 1
  fi
}
require_version g++ "$(g++ -dumpfullversion)" 12
require_version cmake "$(cmake --version | sed -n '1s/[^0-9]*//p')" 3.22

scripts/fetch_duckdb.sh

for kind in "$@"; do
  case $kind in
    dagster | gx) scripts/python_environment.sh "$kind" "tests/platform/$kind-requirements.txt" >/dev/null ;;
    spark) scripts/fetch_spark.sh ;;
  esac
done
