# Targets need Python 3.11+ and make; everything else is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
# One more than the two processors of a small machine: a test often waits for a browser or a server.
AT_ONCE := 3

# Many processes start here: what one has compiled, the next one need not.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help run test axe chaos lint fix texts fuzz contract bench lighthouse lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/runtime ## Serve on http://127.0.0.1:8000 with demo data on SQLite
	@$(BIN)/referral serve --demo

test: .venv/development .venv/chromium lint ## Lint, types, import contracts and all tests
	$(BIN)/pytest -n $(AT_ONCE) --dist worksteal

chaos: .venv/development ## Kill server and worker fifty times on each database (some 15 minutes)
	REFERRAL_TEST_KILLS=$${REFERRAL_TEST_KILLS:-50} $(BIN)/pytest -s tests/faults/test_server_kills.py tests/faults/test_worker_kills.py tests/webhooks/test_chaos.py

lint: .venv/development ## Look, and change nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/deptry .

fix: .venv/development ## Repair what can be repaired by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

texts: .venv/development ## Collect the texts that are marked for translation
	$(BIN)/python tests/texts.py

axe: .venv/development .venv/chromium ## Let axe judge every page in every look: forced colors, zoomed, on a desk
	REFERRAL_ALL_LOOKS=yes $(BIN)/pytest tests/browser/test_every_page.py tests/design/test_accessibility.py

fuzz: .venv/development ## Call every door with anything, 200 times or REFERRAL_FUZZ= as many
	REFERRAL_FUZZ=$${REFERRAL_FUZZ:-200} $(BIN)/pytest tests/web/test_fuzz.py

contract: .venv/development ## Let other tools judge the OpenAPI document (needs Node)
	$(BIN)/python contract/check.py

bench: .venv/development ## Measure against the raw limits (about five minutes)
	$(BIN)/python benchmarks/run.py

lighthouse: .venv/development .venv/chromium ## Measure what each page costs a phone (needs Node; four minutes)
	$(BIN)/python benchmarks/visiting.py

lock: .venv/uv ## Pin the newest versions that fit pyproject.toml
	$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url --python-version 3.11 pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url --python-version 3.11 pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove what the targets made, the demo data included
	rm -rf .venv .demo .mypy_cache .ruff_cache .hypothesis

.venv/uv:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

.venv/runtime: requirements.lock pyproject.toml | .venv/uv
	$(BIN)/uv pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@

.venv/development: requirements-dev.lock pyproject.toml | .venv/uv
	$(BIN)/uv pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@

# In this order: CHROMIUM, one on PATH, Playwright's own download, Debian's package.
.venv/chromium: | .venv/development
	@if [ -n "$$CHROMIUM" ] || command -v chromium >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif $(BIN)/playwright install chromium >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	else echo "No browser for the tests: install Chromium, or name one with CHROMIUM=/path/to/chromium." >&2; exit 1; fi
	@touch $@
