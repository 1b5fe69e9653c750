# Two commands: `make run` and `make test`. Both make .venv first, and only when something
# that decides its content has changed: the stamp's name holds a hash of it.
#
#   make run PYTHON=python3.12     another Python than python3
#   make run TORCH=cpu             PyTorch's CPU wheels, without gigabytes of CUDA; said once,
#                                  it holds for this .venv (TORCH=default goes back)
#   make run ARGS='--config FILE'  words for the command behind the target
#   make bench TOPIC=in_bot        one topic of the benchmarks

PYTHON ?= python3
ARGS ?=
TOPIC ?=

VENV := .venv
BIN := $(VENV)/bin
# What .venv was made for: Python's version and the choice of TORCH.
MADE_FOR := $(VENV)/.made-for
ifeq ($(TORCH),)
TORCH := $(or $(lastword $(shell cat $(MADE_FOR) 2>/dev/null)),default)
endif
ifeq ($(filter cpu default,$(TORCH)),)
$(error TORCH is either cpu or default, not $(TORCH))
endif
WANTED := $(shell $(PYTHON) --version 2>/dev/null) $(TORCH)
KEY := $(shell { echo '$(WANTED) $(CURDIR)'; cat pyproject.toml constraints.txt; } | cksum | tr ' ' -)
RUN_STAMP := $(VENV)/.run-$(KEY)
DEV_STAMP := $(VENV)/.dev-$(KEY)

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Builds are pinned too; older pips read the first variable for them, newer ones the second.
PINNED := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt $(PIP)
TORCH_INDEX := $(if $(filter cpu,$(TORCH)),--index-url https://download.pytorch.org/whl/cpu)

.PHONY: run evaluate test test-slow bench lint clean

run: $(RUN_STAMP)
	@$(BIN)/lectern run $(ARGS)

evaluate: $(RUN_STAMP)
	@$(BIN)/lectern evaluate $(ARGS)

test: $(DEV_STAMP)
	@$(BIN)/python -m pytest -q -n 2 $(ARGS)

test-slow: $(DEV_STAMP)
	@$(BIN)/python -m pytest -q -m slow --timeout 1800 $(ARGS)

bench: $(DEV_STAMP)
	@$(BIN)/python -m benchmarks $(TOPIC)

lint: $(DEV_STAMP)
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy
	@$(BIN)/python $(BIN)/lint-imports
	@$(BIN)/hadolint Dockerfile

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache \
		.hypothesis

# Another Python or another TORCH is another .venv: pip would keep what it finds.
$(RUN_STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Lectern needs Python 3.11 or newer; name one with PYTHON=python3.12." >&2; exit 1; }
	@echo "Installing Lectern into $(VENV); this takes a few minutes, once." >&2
	@{ test -x $(BIN)/pip && test "$$(cat $(MADE_FOR) 2>/dev/null)" = '$(WANTED)'; } || \
		{ $(PYTHON) -m venv --clear $(VENV) && echo '$(WANTED)' > $(MADE_FOR); }
	@$(PIP) install $(TORCH_INDEX) $$(grep '^torch==' constraints.txt)
	@$(PINNED) install --editable '.[web]'
	@rm -f $(VENV)/.run-* && touch $@

$(DEV_STAMP): $(RUN_STAMP)
	@echo "Installing the tools for tests into $(VENV), once." >&2
	@$(PINNED) install --editable '.[dev,train,web]'
	@rm -f $(VENV)/.dev-* && touch $@
