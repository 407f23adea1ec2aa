# Everything starts from a machine that has Python 3.11 or newer and make; each target sets up what
# it needs in `.venv`. `make demo ARGS="--once --dir /somewhere"` passes arguments on.

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-header --no-emit-index-url --no-emit-find-links --no-annotate

# The service and its tests start many processes: what is compiled once is kept, also where the
# environment asks otherwise.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo serve test check bench requirements clean

demo: .venv/ready
	$(BIN)/fieldops demo $(ARGS)

serve: .venv/ready
	$(BIN)/fieldops serve $(ARGS)

test: .venv/ready-for-tests
	$(MAKE) --no-print-directory check
	$(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

check: .venv/ready-for-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# About ten minutes; `make bench ARGS="--full"` compares everything and takes hours.
bench: .venv/ready-for-bench
	$(BIN)/python -m bench $(ARGS)

# The runtime: pinned, checked by hash, and the data that are taken at set-up.
.venv/ready: requirements/runtime.txt requirements/places.txt requirements/pages/files.toml pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/runtime.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	command -v npm >/dev/null || $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/node.txt
	$(BIN)/python scripts/fetch_places.py
	$(BIN)/python scripts/fetch_fonts.py
	$(BIN)/python scripts/fetch_libraries.py
	touch $@

# The tests also want a browser, fonts and a second queue server: by apt where that is allowed.
.venv/ready-for-tests: .venv/ready requirements/development.txt scripts/install_test_programs.sh \
    tests/processes/clients/package-lock.json
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/development.txt
	sh scripts/install_test_programs.sh
	touch $@

# The other engines: one that has no wheel for this machine is shown as unavailable.
.venv/ready-for-bench: .venv/ready-for-tests requirements/bench.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/bench.txt \
	  || echo "Not every engine can be installed here; what is missing will be shown."
	touch $@

# Compile the pins again after changing a .in file; no file records where packages come from.
requirements: .venv/ready
	$(COMPILE) requirements/bootstrap.in -o requirements/bootstrap.txt
	$(COMPILE) pyproject.toml -o requirements/runtime.txt
	$(COMPILE) requirements/development.in -o requirements/development.txt
	$(COMPILE) requirements/bench.in -o requirements/bench.txt
	$(COMPILE) requirements/node.in -o requirements/node.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
