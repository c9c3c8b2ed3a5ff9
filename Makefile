# The two commands are `make run` and `make test`; `make help` lists the others.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PORTAL_VAR ?= $(CURDIR)/var
export PYTHONUNBUFFERED := 1
MANAGE = PORTAL_SECRET_KEY_FILE="$(PORTAL_VAR)/secret-key" $(BIN)/python manage.py

.DEFAULT_GOAL := help
.PHONY: help run setup setup-empty test lint messages lock screenshots oracle oracle-crowd oracle-kills bench bench-growth \
	bench-nodes bench-queueing bench-visits clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: setup ## set everything up and serve the portal on http://127.0.0.1:8000
	@exec env PORTAL_SECRET_KEY_FILE="$(PORTAL_VAR)/secret-key" $(BIN)/python manage.py serve

setup-empty: LOAD = --empty
setup-empty: setup ## set everything up with an empty site instead of the demo

setup: $(VENV)/.run
	@mkdir -p "$(PORTAL_VAR)"
	@[ -s "$(PORTAL_VAR)/secret-key" ] || (umask 077; $(BIN)/python -c "import secrets; print(secrets.token_urlsafe(64), end='')" > "$(PORTAL_VAR)/secret-key")
	@echo "[2/6] Message catalogues"; $(MANAGE) compile_catalogues
	@echo "[3/6] Database"; $(MANAGE) migrate --verbosity 1
	@echo "[4/6] Content"; $(MANAGE) load_demo --if-empty $(LOAD)
	@echo "[5/6] Groups and workflow"; $(MANAGE) setup_roles
	@echo "[6/6] Static files"; \
	  if [ -n "$$(find "$(PORTAL_VAR)/.static" -newer $(VENV)/.run 2>/dev/null)" ] && \
	     [ -z "$$(find portal/static -newer "$(PORTAL_VAR)/.static")" ]; then echo "Nothing has changed."; \
	  else $(MANAGE) collectstatic --noinput --verbosity 1 && touch "$(PORTAL_VAR)/.static"; fi

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Name another with: make PYTHON=python3.12 run")'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements/run.txt $(VENV)/.python
	@echo "[1/6] Python packages"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.python
	@echo "Python packages for the tests"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@ $(VENV)/.run

test: $(VENV)/.test ## set up what tests need, then run every check and test on SQLite and PostgreSQL
	@$(BIN)/python -m tests.run

lint: $(VENV)/.test ## check and format the code
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

messages: $(VENV)/.test ## bring the message catalogue up to date with the code (needs gettext)
	@$(BIN)/python tests/messages.py --write

lock: ## pin the packages anew (needs uv)
	@cd requirements && for name in test run; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header $$name.in --output-file $$name.txt $$( [ $$name = run ] && echo --constraint test.txt ); done

screenshots: setup $(VENV)/.test ## look at every kind of page: writes pictures to var/screenshots
	@PORTAL_SECRET_KEY_FILE="$(PORTAL_VAR)/secret-key" $(BIN)/python -m tests.browser.screenshots

bench: $(VENV)/.run ## the cached pages beside nginx, Varnish and others: writes benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks.pages

bench-growth: $(VENV)/.test ## how pages and lists behave from 1 000 to 100 000 articles
	@$(BIN)/python -m benchmarks.growth

bench-visits: $(VENV)/.test ## what counting a visit costs (needs wrk and two cores)
	@$(BIN)/python -m benchmarks.visits

bench-queueing: $(VENV)/.test ## whether readers wait while editors and others are busy
	@$(BIN)/python -m benchmarks.queueing

# Sites of their own, so that what goes wrong is found again by its seed after few edits.
oracle: $(VENV)/.test ## prove with 10 000 edits on each database that readers always get the truth (hours)
	@for database in sqlite postgresql; do for seed in $${SEEDS:-$$(seq 20)}; do \
	  $(BIN)/python -W ignore -m tests.oracle --steps 500 --seed $$seed --database $$database \
	  || failed=1; done; done; exit $${failed:-0}

oracle-crowd: $(VENV)/.test ## the same with several editors at once while processes are killed (40 minutes)
	@for database in sqlite postgresql; do \
	  $(BIN)/python -W ignore -m tests.oracle.crowd --database $$database || failed=1; done; exit $${failed:-0}

oracle-kills: $(VENV)/.test ## kill processes and damage the store at the moments of twenty seeds (half an hour)
	@SEEDS="$${SEEDS:-$$(seq -s ' ' 20)}" $(BIN)/python -m pytest -q tests/test_faults_kill.py tests/test_faults_store.py

bench-nodes: $(VENV)/.test ## how soon what is published on one of two nodes is fresh on the other, 200 times
	@PUBLICATIONS=$${PUBLICATIONS:-200} $(BIN)/python -m pytest -q -rA --durations=0 tests/test_faults_nodes.py

clean: ## remove what the commands made, but for the portal's own data in var/
	@rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
