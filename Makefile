# Two commands do everything: `make run` and `make test`. Each does the set-up it needs.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
SHARED ?= ../shared
TEST_WORKERS ?= 3
BENCH_SIZES ?= 5 250
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: run ask samples test test-fast check eval score fit bench lock clean

run: $(VENV)/run.stamp samples
	@$(BIN)/python -m bot run

ask: $(VENV)/run.stamp samples
	@$(BIN)/python -m bot ask "$$Q"

test: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n $(TEST_WORKERS) --dist loadfile

# What starts no server, process or other program (tests/support/outside.py); none may connect.
test-fast: $(VENV)/dev.stamp
	$(BIN)/pytest -n $(TEST_WORKERS) --dist loadfile -m "not outside" --allow-hosts=

# Known holes in what requirements.lock installs; says why where nothing can be asked.
check: $(VENV)/run.stamp
	@$(BIN)/python tests/audit.py

# Our own questions over plans/; ARGS="--failures", ARGS="--model".
eval: $(VENV)/run.stamp
	$(BIN)/python tests/eval/run.py $(ARGS)

# The scorers of ../shared, with the floors of tests/floors.toml.
score: $(VENV)/dev.stamp
	$(BIN)/python tests/score.py $(SHARED)

# The weights of bot/answering/weights.toml on the question sets of FOLDER; ARGS=--write keeps them.
fit: $(VENV)/dev.stamp
	@PYTHONPATH=. $(BIN)/python tests/fit.py $(FOLDER) $(ARGS)

# Answering beside the usual recipe, and libraries of BENCH_SIZES plans (docs/scale.md).
bench: $(VENV)/dev.stamp
	@BENCH_SIZES="$(BENCH_SIZES)" $(BIN)/python -m tests.bench

# After a change of dependencies in pyproject.toml; needs uv.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --group dev --extra ocr -c requirements.lock --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		-q -o requirements-dev.lock

clean:
	rm -rf $(VENV) build

export Q

$(VENV)/run.stamp: requirements.lock
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更新的版本。"; exit 1; }
	@test -d $(VENV) || { echo "建立 $(VENV)（$(PYTHON)）……"; $(PYTHON) -m venv $(VENV); }
	@echo "安装依赖（第一次约需两分钟）……"
	@$(PIP) -r requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	@echo "安装测试所需……"
	@$(PIP) -r requirements-dev.lock
	@touch $@

# Into a library that never held a plan: a sample that somebody removed does not come back.
samples: $(VENV)/run.stamp
	@$(BIN)/python ingest.py add plans --first
