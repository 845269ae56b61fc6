# make run: the app with everything it needs; make test: all checks; make bench: the benchmarks.
# Any Python from 3.11 on: make run PYTHON=python3.12

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PORT ?= 8501
STORE ?= data
WORKERS ?= 2

# numba keeps its compiled code beside the sources; where that cannot be written it needs another place.
ifneq ($(shell test -w analytics && echo yes),yes)
export NUMBA_CACHE_DIR ?= $(or $(TMPDIR),/tmp)/branchwise-numba
endif

.PHONY: run sample test lint check-types unit bench catalogue clean

run: $(VENV)/.app sample
	@BRANCHWISE_STORE="$(STORE)" PORT="$(PORT)" sh -c 'trap "exit 0" INT TERM; \
		$(BIN)/streamlit run app.py --server.port "$$PORT"'

# The sample branch, on the first start only; BRANCHWISE_SAMPLE=0 starts with an empty store.
sample: $(VENV)/.app
	@if [ ! -e "$(STORE)/CURRENT" ] && [ "$$BRANCHWISE_SAMPLE" != 0 ]; then \
		echo "Loading the sample branch (first start only)"; \
		$(BIN)/python -m analytics sample --store "$(STORE)"; \
	fi

test: $(VENV)/.dev lint check-types unit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

check-types: $(VENV)/.dev
	$(BIN)/mypy

# Browser tests share one server, so they stay together on one worker.
unit: $(VENV)/.dev
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup -rs

bench: $(VENV)/.dev
	@for name in $(basename $(notdir $(shell grep -l __main__ benchmarks/*.py))); do \
		echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; \
	done

# Words: gather the texts into the Chinese catalogue, then compile it.
catalogue: $(VENV)/.dev
	$(BIN)/python -m analytics.words.catalogue

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Branchwise needs Python 3.11 or later; name one with: make run PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.app
