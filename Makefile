# make run · make test · make format · make lock. Everything lives in .venv/, made on first use.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check format lock vectors rehearsal audit bench bench-load chaos clean
.DEFAULT_GOAL := run

.venv/run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "orgbot demande Python 3.11 ou plus récent; essaie : make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installation de ce qu’il faut dans .venv/ (une seule fois)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: .venv/run ## the bot, or the sandbox when there is no token
	@$(BIN)/python bot.py

test: .venv/dev ## the single gate
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pylint orgbot
	$(BIN)/python -m orgbot check
	$(BIN)/pytest -n auto

check: .venv/run ## the content alone
	@$(BIN)/python -m orgbot check

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

vectors: .venv/run ## the embeddings of faq/, so that a first start is short: after many new phrasings
	@$(BIN)/python -m orgbot faq vectors

rehearsal: .venv/dev ## every labelled utterance through the running bot → docs/repetition.md
	@$(BIN)/python -m tests.bench.rehearsal

# Hashes of every platform's files, and no index named.
LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml
lock: .venv/dev
	$(LOCK) -o requirements.txt
	$(LOCK) --group dev -c requirements.txt -o requirements-dev.txt
	$(LOCK) --group bench -c requirements-dev.txt -o requirements-bench.txt

# Fails where a package cannot be looked up too: no answer is not a good one.
audit: .venv/dev ## known vulnerabilities of what is pinned; needs the network
	$(BIN)/uv tool run pip-audit==2.10.1 --strict --disable-pip --require-hashes -r requirements.txt
	$(BIN)/uv tool run pip-audit==2.10.1 --strict --disable-pip --require-hashes -r requirements-dev.txt

chaos: .venv/dev ## kills, freezes, outages, in full, then every breakage: half an hour → docs/operations.md
	@$(BIN)/python -m tests.chaos.run
	@$(BIN)/python -m tests.chaos.run --sabotage

bench: .venv/dev ## this engine beside others; needs Node.js
	$(BIN)/python -m tests.bench.engines

bench-load: .venv/bench ## updates a second and waiting times, beside two other bots
	$(BIN)/python -m tests.bench.load

.venv/bench: requirements-bench.txt .venv/dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

clean:
	rm -rf .venv
