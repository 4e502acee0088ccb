# Going Forward. `make demo` and `make test` are all a newcomer needs; both install what they use.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
TESTS ?= tests
WORKERS ?= 2

# what one process compiled is not compiled again by each of the next, whatever the machine asks for
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install install-demo demo test test-sqlite test-postgresql lint types contracts migrations bench clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

.venv/pyvenv.cfg:
	$(PYTHON) -m venv .venv

.venv/run.stamp: .venv/pyvenv.cfg requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/faces.stamp: .venv/run.stamp lms/core/faces.py
	$(BIN)/python -m lms.core.faces
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

install-demo: .venv/faces.stamp ## what is needed to run

install: .venv/faces.stamp .venv/dev.stamp ## what is needed to run, test and measure

demo: install-demo ## build the demonstration and serve it on PORT (8000)
	@ENVIRONMENT=demo $(FLASK) demo serve --port $(PORT)

test: install test-sqlite test-postgresql ## every test, on both databases

test-sqlite: install
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --database sqlite $(TESTS)

test-postgresql: install
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --database postgresql $(TESTS)

lint: install types contracts ## format, lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: install
	$(BIN)/mypy

contracts: install
	$(BIN)/lint-imports

migrations: install ## the revisions make what the models say, up and down
	$(BIN)/python -m pytest -q tests/architecture/test_migrations.py

bench: install ## one table of figures, each a ratio to a rival or a floor
	$(BIN)/python -m bench

clean: ## forget the environment and the demonstration
	rm -rf .venv instance
