# One definition of good, for people and for CI. `make run` and `make test` need Python 3.11+ and
# make, nothing else: each installs what it needs into .venv, at the versions of constraints.txt.
#
#   make run     bring the database to head and serve profiles/web.yaml;
#                ARGS="--bind 127.0.0.1:8000" is passed on to `assembler run`
#   make test    run every test
#   make check   lint, types and tests, those of the docs too: what a change must pass
#
# PYTHON=python3.13 chooses the Python of a new .venv, ARGS="-k yaml" is passed on to pytest.

VENV := .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check
# With --build-constraint, a package that comes as source is built with pinned tools as well.
INSTALL = $(PIP) install --quiet -c constraints.txt --build-constraint constraints.txt
RUN_EXTRAS := compress
TEST_EXTRAS := all
# COMMAND, or COMMAND=PACKAGE
DEBIAN_TOOLS := chromium pgbouncer systemd-analyze=systemd
ARGS ?=

VERSIONS := 3.11 3.12 3.13 3.14
NEW_ENOUGH := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))
# A name on the path may be a shim for a Python that is not there: what counts is that it runs.
FIND_PYTHON = for name in python3 $(VERSIONS:%=python%) python; do \
	"$$name" -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && { command -v "$$name"; break; }; done

PYTHON_GIVEN := $(PYTHON)
ifndef PYTHON
PYTHON = $(shell $(FIND_PYTHON))
endif

.DELETE_ON_ERROR:
.PHONY: run test debian-tools test-all coverage check lint format types docs picture site bench lines faults fuzz mutants clean same-python

run: $(VENV)/.run-installed instance/web.env
	@$(BIN)/python -m assembler migrate profiles/migrations.yaml
	@exec $(BIN)/python -m assembler run profiles/web.yaml $(ARGS)

# The tests start hundreds of processes: bytecode halves the time of each, also where none is written.
# The few that fail run once more, one after another (tests/rerun.py).
test: $(VENV)/.test-installed debian-tools
	@$(BIN)/python -m compileall -q assembler
	@rm -f .pytest_cache/v/cache/lastfailed
	$(BIN)/python -m pytest -n logical --dist worksteal $(ARGS) || $(BIN)/python -m tests.rerun $$?

# What some tests need and no wheel has. Root installs it; for anybody else those tests are skipped.
debian-tools:
	@missing=; for tool in $(DEBIAN_TOOLS); do \
		PATH="$$PATH:/usr/sbin" command -v "$${tool%=*}" >/dev/null || missing="$$missing $${tool#*=}"; done; \
	[ -z "$$missing" ] || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; } \
		>/dev/null 2>&1 || echo "not installed, so that some tests are skipped:$$missing (Debian's packages)"

# `make test`, and then the same on every other supported Python that this machine has.
test-all: test
	@here=$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	for version in $(VERSIONS); do \
		[ "$$version" != "$$here" ] || continue; \
		python=; \
		for name in "python$$version" "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/"$$version".*/bin/python; do \
			"$$name" -c '$(NEW_ENOUGH)' >/dev/null 2>&1 || continue; \
			python=$$name; break; \
		done; \
		[ -n "$$python" ] || { echo "Python $$version is not on this machine"; continue; }; \
		$(MAKE) --no-print-directory test VENV=".venvs/$$version" PYTHON="$$python" || exit 1; \
	done

# Every server and script is measured as well, which slows them down and loads modules of its own:
# a test of what is loaded may fail here. What counts is `make test`.
coverage: $(VENV)/.test-installed
	$(BIN)/python -m coverage erase
	-$(BIN)/python -m coverage run -m pytest -n logical --dist worksteal $(ARGS)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

check: lint types test

lint: $(VENV)/.test-installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/lint-imports --config importlinter-light.toml

format: $(VENV)/.test-installed
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: $(VENV)/.test-installed
	$(BIN)/mypy

# Writes docs/reference, the pages that come from the code; a test compares them.
docs: $(VENV)/.test-installed
	$(BIN)/python docs/generate.py

