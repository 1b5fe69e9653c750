# Two commands: `make run` and `make test`. Both make .venv first, and only when something
# that decides its content has changed: the stamp's name holds a hash of it.

PYTHON ?= python3
TORCH ?= default
ARGS ?=
TOPIC ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
KEY := $(shell { $(PYTHON) --version; cat pyproject.toml constraints.txt; echo $(TORCH) $(CURDIR); } 2>/dev/null | cksum | cut -d' ' -f1)
RUN_STAMP := $(VENV)/.run-$(KEY)
DEV_STAMP := $(VENV)/.dev-$(KEY)
# Operators without a GPU do not want CUDA: `make run TORCH=cpu` takes PyTorch's CPU wheels.
TORCH_INDEX := $(if $(filter cpu,$(TORCH)),--index-url https://download.pytorch.org/whl/cpu)

.PHONY: run test test-slow bench lint clean

run: $(RUN_STAMP)
	@$(BIN)/lectern run $(ARGS)

test: $(DEV_STAMP)
	@$(BIN)/python -m pytest -q -n 2 $(ARGS)

test-slow: $(DEV_STAMP)
	@$(BIN)/python -m pytest -q -m slow --timeout 1800 $(ARGS)

bench: $(DEV_STAMP)
	@$(BIN)/python -m benchmarks $(TOPIC)

lint: $(DEV_STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/hadolint Dockerfile

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(RUN_STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Lectern needs Python 3.11 or newer; name one with PYTHON=python3.12." >&2; exit 1; }
	@echo "Installing Lectern into $(VENV); this takes a few minutes, once." >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install $(TORCH_INDEX) $$(grep '^torch==' constraints.txt)
	@$(PIP) install --constraint constraints.txt --editable .
	@rm -f $(VENV)/.run-* && touch $@

$(DEV_STAMP): $(RUN_STAMP)
	@echo "Installing the tools for tests into $(VENV), once." >&2
	@$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@rm -f $(VENV)/.dev-* && touch $@
