# Every command of the project. `make help` lists them; CI runs the same recipes.
SHELL := /bin/sh
.DEFAULT_GOAL := help
NEO4J ?= 5.26
BIN := .venv/bin
UV := $(BIN)/uv
export UV_PYTHON_DOWNLOADS := never

.PHONY: help setup up test browser test-fast check fix sbom console-assets console-graphiql console-pictures test-wheel bench clean

help: ## list the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(UV): .ci/uv.txt
	@echo "Making an environment in .venv"
	@python3 -m venv .venv || { echo "MAST-003: python3 cannot make an environment"; \
	  echo "  fix: apt-get install -y python3-venv, then run make again"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/uv.txt
	@touch $(UV)

.venv/.ready: $(UV) uv.lock pyproject.toml
	@echo "Fetching what it needs by the lock file: some hundred megabytes the first time"
	@$(UV) sync --frozen --all-extras
	@touch .venv/.ready

setup: .venv/.ready ## build the environment from the lock file

up: .venv/.ready ## start everything and answer the case-study question; Ctrl-C stops it
	@$(BIN)/mast up $(ARGS)

# With ARGS it is said which tests, and they may need none.
test: .venv/.ready $(if $(ARGS),,browser) ## every test, on a real Neo4j (NEO4J=latest for the newest release)
	@MAST_NEO4J=$(NEO4J) $(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

browser:
	@test -x "$${CHROMIUM:-/usr/bin/chromium}" || { \
	  echo "MAST-004: the tests of the console need a Chromium, and there is none at $${CHROMIUM:-/usr/bin/chromium}"; \
	  echo "  fix: apt-get install -y chromium, or CHROMIUM=PATH; without them: make test ARGS=--ignore=tests/console"; \
	  exit 1; }

test-fast: .venv/.ready ## what needs no server
	@$(BIN)/pytest -n auto --dist loadfile -m "not graph and not slow" $(ARGS)

check: .venv/.ready ## format, lint, types, import rules, licences, build
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python .ci/supply.py
	@$(UV) build --quiet --out-dir build/dist

fix: .venv/.ready ## format and mend what can be mended
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

sbom: .venv/.ready ## write docs/sbom.cdx.json, what the product is made of, anew
	@$(BIN)/python .ci/supply.py --write

console-assets: ## build the console's style sheets and scripts anew from the locked npm packages (needs Node 20)
	@cd console && npm ci --silent --no-audit --no-fund && node build.mjs

console-graphiql: ## build GraphiQL, which only development and its tests need, and leave the rest as it is (Node 18)
	@cd console && npm ci --silent --no-audit --no-fund && node build.mjs graphiql

console-pictures: .venv/.ready ## write docs/pictures anew, by the console's tests
	@MAST_PICTURES=docs/pictures $(BIN)/pytest -q tests/console -k picture

test-wheel: .venv/.ready ## install the built wheel elsewhere and ask it the case-study question
	@$(UV) build --quiet --wheel --out-dir build/dist
	@rm -rf build/wheel && python3 -m venv build/wheel
	@build/wheel/bin/pip install --quiet --disable-pip-version-check build/dist/*.whl
	@cd build && wheel/bin/mast up --exit --data wheel-data --people 300

bench: .venv/.ready ## the figures, with comparisons, into bench/RESULTS.md
	@$(BIN)/python -m bench.run $(ARGS)

clean: ## remove what was built here (not the data folder)
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
