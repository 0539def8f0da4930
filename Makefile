.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.setup
SETUP_TEST := $(VENV)/.setup-test
SETUP_BENCH := $(VENV)/.setup-bench
PYTEST_MARKS ?= not slow
PROJECT_FILES := pyproject.toml constraints.txt $(wildcard requirements/*.txt) hatch_build.py page_build.py maps/package-lock.json maps/vendored.json
PAGE := maps/assets/vendor/page/page.js
PAGE_FILES := maps/tsconfig.json $(wildcard maps/assets/page/*.ts maps/assets/page/*/*.ts)

help:  ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: $(SETUP) $(PAGE)  ## Run the demo study on real streets and say where the results are
	@$(BIN)/lifecircle demo

test: $(SETUP_TEST) $(PAGE) lint  ## Lint, type-check and run the tests
	@$(BIN)/python page_build.py test
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m "$(PYTEST_MARKS)"

test-all: $(SETUP_TEST) $(PAGE) lint  ## The same with the slow tests
	@$(BIN)/python page_build.py test
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m ""

lint: $(SETUP_TEST)  ## Check style, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python page_build.py lint

format: $(SETUP_TEST)  ## Put the code into the project's format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(SETUP_BENCH) $(PAGE)  ## Measure against the peers, side by side
	@$(BIN)/python -m tests.benchmarks

docs: $(SETUP_TEST)  ## Write the pages that come from the code, and build the documentation in site
	@$(BIN)/python -m docs.make
	@$(BIN)/mkdocs build --quiet --strict

lock:  ## Pin the newest dependencies in constraints.txt
	@$(PYTHON) -m venv $(VENV) && $(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-emit-index-url \
		--no-annotate --no-header pyproject.toml --output-file constraints.txt
	@$(foreach extras,demo test,$(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
		--extra demo --extra elevation --extra postgis --extra $(extras) --no-emit-index-url --generate-hashes \
		--no-annotate --no-header --constraint constraints.txt pyproject.toml --output-file requirements/$(extras).txt;)

wheel:  ## Build wheel and source distribution in dist
	@$(PYTHON) -m venv $(VENV) && $(BIN)/pip install --quiet build
	@$(BIN)/python -m build --outdir dist .

bundle: $(SETUP)  ## Write dist/lifecircle-bundle: an installation for machines without a network
	@$(BIN)/pip install --quiet --disable-pip-version-check uv
	@mkdir -p dist && $(BIN)/python release.py bundle dist/lifecircle-bundle

licences: $(SETUP)  ## List the licences of what is installed, and write an SBOM, in dist
	@mkdir -p dist && $(BIN)/python release.py licences dist/LICENCES.md && $(BIN)/python release.py sbom dist/sbom.json

clean:  ## Remove the environment and everything that was made
	@rm -rf $(VENV) lifecircle-demo build dist site maps/assets/vendor maps/node_modules maps/.tests .pytest_cache .mypy_cache .ruff_cache

$(BIN)/python:
	@$(PYTHON) -m venv $(VENV)

# One script of the page's modules. A package's install makes it too, but takes longer.
$(PAGE): $(PAGE_FILES) | $(SETUP)
	@$(BIN)/python page_build.py
	@touch $@

$(SETUP): $(PROJECT_FILES) | $(BIN)/python
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/demo.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@$(BIN)/lifecircle warm
	@touch $@

$(SETUP_TEST): $(PROJECT_FILES) | $(BIN)/python
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/test.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@ $(SETUP)

$(SETUP_BENCH): $(SETUP_TEST)
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[demo,test,bench]"
	@touch $@

.PHONY: help demo test test-all lint format bench docs lock wheel bundle licences clean
