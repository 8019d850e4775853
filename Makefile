# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SERVE ?= 1
LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test test-sqlite long real check fmt bench lock schema pages golden clean

help: ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.venv/runtime: requirements.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

demo: .venv/runtime ## four weeks of a hall's life on SQLite, then serve on http://127.0.0.1:8000 (SERVE=0: end after printing)
	$(BIN)/bancheng demo $(if $(filter 0,$(SERVE)),--no-serve)

# Compiled once, and not anew by each process of the tests, whatever the caller's shell says.
test test-sqlite long real: export PYTHONDONTWRITEBYTECODE :=

test: .venv/dev ## the tests, on SQLite and PostgreSQL
	$(BIN)/pytest -n 2 --dist worksteal

test-sqlite: .venv/dev ## the tests without PostgreSQL, while working
	BANCHENG_TEST_BACKENDS=sqlite $(BIN)/pytest -n 2 --dist worksteal

long: .venv/dev ## soak, kills, the longest walks over time, and what they must find
	$(BIN)/pytest -n 2 --dist worksteal -m long

real: .venv/dev ## the whole files of other systems on the other database, too
	$(BIN)/pytest -n 2 -m real

check: .venv/dev ## lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: .venv/dev ## format and mend what ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev ## ratios, each measured in one run
	$(BIN)/python bench/run.py

schema: .venv/dev ## write graphql/schema.graphql again
	$(BIN)/bancheng schema > src/bancheng/graphql/schema.graphql

pages: .venv/dev ## write the glossary, docs/events.md, docs/rights.md, docs/metrics.md, docs/transitions.md and the index of decision records again
	$(BIN)/python -m bancheng.glossary > docs/glossary.md
	$(BIN)/python tests/arch/matrix.py
	$(BIN)/python tests/arch/rights.py
	$(BIN)/python tests/arch/records.py
	$(BIN)/python tests/arch/metrics.py
	$(BIN)/python tests/domain/transitions.py
	$(BIN)/python tests/projections/everything.py

golden: .venv/dev ## write the golden file of each new event, version of a ledger, and definition
	$(BIN)/python tests/golden/write.py

lock: ## pin every requirement with its hashes
	$(PIP) install uv
	$(LOCK) --group build -o requirements.txt
	$(LOCK) --group dev -o requirements-dev.txt

clean: ## remove the environment and the demo's data
	rm -rf .venv var
