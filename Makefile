# The only two commands a newcomer needs are `make run` and `make test`.
PYTHON = .venv/bin/python
STAGE ?= dev

.PHONY: run test check format bench bench-join package setup clean

run: .venv/.run-ready
	@exec $(PYTHON) -m dev.cloud

test: .venv/.test-ready
	@$(PYTHON) -m dev.check

setup: .venv/.test-ready

.venv/.run-ready: dev/setup.sh requirements.txt media_workers/requirements.txt requirements-dev.txt
	@bash dev/setup.sh run

.venv/.test-ready: .venv/.run-ready package.json package-lock.json
	@bash dev/setup.sh test

clean:
	rm -rf build .mypy_cache .ruff_cache .pytest_cache