# Draws the boot of profiles/web.yaml, and takes the pictures of the console in Chromium.
picture: $(VENV)/.test-installed instance/web.env
	$(BIN)/python docs/picture.py
	$(BIN)/python -m tests.console.pictures

# Builds the documentation into build/site/html; a broken link or anchor is an error.
site: $(VENV)/.test-installed
	$(BIN)/python docs/site.py

bench: $(VENV)/.test-installed
	$(BIN)/python -m benchmarks $(ARGS)

# Lines of code by folder; ARGS=FOLDER counts those of another one.
lines: $(VENV)/.test-installed
	@$(BIN)/python -m benchmarks.lines $(ARGS)

# Tries every property with twenty times the inputs of `make test`, and lints over a million bent
# profiles; ARGS="--inputs 10000" sets how many. `make test` has a short run.
fuzz: $(VENV)/.test-installed
	TEST_EXAMPLES=20 $(BIN)/python -m pytest -n logical --dist worksteal -m hypothesis -q
	TEST_EXAMPLES=20 $(BIN)/python -m pytest tests/fuzz -q
	$(BIN)/python -m tests.fuzz $(ARGS)

# Every fault of tests/faults in full length, with what was measured written to docs/reliability.md;
# `make test` has a short run.
faults: $(VENV)/.test-installed
	TEST_FAULTS=long $(BIN)/python -m pytest tests/faults $(ARGS)
	TEST_FAULTS=long $(BIN)/python -m pytest -n logical --dist worksteal -m long --ignore=tests/faults

# Changes one thing at a time in what decides most, and runs the tests that reach it, in process:
# prints what no test notices. ARGS="planning/plan.py" tries one module.
mutants: $(VENV)/.test-installed
	$(BIN)/python -m tests.mutants $(ARGS)

clean:
	rm -rf .venv .venvs build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.*

$(VENV)/.created:
	@[ -n "$(PYTHON)" ] || { \
		echo "error: no Python 3.11 or newer with its venv module was found" >&2; \
		echo "hint: Install one (on Debian: python3 and python3-venv), or name it: make PYTHON=/path/to/python" >&2; \
		exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "error: '$(PYTHON)' is not Python 3.11 or newer" >&2; \
		echo "hint: Name another one: make PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' || { \
		echo "error: '$(PYTHON)' lacks its venv module" >&2; \
		echo "hint: Install it (on Debian: python3-venv)." >&2; exit 1; }
	"$(PYTHON)" -m venv "$(VENV)"
	@# The same pip everywhere: older ones build without the pins.
	$(PIP) install --quiet -c constraints.txt --upgrade pip
	@touch $@

# A .venv made by another Python than the one asked for would be used without a word.
same-python: $(VENV)/.created
	@[ -z "$(PYTHON_GIVEN)" ] || { \
		version='import sys; print(sys.version_info[:2])'; \
		[ "$$("$(PYTHON_GIVEN)" -c "$$version")" = "$$($(BIN)/python -c "$$version")" ] || { \
			echo "error: $(VENV) was made by another Python than '$(PYTHON_GIVEN)'" >&2; \
			echo "hint: Remove $(VENV), or give another: make VENV=.venvs/other" >&2; exit 1; }; }

$(VENV)/.run-installed: $(VENV)/.created pyproject.toml constraints.txt | same-python
	$(INSTALL) -e '.[$(RUN_EXTRAS)]'
	@touch $@

$(VENV)/.test-installed: $(VENV)/.created pyproject.toml constraints.txt | same-python
	$(INSTALL) -e '.[$(TEST_EXTRAS)]' --group dev
	@touch $@ $(VENV)/.run-installed

# Made once, whole or not at all, and readable by its owner only. `ln` never replaces a file.
instance/web.env: | $(VENV)/.created
	@umask 077; mkdir -p instance; new=$$(mktemp instance/.web.env.XXXXXX); \
	$(BIN)/python -c 'import secrets; print(f"SECRET_KEY={secrets.token_urlsafe(48)}")' >"$$new" && \
	{ ln "$$new" $@ 2>/dev/null || [ -s $@ ]; }; made=$$?; rm -f "$$new"; exit $$made
