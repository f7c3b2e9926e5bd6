# The verbs of the project; `make` alone lists them.
.DEFAULT_GOAL := help
.ONESHELL:
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON := .venv/bin/python
ASSETS := app/static/node_modules/.package-lock.json
export LIBRARIES PORT HOST DATABASE_URL LIBRARIES_FILE

.PHONY: help run test check bench territories lock clean

help: ## list the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1	\2/' | expand -t 18

run: .venv/.run $(ASSETS) ## open the site on this machine (LIBRARIES=file loads a file of libraries, PORT=8001 changes the port)
	@exec $(PYTHON) -m app.serve

test: .venv/.test $(ASSETS) ## the whole suite, the browser tests included
	@exec $(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/.test ## style, types and import contracts alone
	@$(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check . && $(PYTHON) -m mypy && .venv/bin/lint-imports

bench: .venv/.test ## measure territory tables, coverage beside the best SQL, the next sites beside HiGHS
	@exec $(PYTHON) -m tests.bench

territories: .venv/.test ## derive seeds/data/territories again from the official packages
	@exec $(PYTHON) -m seeds.build.territories

lock: .venv/.test ## write the locks again from pyproject.toml and package.json
	@compile() { .venv/bin/uv pip compile --upgrade --universal --generate-hashes --no-emit-index-url --no-header --quiet "$$@"; }
	compile pyproject.toml -o requirements.txt
	compile pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt
	echo uv | compile - -c requirements-dev.txt -o requirements-uv.txt
	cd app/static && npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --silent

clean: ## remove what is installed here; the database in .local stays
	@rm -rf .venv app/static/node_modules .pytest_cache .ruff_cache .mypy_cache

.venv/.uv: requirements-uv.txt docker/debian-packages.sh
	@docker/debian-packages.sh run
	python3 -m venv .venv
	.venv/bin/pip install -qq --disable-pip-version-check --require-hashes -r requirements-uv.txt
	touch $@

.venv/.run: requirements.txt .venv/.uv
	@.venv/bin/uv pip install --quiet --python $(PYTHON) --require-hashes -r requirements.txt
	touch $@

.venv/.test: requirements-dev.txt .venv/.uv
	@docker/debian-packages.sh test
	.venv/bin/uv pip install --quiet --python $(PYTHON) --require-hashes -r requirements-dev.txt
	touch $@ .venv/.run

$(ASSETS): app/static/package-lock.json .venv/.uv
	@cd app/static && npm ci --ignore-scripts --no-audit --no-fund --silent && touch node_modules/.package-lock.json
