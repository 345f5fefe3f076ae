# Every command works on a fresh machine and does its own set-up. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
RUN := .venv/.local node_modules/.ready
SETUP := .venv/.ready node_modules/.ready
KINDS := unit property web integration browser deployment
TESTED := $(or $(FILE),$(addprefix tests/,$(KIND)),$(addprefix tests/,$(KINDS)))
TEST_TOOLS := .venv/.scanners $(if $(findstring /browser,$(TESTED)),.venv/.browser) $(if $(findstring /deployment,$(TESTED)),.venv/.aws)
$(and $(filter test,$(MAKECMDGOALS)),$(filter-out $(KINDS),$(KIND)),$(error KIND=$(KIND) is none of: $(KINDS)))
AT_ONCE := -n auto --dist loadfile --no-loadscope-reorder
STORE_TESTS := $(addprefix tests/,integration/test_recording.py integration/test_recount.py integration/test_closing.py integration/test_scanning.py property/test_fold_machine.py)

.PHONY: help run test check chaos drill-seal drill-requests rehearse round-trip package deploy destroy smoke warm-up bench costs test-local-dynamodb verify judge tables format setup

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(RUN) ## start the whole system on http://127.0.0.1:8000 (HOST, PORT, DATA_DIR, WORKERS, BASE_URL, DEMO=year)
	@exec $(PY) -m infra.local

test: $(SETUP) $(TEST_TOOLS) ## run all tests, or some (KIND=unit|property|web|integration|browser|deployment, or FILE; SEED)
	$(PY) -m pytest $(if $(FILE),,$(AT_ONCE)) $(TESTED)

check: .venv/.ready .venv/.aws ## the gate before a commit: format, lint, types, layers, the template for AWS
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m pytest -q tests/unit/test_layers.py
	$(PY) -m infra.aws lint

chaos: $(SETUP) ## break the running system on purpose, under load (RESPONSES, FAULTS, SEED, SETTLE_S)
	@exec $(PY) -m infra.drills.chaos

drill-seal: $(SETUP) ## seal a large campaign within the limits of AWS, by ticks that overlap (RESPONSES, SLOW_STEP, EVERY_S)
	@exec $(PY) -m infra.drills.seal

bench: $(SETUP) .venv/.browser $(if $(findstring instructions,$(PARTS)),.venv/.callgrind) ## measure, and print one table (PARTS, STORED, KEEP; see bench/README.md)
	@$(PY) -m bench

drill-requests: $(SETUP) ## generated requests on all routes, with and without sign-in: no 500, little CPU for strangers (REQUESTS, SEED)
	@exec $(PY) -m infra.drills.hostile

rehearse: $(SETUP) ## play a campaign's ten days, compressed in time (RESPONSES, MINUTES, SEED, SPAN, PORT, DATA_DIR, SETTLE_S; URL)
	@exec $(PY) -m infra.drills.rehearse

deploy: .venv/.ready ## deploy to AWS (STAGE; see docs/deployment.md)
	@$(PY) -m infra.deploy up $(STAGE)

destroy: .venv/.ready ## remove a stage with all its data (STAGE, CONFIRM)
	@$(PY) -m infra.deploy down $(STAGE)

smoke: .venv/.ready ## a minimal end-to-end check of a running system, here or on AWS (URL, SECRETARIAT_KEY, OPEN_S, MAIL_TO)
	@$(PY) -m infra.drills.smoke

warm-up: .venv/.ready ## warm a stage up before it opens (URL, AT_ONCE, SECONDS)
	@$(PY) -m infra.drills.warm_up

costs: .venv/.ready ## what a campaign costs on AWS, and which limit is reached first (RESPONSES, CACHED, WAF=0)
	@$(PY) -m infra.drills.costs

round-trip: .venv/.ready ## open and save every table of the running demonstration with LibreOffice: ids must survive (URL, DATA_DIR)
	@infra/setup.sh spreadsheets
	@$(PY) -m infra.drills.round_trip

package: .venv/.ready ## build the package for AWS: build/aws/ARCH/package (ARCH=arm64|x86_64)
	@$(PY) -m infra.aws package $(or $(ARCH),arm64)

test-local-dynamodb: $(SETUP) ## run the store's tests against AWS's own DynamoDB Local (TESTS)
	@infra/setup.sh local_dynamodb
	@$(PY) -m infra.aws.local_dynamodb $(or $(TESTS),$(STORE_TESTS))

verify: .venv/.ready ## verify offline a sealed export (FOLDER, SHA256 of its manifest.json) or an audit log (LOG, HEAD)
	@$(if $(LOG),$(PY) -m infra.verify_log $(LOG) $(if $(HEAD),--head $(HEAD)),$(PY) -m infra.verify $(FOLDER) $(if $(SHA256),--sha256 $(SHA256)))

judge: .venv/.ready ## score a file of responses together, without labels (SAMPLE, OUT, RULES; formats: infra/judge.py)
	@$(PY) -m infra.judge $(SAMPLE) $(OUT) $(if $(RULES),--rules $(RULES))

tables: .venv/.ready ## make the tables that may be published of a sealed export (FOLDER, OUT: a new folder)
	@$(PY) -m infra.tables $(FOLDER) $(OUT)

format: .venv/.ready ## format, and correct what can be corrected
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

setup: $(SETUP) ## install what the other commands need

.venv/.local: requirements.txt requirements-local.txt
	@infra/setup.sh python requirements-local.txt
	@touch $@

.venv/.ready: .venv/.local requirements-dev.txt
	@infra/setup.sh python requirements-dev.txt
	@touch $@

node_modules/.ready: package.json package-lock.json
	@infra/setup.sh engine
	@mkdir -p node_modules && touch $@

.venv/.aws: .venv/.local requirements-aws.txt
	@infra/setup.sh aws
	@touch $@

.venv/.scanners: .venv/.ready
	@infra/setup.sh scanners
	@touch $@

.venv/.browser: .venv/.ready
	@infra/setup.sh browser
	@touch $@

.venv/.callgrind: .venv/.ready
	@infra/setup.sh callgrind
	@touch $@
