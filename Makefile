# What to type. `make run` and `make test` are all that a newcomer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What is typed in this folder is about this folder, whatever the shell has set for another one.
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run stop test soak check format bench bench-views bench-windows bench-tracker bench-faults docs lock tracker clean

run: $(VENV)/.run  ## Set everything up, start it, print where its pages are
	@test -e chronos.toml || $(BIN)/chronos init > /dev/null
	@$(BIN)/chronos start

stop: $(VENV)/.run  ## Stop what `make run` started
	@$(BIN)/chronos stop

test: $(VENV)/.dev  ## All tests, on a real Kafka, a real PostgreSQL and, where there is one, a real Chromium
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

soak: $(VENV)/.dev  ## The slow tests, which `make test` leaves out
	$(BIN)/pytest -m soak $(ARGS)

check: $(VENV)/.dev  ## Style, types, and what the docs and dashboards say of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m docs.generate --check
	$(BIN)/python -m dashboards.generate --check

format: $(VENV)/.dev  ## Bring the code into the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev  ## Measure, side by side in one run
	$(BIN)/python -m bench

bench-views: $(VENV)/.dev  ## Measure continuous views: what they cost and save
	$(BIN)/python -m bench.views $(ARGS)

bench-windows: $(VENV)/.dev  ## Measure windows of event time: what they cost, hold, and how fast they answer
	$(BIN)/python -m bench.windows $(ARGS)

bench-tracker: $(VENV)/.dev  ## Measure the tracker in a real Chromium: its size, what it sends, loses and costs
	$(BIN)/python -m bench.tracker $(ARGS)

bench-faults: $(VENV)/.dev  ## Measure what each fault costs: killed, hung and emptied brokers, database, worker
	$(BIN)/python -m bench.faults $(ARGS)

docs: $(VENV)/.dev  ## Write again what is made from the code: parts of the docs, Grafana's dashboards
	$(BIN)/python -m docs.generate
	$(BIN)/python -m dashboards.generate

tracker:  ## Build tracker/dist from tracker/src (needs Node.js)
	cd tracker && npm ci && npm run build

lock: $(VENV)/.dev  ## Pin the newest versions that pyproject.toml allows
	$(BIN)/pip-compile --quiet --upgrade --allow-unsafe --generate-hashes --strip-extras --no-header \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-options --extra embedded --all-build-deps \
	    --output-file requirements/run.txt pyproject.toml
	$(BIN)/pip-compile --quiet --upgrade --allow-unsafe --generate-hashes --strip-extras --no-header \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-options --all-extras --all-build-deps \
	    --constraint requirements/run.txt --output-file requirements/dev.txt pyproject.toml
	$(BIN)/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras --no-header \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-options \
	    --constraint requirements/run.txt --output-file requirements/image.txt pyproject.toml
	$(BIN)/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras --no-header \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-options --only-build-deps --all-build-deps \
	    --constraint requirements/run.txt --output-file requirements/build.txt pyproject.toml

clean:  ## Remove what was installed and built here; the state directory stays
	rm -rf $(VENV) tracker/node_modules .pytest_cache .mypy_cache .ruff_cache

$(VENV)/.run: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Chronos needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@echo "Installing packages into $(VENV) (about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@
