# Two commands matter: `make serve` and `make test`. Both set up what they need in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Once the tagger was compiled, every command keeps it up to date with its source.
NATIVE := $(wildcard $(VENV)/ready-native)

.DEFAULT_GOAL := help
.PHONY: help serve test coverage lint conformance installation native bench clean lock

help: ## list the commands
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 21

serve: $(VENV)/ready-run $(NATIVE) ## add the sample articles and serve their feeds on http://127.0.0.1:8000/
	$(BIN)/tagwire add seeds
	$(BIN)/tagwire serve

test: $(VENV)/ready-dev $(NATIVE) ## run the tests
	$(BIN)/python -m pytest

coverage: $(VENV)/ready-dev $(NATIVE) ## run the tests, and say what no test comes by
	$(BIN)/python -m coverage run -m pytest
	$(BIN)/python -m coverage report

lint: $(VENV)/ready-dev ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

conformance: $(VENV)/ready-dev $(NATIVE) ## let readers and validators look at everything a running server publishes
	$(BIN)/python -m tests.conformance

installation: $(VENV)/ready-dev ## install the wheel without the lock, by an old pip and with the lowest versions, on every Python here
	$(BIN)/python -m tests.installation

native: $(VENV)/ready-native ## compile the tagger, which makes it a third faster; needs a C compiler

bench: $(VENV)/ready-bench $(NATIVE) ## measure tagging, adding and serving beside their peers
	$(BIN)/python -m benchmarks

clean: ## remove the environment, caches and the embedded database
	find feed -name '*.so' -delete
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis build *.egg-info tagwire.db*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: $(VENV)/ready-dev ## pin every dependency anew, with hashes and without addresses
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 pyproject.toml --extra check -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 pyproject.toml --group dev -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 pyproject.toml --group dev --group bench -o requirements-bench.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tagwire needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready-run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/ready-dev: requirements-dev.lock $(VENV)/ready-run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/ready-native: feed/text/fold.py $(wildcard feed/tagging/*.py feed/tagging/*/*.py) pyproject.toml | $(VENV)/ready-dev
	@command -v cc >/dev/null || { echo "A C compiler is missing; on Debian: apt-get install gcc python3-dev"; exit 1; }
	HATCH_BUILD_HOOK_ENABLE_MYPYC=1 $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-bench: requirements-bench.lock $(VENV)/ready-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@
