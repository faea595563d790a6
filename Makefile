# One list of commands. Each works on a fresh machine with make, a C compiler and Python >= 3.11.
PYTHON ?= python3
VENV := .venv
UV := $(VENV)/bin/uv
RUN := $(VENV)/bin
STAMP := $(VENV)/.synced
SYNC = $(UV) sync --locked --extra team --quiet --system-certs --compile-bytecode --python $(RUN)/python --inexact
CASE ?= demo-case

.PHONY: demo test check format fuzz seeds test-nodes test-nodes-short get-nodes test-browser bench golden docs clean sync
.DEFAULT_GOAL := help

help:
	@echo "make demo    build the practice case and run every step on it"
	@echo "make test    run the tests"
	@echo "make check   style, types, import rules, generated docs"
	@echo "make fuzz    damage inputs of every reader, FUZZ_SECONDS=600 each"
	@echo "make test-nodes  install real nodes under .venv and test against them"
	@echo "make test-browser  the page in Chromium, the long paths too (apt-get install chromium)"
	@echo "make test-nodes-short  the same with one look at each kind of node"
	@echo "make seeds   keep what tests build as inputs to damage"
	@echo "make bench   measurements, as ratios against a named peer"
	@echo "make golden  rewrite the golden files after a wanted change"
	@echo "make docs    rewrite the generated reference pages"

$(UV):
	$(PYTHON) -c 'import sys; sys.exit("chainlead needs Python 3.11 or newer; this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check uv

$(STAMP): $(UV) pyproject.toml uv.lock
	VIRTUAL_ENV= $(SYNC) --extra dash 2>$(VENV)/dash.log || (VIRTUAL_ENV= $(SYNC) && \
		echo "Without the headers of Python, Dash blocks cannot be read here (see $(VENV)/dash.log).")
	@touch $(STAMP)

sync: $(STAMP)

demo: $(STAMP)
	$(RUN)/chainlead demo $(CASE)

test: $(STAMP)
	$(RUN)/pytest -q -n 2 --dist worksteal --ignore tests/browser
	$(RUN)/pytest -q -n 2 --dist worksteal -m "not slow" tests/browser

check: $(STAMP)
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/codespell
	$(RUN)/python -m cogapp --check -r docs/reference/*.md GLOSSARY.md
	$(RUN)/pytest -q -n 0 tests/architecture

format: $(STAMP)
	$(RUN)/ruff format .
	$(RUN)/ruff check --fix .

bench: $(STAMP)
	for b in bench/*.py; do $(RUN)/python $$b || exit 1; done

fuzz: $(STAMP)
	FUZZ_SECONDS=$(or $(FUZZ_SECONDS),600) $(RUN)/pytest -q -n 2 --timeout 0 tests/fuzz

seeds: $(STAMP)
	rm -rf tests/fuzz/seeds && mkdir tests/fuzz/seeds
	FUZZ_SEEDS=tests/fuzz/seeds FUZZ_SEED_BYTES=16384 FUZZ_SEEDS_EACH=2 PYTHONPATH=tests/fuzz \
		$(RUN)/pytest -q -n 0 -m "not real" -p collect_seeds tests/findings tests/evidence

get-nodes: $(STAMP)
	$(RUN)/python tests/nodes/get_nodes.py
	$(RUN)/python tests/nodes/get_monero.py
	$(RUN)/python tests/nodes/get_anvil.py
	$(RUN)/python tests/nodes/get_electrumx.py

test-nodes: get-nodes
	$(RUN)/pytest -q -n 2 --dist worksteal tests/nodes

test-nodes-short: $(STAMP)
	$(RUN)/pytest -q -n 2 --dist loadfile -m short --durations 5 tests/nodes

test-browser: $(STAMP)
	$(RUN)/pytest -q -n 2 --dist worksteal tests/browser

golden: $(STAMP)
	CHAINLEAD_GOLDEN=1 $(RUN)/pytest -q -n 0 tests -k golden

docs: $(STAMP)
	$(RUN)/python -m cogapp -r docs/reference/*.md GLOSSARY.md

clean:
	rm -rf $(VENV) $(CASE) .mypy_cache .ruff_cache .pytest_cache .hypothesis
