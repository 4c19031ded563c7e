# Works on a fresh machine with Python 3.11+ and make; uses uv where it is installed.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
WORKERS ?= 2
PYTEST_ARGS ?=

# The tests start Python many times: compiled files must be kept, whatever the surroundings say.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup test quick demo lint format benchmark clean

setup: .venv/installed

.venv/installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "scopeflow needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then \
		uv venv -q --allow-existing --python "$(PYTHON)" .venv && uv pip install -q --python $(BIN)/python -e '.[test,demo]'; \
	else \
		"$(PYTHON)" -m venv .venv && $(BIN)/python -m pip install -q -e '.[test,demo]'; \
	fi
	@touch $@

test: setup lint
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile $(PYTEST_ARGS)

# what to run while working: all but the goldens and what takes more than a few seconds
quick: setup
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile -m "not slow" --ignore tests/contract --ignore tests/docs $(PYTEST_ARGS)

lint: setup
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .

format: setup
	$(BIN)/ruff check -q --fix .
	$(BIN)/ruff format -q .

demo: setup
	@echo "== Three old tutorial programs, untouched ================================"
	$(BIN)/scopeflow run examples/tutorial_name_scope.py
	$(BIN)/scopeflow run examples/tutorial_variable_scope.py
	$(BIN)/scopeflow run examples/tutorial_reuse.py
	@echo "== The same, with every name explained ==================================="
	$(BIN)/scopeflow explain examples/tutorial_name_scope.py
	$(BIN)/scopeflow explain examples/tutorial_variable_scope.py
	$(BIN)/scopeflow explain examples/tutorial_reuse.py
	@echo "== A program as of 2017 learns handwritten digits ========================"
	$(BIN)/scopeflow run examples/digits.py

benchmark: setup
	$(BIN)/python benchmarks/run.py

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis build dist *.egg-info
