# Two commands, each complete on a fresh machine with Python 3.11+, make and git:
#   make run   sets up and runs one night on the bundled sample site
#   make test  sets up and runs the tests
# Set-up is skipped while neither the lock nor pyproject.toml changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Byte code is written once and read at every start; without it each start costs 20 s more.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check accuracy fuzz bench localise scale lock samples clean

run: $(VENV)/.run
	@$(BIN)/nianbao run

test: $(VENV)/.test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

check: test

# Reads the corpus of tests/accuracy in every medium (some minutes) and keeps the table in the README.
accuracy: $(VENV)/.test
	@$(BIN)/python -m tests.accuracy --readme README.md

# 20,000 inputs; more, or others: make fuzz FUZZ='--count 100000 --start 20000'.
fuzz: $(VENV)/.test
	@$(BIN)/python -m tests.fuzz $(FUZZ)

bench: $(VENV)/.test
	@$(BIN)/python -m tests.bench $(BENCH)

# How well damaged cells are found again; a thousand trials of each kind: make localise LOCALISE='--trials 1000'.
localise: $(VENV)/.test
	@$(BIN)/python -m tests.localise $(LOCALISE)

# A made-up nation of a million reports, loaded, judged, published and questioned (some 40 minutes, 10 GB of disk for
# the while); smaller: make scale SCALE='--reports 100000'.
scale: $(VENV)/.test
	@$(BIN)/python -m tests.scale --write docs/scale.md $(SCALE)

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed, found " + sys.version)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9

# The test set contains the run set, so a set-up for tests serves `make run` too.
$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/uv
	@if [ -e $(VENV)/.test ]; then $(MAKE) --no-print-directory $(VENV)/.test; else \
		echo "Setting up (once) …" && \
		$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/run.txt && \
		$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .; \
	fi
	@touch $@

$(VENV)/.test: requirements/test.txt pyproject.toml | $(BIN)/uv
	@echo "Setting up for tests (once) …"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/test.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@ $(VENV)/.run

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header \
	--generate-hashes pyproject.toml
lock: | $(BIN)/uv
	@$(LOCK) -o requirements/run.txt
	@$(LOCK) --extra test --extra ocr -c requirements/run.txt -o requirements/test.txt
	@$(LOCK) --extra ocr -c requirements/run.txt -o requirements/ocr.txt

samples: $(VENV)/.test
	@$(BIN)/python -m tests.corpus.samples

clean:
	@rm -rf $(VENV) var build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
