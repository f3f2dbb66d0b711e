# Everything a developer types. `make help` lists it; README.md explains it.
# .venv is made on first use and touched again only when pyproject.toml or the native kernels have changed.

PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
SYSTEM := windows
else
BIN := $(VENV)/bin
SYSTEM := $(if $(filter Darwin,$(shell uname -s)),macos,linux)
endif
PIP := $(BIN)/python -m pip --disable-pip-version-check install
# Named first and exactly, so that pip does not take another build of torch on the way to the rest.
TORCH := torch==2.13.0

# The tests show no window; a person who wants to watch them sets QT_QPA_PLATFORM.
PYTEST := QT_QPA_PLATFORM="$${QT_QPA_PLATFORM:-offscreen}" $(BIN)/python -m pytest
# What Qt loads from the system even without a screen.
QT_LIBRARIES := libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1
# What a real window needs besides, on X11.
ifneq ($(DISPLAY),)
QT_LIBRARIES += libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 \
  libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0
endif

# What an installation is made of besides Python: pyproject.toml, and the kernels that a C compiler makes, if there is one.
INSTALLED := pyproject.toml setup.py $(wildcard engine/native/src/*)

.DEFAULT_GOAL := help
.PHONY: help run test test-all lint format package installers clean qt-libraries

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.installed qt-libraries ## set up .venv and start Ponder
	@$(BIN)/ponder

test: $(VENV)/.installed-test qt-libraries ## the whole test suite but the slow tests
	$(PYTEST)

test-all: $(VENV)/.installed-test qt-libraries ## every test, the slow ones included
	$(PYTEST) -m ""

lint: $(VENV)/.installed-test ## ruff (rules and format), strict mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-test ## format the code in place
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

package: qt-libraries ## freeze Ponder into dist/ponder, which needs no Python, and test it there
	$(PYTHON) packaging/freeze/build.py
	$(PYTHON) packaging/freeze/smoke.py --compressed

installers: ## the installers of this system, of what `make package` made
	$(PYTHON) packaging/installers/$(SYSTEM)/make_$(SYSTEM).py

clean: ## remove .venv, caches and build output
	rm -rf $(VENV) build dist *.egg-info engine/native/_kernels* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Ponder needs Python 3.11 or newer: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(INSTALLED) | $(BIN)/python
	$(PIP) '$(TORCH)'
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-test: $(INSTALLED) | $(VENV)/.installed
	$(PIP) --editable '.[test]'
	@touch $@

# Installed where that is possible unasked: as root on a Debian or Ubuntu, in a container or on a build machine.
qt-libraries:
	@if command -v dpkg >/dev/null && ! dpkg -s $(QT_LIBRARIES) >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	      apt-get install -y -qq --no-install-recommends $(QT_LIBRARIES); \
	  else \
	    echo "Qt may miss system libraries: sudo apt-get install $(QT_LIBRARIES)" >&2; \
	  fi; \
	fi
