# The one menu. `make test` and `make demo` need Python 3.11 or later with venv, and make; they set up the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
VENDOR := camera_registry/web/static/vendor
FRONT := $(addprefix $(VENDOR)/,htmx.min.js tabler.min.css idb.js zxing.min.js leaflet.js Tinos-Regular.ttf) build/front/axe.min.js

ON_POSTGRESQL := $(addprefix tests/camera_registry/,database store services sweep backups)

TIMED := $(addprefix tests/acceptance/,field/test_capture.py test_hostile.py test_unusable.py test_foreign_servers.py)

PINS := --strict --requirement constraints.txt --no-deps --disable-pip --progress-spinner off

.PHONY: help setup demo test accept check types style audit unit databases bench soak front messages laptop docs screenshots

help:            ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/'

setup: $(STAMP) $(FRONT)  ## everything the project needs, in .venv

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --editable '.[dev]'
	touch $(STAMP)

demo: setup      ## simulated cameras, looked at and judged over real sockets
	$(BIN)/camera-registry demo

test: setup check unit databases accept  ## all that must hold

check: setup     ## style, types, direction of imports, security, exact pins
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target types style

types: setup
	$(BIN)/mypy

style: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive camera_registry probes standards
	$(BIN)/pip-audit --dry-run $(PINS)
	@echo 'Every version is pinned exactly. No vulnerability was looked up here, whatever stands above: make audit does.'

audit: setup     ## known vulnerabilities of the pinned versions; needs the network
	$(BIN)/pip-audit $(PINS)

unit: setup      ## tests of the rooms; some wait for the disk or a socket, so three at a time
	$(BIN)/python -m pytest -n 3 --ignore tests/acceptance

databases: setup ## the rooms that the database matters to, on PostgreSQL
	$(BIN)/python -m pytest -n 2 --database postgresql $(ON_POSTGRESQL)

accept: setup    ## tests of what was promised; many of them wait, so four at a time, and two where packets and costs are timed
	$(BIN)/python -m pytest -n 4 --dist loadgroup --no-loadscope-reorder tests/acceptance $(addprefix --ignore ,$(TIMED))
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(TIMED)

bench: setup     ## side by side with other ways to look at a camera
	$(BIN)/python -m benchmarks.inspect
	$(BIN)/python -m benchmarks.plan
	$(BIN)/python -m benchmarks.exports
	$(BIN)/python -m benchmarks.standards
	$(BIN)/python -m benchmarks.nights_of_probes
	$(BIN)/python -m benchmarks.nights
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.fleet

soak: setup      ## kills of serve, work, PostgreSQL, agents, nats-server, a cut line, and what was lost; KILLS=20, SEED=
	$(BIN)/python -m tests.soak --kills $(or $(KILLS),20) $(if $(SEED),--seed $(SEED))
	$(BIN)/python -m tests.soak --agents --kills $(or $(KILLS),20) $(if $(SEED),--seed $(SEED))

laptop: setup    ## the folder that a technician carries, for Windows, in build/laptop; needs the network
	$(BIN)/python laptop/make.py $(if $(PYTHON_ZIP),--python $(PYTHON_ZIP) --sha256 $(PYTHON_SHA256))

docs: setup      ## the site of the documents, in build/site; opens without a server
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

screenshots: setup  ## the pictures of the guides, taken anew from the demo; look at them before they are committed
	$(BIN)/python -m docs.screenshots

front: $(FRONT)  ## front-end packages, copied to where the pages are served from

$(FRONT) &: front/package-lock.json front/files.toml front/fetch.py | $(STAMP)
	$(BIN)/python front/fetch.py

messages: setup  ## message ids of the pages, taken into their catalogue; those without Vietnamese words stay empty
	mkdir -p build
	$(BIN)/pybabel -q extract -F front/babel.cfg --no-location --sort-output -o build/messages.pot camera_registry/web
	$(BIN)/pybabel -q update -i build/messages.pot -d camera_registry/web/locales -l vi --no-fuzzy-matching --no-wrap --ignore-obsolete --ignore-pot-creation-date
