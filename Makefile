# Two commands matter: `make demo` and `make test`. Everything installs into folders of this checkout.
PYTHON ?= python3
PIP = -m pip install --quiet --disable-pip-version-check --require-hashes -r

.PHONY: demo test lint test-sqlite test-postgres bench lock clean

demo: .venv-run/ready
	.venv-run/bin/python -m bot demo

test: lint ## both databases side by side; about five minutes on two cores
	$(MAKE) --no-print-directory -j2 --output-sync=target test-sqlite test-postgres

lint: .venv/ready
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/vulture

test-sqlite: .venv/ready
	.venv/bin/python -m pytest --database sqlite

test-postgres: .venv/ready
	.venv/bin/python -m pytest --database postgres

bench: .venv/ready
	.venv/bin/python -m tests.bench
	.venv/bin/python -m tests.bench.attendance
	.venv/bin/python -m tests.bench.reminders

.venv-run/ready: requirements.lock
	$(PYTHON) -m venv .venv-run
	.venv-run/bin/python $(PIP) requirements.lock
	touch $@

.venv/ready: requirements-test.lock
	$(PYTHON) -m venv .venv
	.venv/bin/python $(PIP) requirements-test.lock
	touch $@

LOCK = --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links \
  --no-emit-trusted-host
lock: ## needs pip-tools
	pip-compile $(LOCK) --upgrade -o requirements.lock pyproject.toml
	pip-compile $(LOCK) --upgrade --extra test -c requirements.lock -o requirements-test.lock pyproject.toml

clean:
	rm -rf .venv .venv-run var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
