#!/usr/bin/env bash
# install_test.sh BUILD: installs the built tree to a temporary prefix, builds examples/cluster against the
# installed library and runs it, and runs the installed program, which must find its own libduckdb.
set -euo pipefail
source_dir=$(cd "$(dirname "$0")/../.." && pwd)
build=$1
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT

fail() { echo "install test: $1" >&2; exit 1; }

cmake --install "$build" --component library --prefix "$prefix/lib only" >/dev/null
[ ! -e "$prefix/lib only/bin" ] || fail "the component library installs a program"
cmake -S "$source_dir/examples/cluster" -B "$prefix/example" -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_PREFIX_PATH="$prefix/lib only" >"$prefix/log" 2>&1 || { cat "$prefix/log"; fail "configure"; }
cmake --build "$prefix/example" >"$prefix/log" 2>&1 || { cat "$prefix/log"; fail "build"; }
"$prefix/example/cluster_example" >"$prefix/said"
cat "$prefix/said"
[ "$(grep -c 'cluster 0' "$prefix/said")" = 6 ] || fail "the first cluster has not its six points"
[ "$(grep -c 'cluster 1' "$prefix/said")" = 5 ] || fail "the second cluster has not its five points"
grep -qx '2 clusters, 3 points of noise' "$prefix/said" || fail "the summary is another"

# The headers that are installed compile without the source tree.
(cd "$prefix/lib only/include" && find aisle -name '*.h' | sort | sed 's/.*/#include "&"/') >"$prefix/all.cc"
grep -q 'aisle/cluster/famd.h' "$prefix/all.cc" || fail "famd.h is not installed"
"${CXX:-c++}" -std=c++20 -fsyntax-only -I "$prefix/lib only/include" "$prefix/all.cc" || fail "headers"

# The library's build needs none of the program's packages.
cmake -S "$source_dir" -B "$prefix/library" -G Ninja -DAISLE_PROGRAM=OFF -DAISLE_TESTS=OFF \
  -DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON -DCMAKE_DISABLE_FIND_PACKAGE_spdlog=ON \
  -DCMAKE_DISABLE_FIND_PACKAGE_SQLite3=ON >"$prefix/log" 2>&1 || { cat "$prefix/log"; fail "AISLE_PROGRAM=OFF"; }
# (To a file: `grep -q` leaves a pipe early, and its writer then fails under pipefail.)
ninja -C "$prefix/library" -t targets all >"$prefix/targets"
grep -q 'libaisle_cluster.a' "$prefix/targets" || fail "no cluster library"
! grep -q 'libaisle_engine.a' "$prefix/targets" || fail "AISLE_PROGRAM=OFF has an engine"

[ -x "$build/bin/aisle" ] || exit 0
cmake --install "$build" --component program --prefix "$prefix/program" >/dev/null
program=$prefix/program/bin/aisle
[[ $(env -u LD_LIBRARY_PATH "$program" --version) == *[0-9]* ]] || fail "the installed program does not start"
duckdb=$(env -u LD_LIBRARY_PATH ldd "$program" | awk '/libduckdb/ {print $3}')
[[ $(realpath "$duckdb") == $(realpath "$prefix")/program/* ]] || fail "libduckdb is taken from '$duckdb'"
grep -q '^\.SS run$' "$prefix/program/share/man/man1/aisle.1" || fail "the manual page lacks the verb run"
shared=$prefix/program/share
bash -n "$shared/bash-completion/completions/aisle" || fail "the completions for bash are no bash"
# What zsh's completions use of the shell is bash too; fish's are lines whose quotes are closed.
grep -q '^#compdef aisle' "$shared/zsh/site-functions/_aisle" || fail "the completions for zsh lack their head"
bash -n "$shared/zsh/site-functions/_aisle" || fail "the completions for zsh have an open quote"
fish=$shared/fish/vendor_completions.d/aisle.fish
grep -q '^complete -c aisle -n __fish_use_subcommand -a run' "$fish" || fail "fish does not know the verb run"
open_quote=$(sed "s/\\\\'//g; s/^#.*//" "$fish" | awk -F"'" 'NF % 2 == 0 && !seen++')
[ -z "$open_quote" ] || fail "an open quote in the completions for fish: $open_quote"
