# Everything a developer or CI calls. `make run` and `make test` are the two commands of the README.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
TESTS_AT_ONCE ?= 3
WITH_A_REGISTER := tests/api tests/live tests/store tests/webhooks

.PHONY: run test lint types imports pytest pytest-postgresql assets format lock bench storm faults audit clean

run: $(VENV)/ready assets
	$(BIN)/hotline up --demo

test: lint types imports pytest storm

$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# What the pages load: style, script and fonts, made of what npm brings.
assets: api/pages/assets/names.json

api/pages/assets/names.json: node_modules/ready $(wildcard assets/*)
	node assets/build.mjs

# package-lock.json holds hashes and no host.
node_modules/ready: package-lock.json
	npm ci --silent
	touch $@

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/ready
	$(BIN)/mypy

imports: $(VENV)/ready
	$(BIN)/lint-imports

# Tests wait for engines more than they compute. What databases may do differently is run on PostgreSQL besides.
pytest: $(VENV)/ready assets
	deploy/apt-packages.sh
	$(BIN)/pytest --numprocesses $(TESTS_AT_ONCE) --dist worksteal -m "not storm"
	$(BIN)/pytest --numprocesses $(TESTS_AT_ONCE) --dist worksteal -m sql --database postgresql

# Every test that has a register, on PostgreSQL instead of SQLite: some five minutes.
pytest-postgresql: $(VENV)/ready assets
	deploy/apt-packages.sh
	$(BIN)/pytest --numprocesses $(TESTS_AT_ONCE) --dist worksteal --database postgresql $(WITH_A_REGISTER)

# The short form of the fault suite, one run after the other: each wants the machine for itself.
storm: $(VENV)/ready assets
	deploy/apt-packages.sh
	$(BIN)/pytest -m storm

format: $(VENV)/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/ready
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --group dev pyproject.toml -o requirements.lock

bench: $(VENV)/ready assets
	$(BIN)/python -m bench.history
	$(BIN)/python -m bench.api
	$(BIN)/python -m bench.codec
	$(BIN)/python -m bench.uploads
	$(BIN)/python -m bench.pages

# Asks a vulnerability service on the network, so it is no part of `test`.
audit: $(VENV)/ready
	$(BIN)/uv tool run pip-audit --requirement requirements.lock --disable-pip --require-hashes --strict

# Ten minutes on a machine of its own; needs deploy/apt-packages.sh. The figures of every run are kept in faults.jsonl in the data folder.
faults: $(VENV)/ready
	$(BIN)/python -m tests.faults.run

clean:
	rm -rf $(VENV) node_modules api/pages/assets *.egg-info .mypy_cache .ruff_cache .pytest_cache
