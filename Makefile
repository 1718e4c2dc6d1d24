# Two commands do everything on a machine that has Python 3.11 (or newer) and make:
#   make run    install into .venv and run the embedded scenario february-2022
#   make test   install with what the tests need and run them

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq --retries 10 --timeout 60
SCENARIO ?= february-2022
PYTEST_ARGS ?=

# The first interpreter that runs and is new enough; PYTHON=... overrides.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)

.PHONY: help run test lint types contracts docs validate evidence bench clean
.DELETE_ON_ERROR:

help:
	@echo 'make run        install and run the scenario $(SCENARIO) (SCENARIO=... for another)'
	@echo 'make test       install and run the tests (PYTEST_ARGS=... is passed on)'
	@echo 'make lint types contracts docs   what CI checks besides'
	@echo 'make validate bench              the world beside our values; our speed beside the peers'
	@echo 'make clean      remove .venv and what was built'

run: $(VENV)/installed
	@$(BIN)/skyhold run $(SCENARIO)

test: $(VENV)/installed-test
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/installed-lint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/installed-lint
	@$(BIN)/mypy

contracts: $(VENV)/installed-lint
	@$(BIN)/lint-imports

docs: $(VENV)/installed-docs
	@$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo 'docs: built without a warning, docs/_build/html/index.html'

validate: $(VENV)/installed-test
	@$(BIN)/skyhold validate

# The table that reports show: again after every change of a row of validation/ (a test notices).
evidence: $(VENV)/installed-test
	@$(BIN)/skyhold validate --json > $(VENV)/evidence.json
	@mv $(VENV)/evidence.json src/skyhold/report/evidence.json

bench: $(VENV)/installed
	@$(BIN)/skyhold bench

clean:
	rm -rf $(VENV) docs/_build docs/reference/generated .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# A stamp per set of packages: a second call does nothing until pyproject.toml changes.
# Old pip does not know dependency groups (PEP 735), so pip comes first. A step that the network fails is tried twice.

$(VENV)/pip-ready:
	@test -n '$(PYTHON)' || { echo 'Skyhold needs Python 3.11 or newer on the PATH (or make PYTHON=/path/to/python3)'; exit 2; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { echo 'python -m venv failed: on Debian and Ubuntu, install python3-venv'; exit 2; }
	@$(PIP) install --upgrade 'pip>=25.1' || { sleep 5; $(PIP) install --upgrade 'pip>=25.1'; }
	@touch $@

$(VENV)/installed: $(VENV)/pip-ready pyproject.toml
	@echo 'Installing Skyhold and its libraries into $(VENV): 1.3 GB, a minute or two the first time'
	@$(PIP) install -e '.[climate]' || { sleep 5; $(PIP) install -e '.[climate]'; }
	@touch $@

$(VENV)/installed-%: $(VENV)/installed pyproject.toml
	@echo 'Installing what $* needs'
	@$(PIP) install --group $* || { sleep 5; $(PIP) install --group $*; }
	@touch $@
