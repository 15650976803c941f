# Every target sets up what it needs; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
PBX ?= 22
WORKERS ?= 7
DEBIAN ?= 12 13
export PYTHON
# Compiled code is kept: a machine that forbids it would compile all of it in each process.
unexport PYTHONDONTWRITEBYTECODE

venv := .venv/bin
runtime := .venv/.runtime-installed
development := .venv/.development-installed
browser_code := static/vendor/.installed
styles := static/vendor/tabler.css
script_tools := node_modules/.development-installed
node_peer := bench/peers/node/node_modules/.installed
foreign_clients := tests/demo/clients/node_modules/.installed

.PHONY: help run demo test pytest js check tools bed fresh soak lint style types imports scripts tables words format unit pbx bench setup clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(runtime) $(browser_code) $(styles) ## Set up and start amictl on http://127.0.0.1:8000
	exec $(venv)/python wsgi.py

demo: $(runtime) $(browser_code) $(styles) ## The same with the demo PBX, beside any that is configured
	AMICTL_DEMO=yes exec $(venv)/python wsgi.py

test: ## Set up and run every check and test, with real Asterisk 22 and 16 and a real browser
	$(MAKE) --no-print-directory --jobs 4 bed lint js pytest

# What is imported once before is compiled once, and not by each of the workers that import it at the same time.
pytest: setup tools $(foreign_clients)
	-@$(venv)/python -m pytest --collect-only --quiet >/dev/null
	$(venv)/python -m pytest -n $(WORKERS) --dist load --maxschedchunk 1

js: setup
	$(venv)/node --test "tests/js/*.test.js"

check: setup $(foreign_clients) ## Run some of the tests, against the real PBX where they want one: make check FILE=tests/asterisk/test_bed.py
	$(venv)/python -m pytest $(FILE)

tools:
	bash setup/test_tools.sh

# What cannot be installed here says so; the tests that need it are skipped, or fail with CI=true.
bed: tools
	-$(PYTHON) -m tests.asterisk.installation

fresh: ## Prove `make run` and `make test` in minimal Debian roots that have nothing (DEBIAN=12 or 13 for one of them)
	bash setup/fresh.sh $(DEBIAN)

soak: setup tools ## Run the long proofs: 2,000 calls and 20 lost links on Asterisk 22 and on 16, silent clients, memory, every route on 16 too
	$(venv)/python -m pytest -m soak

unit: $(development) ## Run the fast tests alone: no Asterisk, no browser, no amictl in a process of its own, no demo PBX, no long proof
	$(venv)/python -m pytest -q -n 4 --dist load --maxschedchunk 4 $(addprefix --ignore tests/,asterisk browser demo green soak) -m "not (soak or asterisk or browser or served or long)"

lint: setup ## Check style, types and the direction of imports, of Python and of the console's scripts
	$(MAKE) --no-print-directory --jobs 4 --output-sync=target style types imports scripts

style:
	$(venv)/ruff check .
	$(venv)/ruff format --check .

types:
	$(venv)/mypy

imports:
	$(venv)/lint-imports

scripts: setup
	$(venv)/node node_modules/.bin/eslint --cache --cache-location .cache/eslint
	$(venv)/node node_modules/.bin/tsc --pretty false -p .

tables: $(development) ## Write the tables of fields in docs/fields.md anew, from what the values declare
	$(venv)/python -m setup.field_tables

words: setup ## Write the words for people anew, from which translations are made
	$(venv)/python -m setup.words

format: $(development) ## Format the code and mend what the linter can mend by itself
	$(venv)/ruff check --fix .
	$(venv)/ruff format .

pbx: $(development) ## Start a real Asterisk with a call centre at work on it, for development (PBX=16 for the old one)
	exec $(venv)/python -m tests.asterisk.development $(PBX)

bench: $(development) $(node_peer) ## Measure, and print one table
	exec $(venv)/python -m bench

setup: $(development) $(script_tools) $(styles) ## Install all that development needs into .venv and static/vendor

clean: ## Remove what the set-up made; the database in instance/ stays
	rm -rf .venv node_modules bench/peers/node/node_modules tests/demo/clients/node_modules static/vendor .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(runtime): requirements.txt requirements-build.txt setup/python.sh
	bash setup/python.sh requirements.txt requirements-build.txt
	@touch $@

$(development): requirements-dev.txt $(runtime)
	bash setup/python.sh requirements-dev.txt
	@touch $@

$(browser_code): package.json package-lock.json setup/browser_code.py setup/fonts.py $(runtime)
	PATH="$(CURDIR)/$(venv):$$PATH" npm ci --omit=dev --ignore-scripts --no-audit --no-fund --silent
	$(venv)/python -m setup.browser_code
	@mkdir -p $(@D) && touch $@

# A class of Tabler's may be used anywhere.
$(styles): $(shell find templates static/js static/css -type f) setup/used_styles.js $(browser_code)
	$(venv)/node setup/used_styles.js .

# What checks the console's scripts is not needed to run them.
$(script_tools): package.json package-lock.json $(browser_code)
	PATH="$(CURDIR)/$(venv):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# Without their packages the bench leaves the Node program out and the tests skip theirs, and say so; with CI=true they fail.
$(node_peer): bench/peers/node/package.json bench/peers/node/package-lock.json $(development)
$(foreign_clients): tests/demo/clients/package.json tests/demo/clients/package-lock.json $(development)
$(node_peer) $(foreign_clients):
	if PATH="$(CURDIR)/$(venv):$$PATH" npm --prefix $(dir $(@D)) ci --ignore-scripts --no-audit --no-fund --silent; then touch $@; fi
