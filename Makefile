# Everything runs in .venv, in this checkout; each target prepares what it needs and says so, one line a step.
#
#   make demo     a scanned demo city in a running web application; HOST and PORT are honoured,
#                 DEMO=build stops before serving
#   make test     everything CI runs
#   make proof    the full-size figures, appended to benchmarks/RESULTS.md; NAME=... for one of them
#   make lint     the static checks alone;  make fix  mends what can be mended by itself
#   make sbom     what we depend on, as bills of materials in dist/
#   make picture  the picture in the README, from the demo
#   make clean    removes all of it

PYTHON ?= python3
BIN := .venv/bin
SETUP := $(PYTHON) scripts/setup.py

.DEFAULT_GOAL := help
.PHONY: help demo test proof lint fix sbom picture clean environment environment-dev

help:
	@sed -n '2,/^$$/s/^# \{0,1\}//p' Makefile

environment:
	@$(SETUP) environment assets

environment-dev:
	@$(SETUP) environment --dev assets

demo: export PRIVACY_CATALOG_HOST = $(or $(HOST),127.0.0.1)
demo: export PRIVACY_CATALOG_PORT = $(or $(PORT),8000)
demo: environment
	@$(BIN)/privacy-catalog demo --folder var/demo $(if $(filter build,$(DEMO)),--build-only)

test:
	@$(SETUP) environment --dev assets system
	@$(BIN)/python scripts/check.py

proof: environment-dev
	@$(BIN)/python -m benchmarks $(NAME)

lint: environment-dev
	@$(BIN)/python scripts/check.py --static

fix: environment-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

sbom: environment-dev
	@$(BIN)/python scripts/sbom.py

picture: environment-dev
	@$(BIN)/python scripts/picture.py

clean:
	rm -rf .venv var web/static/dist frontend/node_modules tests/support/identity_provider/node_modules tests/support/azurite/node_modules build dist .coverage* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
