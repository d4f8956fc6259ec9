# Two commands matter: `make demo` and `make test`. Everything installs into folders of this checkout.
PYTHON ?= python3
PIP = -m pip install --quiet --disable-pip-version-check --require-hashes -r

.PHONY: demo test lint test-sqlite test-postgres bench chaos audit lock clean

demo: .venv-run/ready
	.venv-run/bin/python -m bot demo

test: lint ## both databases side by side; about half an hour on two cores
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

BENCHES = bench bench.latency bench.fan_out bench.sandbox bench.attendance bench.reminders \
	bench.birthday bench.quiz bench.pledge
bench: .venv/ready ## every bench, also after one that missed its bar; about ten minutes
	@missed=0; for one in $(BENCHES); do echo "== tests.$$one"; .venv/bin/python -m tests.$$one || missed=1; done; exit $$missed

chaos: .venv/ready ## every fault of docs/reliability.md on both databases; writes its table; about twenty minutes
	.venv/bin/python -m tests.chaos --mutants
	.venv/bin/python -m tests.chaos --page docs/reliability.md

.venv-run/ready: requirements.lock
	$(PYTHON) -m venv .venv-run
	.venv-run/bin/python $(PIP) requirements.lock
	touch $@

.venv/ready: requirements-test.lock
	$(PYTHON) -m venv .venv
	.venv/bin/python $(PIP) requirements-test.lock
	touch $@

audit: ## known weaknesses of what is locked; asks the package index, so it needs the network, and pip-audit
	$(PYTHON) -m pip_audit --require-hashes --disable-pip --requirement requirements-test.lock

LOCK = --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links \
  --no-emit-trusted-host
lock: ## needs pip-tools
	pip-compile $(LOCK) --upgrade -o requirements.lock pyproject.toml
	pip-compile $(LOCK) --upgrade --extra test -c requirements.lock -o requirements-test.lock pyproject.toml

clean:
	rm -rf .venv .venv-run var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
