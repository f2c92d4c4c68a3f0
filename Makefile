# The one menu. `make test` and `make demo` need Python 3.11 or later with venv, and make; they set up the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up

.PHONY: help setup demo test accept check unit bench front

help:            ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/'

setup: $(STAMP)  ## everything the project needs, in .venv

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --editable '.[dev]'
	touch $(STAMP)

demo: setup      ## simulated cameras, looked at and judged over real sockets
	$(BIN)/camera-registry demo

test: setup check unit accept  ## all that must hold

check: setup     ## style, types, direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: setup      ## tests of the rooms
	$(BIN)/python -m pytest -n 2 --ignore tests/acceptance

accept: setup    ## tests of what was promised
	$(BIN)/python -m pytest -n 2 --dist loadgroup tests/acceptance

bench: setup     ## side by side with other ways to look at a camera
	$(BIN)/python -m benchmarks.inspect

front: setup     ## front-end packages (none yet)
	@echo "The pages come with the registry; there is nothing to fetch yet."
