# aisle: `make run` from nothing to segments, `make test` for the tests; `make help` lists the rest.
SHELL := /bin/bash
preset ?= release
build := build/$(preset)
jobs ?= $(shell nproc)
retailer ?= build/my-retailer
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

.PHONY: run run-platform stop logs setup setup-test build build-tests test test-python test-web test-api \
  test-verify test-dagster test-gx test-mlflow test-platform test-containers test-spark test-out-of-core check lint docs format bench \
  bench-cluster bench-serve fuzz install clean help test-all

run: build ## Install what is needed, build, make the synthetic retailer and segment its stores
	@scripts/run_retailer.sh $(build)/bin/aisle $(retailer)

run-platform: ## The page (8501), Dagster (3000) and MLflow (5000) on the retailer: compose where an engine answers
	@scripts/run_platform.sh up $(build)/bin/aisle $(retailer)

stop: ## End what run-platform started
	@scripts/run_platform.sh down $(build)/bin/aisle $(retailer)

logs: ## What the platform says, until Ctrl-C
	@scripts/run_platform.sh logs $(build)/bin/aisle $(retailer)

setup:
	@scripts/setup.sh $(if $(filter on,$(spark)),spark)

setup-test:
	@scripts/setup.sh test

build: setup ## Build build/release/bin/aisle; spark=on with the engine for Apache Spark
	@cmake --preset $(preset) -DAISLE_TESTS=OFF $(if $(spark),-DAISLE_SPARK=$(spark)) >/dev/null
	@cmake --build $(build) -j$(jobs) --target aisle

build-tests: setup-test
	@cmake --preset $(preset) -DAISLE_TESTS=ON >/dev/null
	@cmake --build $(build) -j$(jobs)

test: build-tests ## Every test that needs no outside service; service=NAME for one room
	@ctest --test-dir $(build) --output-on-failure --no-tests=error -j$(jobs) $(if $(service),-L '^$(service)$$',)

test-python: ## The Python package: builds its wheel, installs it and tests it beside its peers
	@scripts/setup.sh python
	@scripts/test_python.sh

test-web: build ## The report in Chromium: sizes, dark, paper, keyboard, axe, names that try
	@scripts/setup.sh web
	@scripts/test_web.sh $(build)/bin/aisle

test-api: build ## The API of `aisle serve` under Schemathesis, by the description that it serves
	@scripts/setup.sh python
	@scripts/test_api.sh $(build)/bin/aisle

test-verify: build ## What `aisle verify` writes, with the real hdbscan and prince
	@scripts/setup.sh python
	@scripts/test_verify.sh $(build)/bin/aisle

test-spark: ## Quality and features on a real Spark Connect server, against the embedded engine
	@scripts/setup.sh test spark
	@cmake --preset $(preset) -B build/spark -DAISLE_TESTS=OFF -DAISLE_WEB=OFF -DAISLE_SPARK=ON >/dev/null
	@cmake --build build/spark -j$(jobs) --target aisle
	@scripts/test_spark.sh build/spark/bin/aisle

test-out-of-core: build ## 25 million sale lines with 512 MB of memory
	@scripts/test_out_of_core.sh $(build)/bin/aisle

test-dagster: build ## Projects in a real Dagster: the graph, runs, checks, cancel, automation
	@scripts/setup.sh dagster
	@scripts/test_dagster.sh $(build)/bin/aisle

test-gx: build ## Suites and results between aisle and the real Great Expectations
	@scripts/setup.sh gx
	@scripts/test_gx.sh $(build)/bin/aisle

test-mlflow: build ## A real MLflow: runs read back, models loaded, the server killed in the middle, TLS
	@scripts/setup.sh mlflow
	@scripts/test_mlflow.sh $(build)/bin/aisle

test-platform: build ## `aisle up` with the real MLflow and Dagster
	@scripts/setup.sh platform
	@scripts/test_platform.sh $(build)/bin/aisle

test-containers: build ## The compose files, and the image built and run for real
	@scripts/setup.sh containers
	@scripts/test_containers.sh $(build)

# Those that need more than the program: real outside parts, each set up by its own target.
outside := python web api verify mlflow dagster gx platform containers spark out-of-core
test-all: test $(outside:%=test-%) ## The tests, and those with real outside parts

check: build-tests ## Format, include direction and unit tests; preset=asan-ubsan or tsan for the sanitizers
	@scripts/check_format.sh
	@python3 scripts/check_includes.py
	@ctest --test-dir $(build) --output-on-failure -j$(jobs) -LE integration

lint: ## clang-tidy over the sources, svelte-check over web/
	@scripts/setup.sh test lint
	@cmake --preset $(preset) -B build/lint -DAISLE_TESTS=ON -DCMAKE_UNITY_BUILD=OFF >/dev/null
	@scripts/lint.sh build/lint
	@cd web && npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error && npm run --silent check

docs: setup-test ## The cluster library's reference (Doxygen) in build/docs/html
	@scripts/docs.sh build/docs

format: ## Format the C++ sources in place
	@git ls-files '*.h' '*.cc' | xargs clang-format -i

bench: build ## Benchmarks against peers; figures go to docs/benchmarks.md by hand
	@bench/run.sh $(build)/bin/aisle
	@cmake --build $(build) -j$(jobs) --target bench_multivariate
	@bench/multivariate.sh $(build)/bin/bench_multivariate

bench-cluster: build ## HDBSCAN alone against its peers, a process a measurement
	@cmake --build $(build) -j$(jobs) --target bench_cluster
	@bench/cluster.sh $(build)/bin/bench_cluster

bench-serve: build ## The page under 100 clients, and a click beside the same in Streamlit
	@scripts/setup.sh bench web python
	@scripts/test_web.sh $(build)/bin/aisle --list >/dev/null
	@bench/serve.sh $(build)/bin/aisle

fuzz: ## Fuzz aisle.toml, suites, the model and its documents; seconds=N each (30)
	@scripts/setup.sh fuzz
	@scripts/fuzz.sh $(or $(seconds),30)

install: build ## cmake --install to $(prefix)
	@cmake --install $(build) --prefix $(or $(prefix),/usr/local)

clean: ## Remove what was built
	rm -rf build

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'
