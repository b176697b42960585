#!/usr/bin/env bash
# Fuzzes each reader of foreign text for SECONDS: fuzz.sh [SECONDS] [HARNESS...]. An input that breaks one is
# kept in build/fuzz/found and ends the run with an error.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-30}
harnesses=("${@:2}")
[ ${#harnesses[@]} -gt 0 ] || harnesses=(options suites documents model)
[[ $seconds =~ ^[1-9][0-9]*$ ]] || { echo "fuzz: seconds=$seconds; expected a whole number above 0" >&2; exit 2; }

clang=$(compgen -c clang++ | grep -xE 'clang\+\+(-[0-9]+)?' | sort -V | head -1 || true)
[ -n "$clang" ] || { echo "fuzz: clang++ is not here; run: apt-get install clang" >&2; exit 1; }
probe=$(mktemp -d)
trap 'rm -rf "$probe"' EXIT
echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' >"$probe/probe.cc"
"$clang" -fsanitize=fuzzer,address "$probe/probe.cc" -o "$probe/probe" 2>/dev/null || {
  version=$("$clang" -dumpversion)
  echo "fuzz: $clang has no libFuzzer; run: apt-get install libclang-rt-${version%%.*}-dev" >&2; exit 1; }

build=build/fuzz
cmake --preset fuzz -DCMAKE_CXX_COMPILER="$clang" >"$probe/log" || { cat "$probe/log"; exit 1; }
cmake --build $build -j"$(nproc)" --target fuzz_seeds "${harnesses[@]/#/fuzz_}"

corpus=$build/corpus
mkdir -p $build/found $corpus/{options,suites,model,documents}
$build/bin/fuzz_seeds $corpus
cp tests/fuzz/options/*.toml $corpus/options
for example in iowa retailer; do cp examples/$example/aisle.toml $corpus/options/$example.toml; done
cp tests/data/gx/*suite.json $corpus/suites
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0:allocator_may_return_null=1}
for harness in "${harnesses[@]}"; do
  echo "fuzz: $harness for $seconds s"
  $build/bin/fuzz_"$harness" "$corpus/$harness" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
    -max_len=65536 -print_final_stats=1 -verbosity=0 -artifact_prefix=$build/found/"$harness"- \
    >"$probe/log" 2>&1 || { tail -60 "$probe/log"; echo "fuzz: $harness broke; the input is in $build/found" >&2; exit 1; }
  sed -n 's/^stat::number_of_executed_units: */fuzz: inputs tried: /p' "$probe/log"
done
