# Needs make, git and Python 3.11 to 3.13; everything else is fetched into .venv and .machi.
# A recipe uses the shell's own words and Python, nothing else.
PYTHON ?= python3
ARGS ?=
BOOT = @$(PYTHON) deploy/local/bootstrap.py
RUN = .venv/bin/python
MACHI = [ -x $(RUN) ] || { echo "Machi is not running; \`make up\` starts it."; exit 1; }; $(RUN) -m local

IN_CONTAINERS = $(addprefix tests/journeys/,test_in_containers.py test_a_promise_moves.py test_the_story.py) -k "not demo"

.DEFAULT_GOAL := help
.PHONY: up start stop status demo test test-fast test-compose test-containers faults mutants bench check fix schemas docs pictures secrets clean help

up:  ## start everything here; Ctrl-C stops it, data stays
	$(BOOT)
	@$(RUN) -m local up $(ARGS)

start:  ## start everything in the background; returns when it is ready
	$(BOOT)
	@$(RUN) -m local start $(ARGS)

stop:  ## stop it
	@$(MACHI) stop $(ARGS)

status:  ## addresses, processes, databases (ARGS=--json for machines)
	@$(MACHI) status $(ARGS)

demo:  ## tell one story in a throw-away copy, also while it runs (ARGS=--keep leaves it open)
	$(BOOT)
	@$(RUN) -m local demo $(ARGS)

test:  ## run all tests on their own real Postgres and Kafka (ARGS="-k word")
	$(BOOT)
	@.venv/bin/pytest $(ARGS)

test-fast:  ## run the tests that need neither Postgres nor Kafka nor a browser
	$(BOOT)
	@.venv/bin/pytest -m "not real" $(ARGS)

test-compose:  ## run the journeys through the system of docker compose, built and removed again
	$(BOOT)
	@MACHI_TEST_SYSTEM=compose .venv/bin/pytest $(or $(ARGS),$(IN_CONTAINERS))

test-containers:  ## run all tests on PostgreSQL and Kafka from images (ARGS="libs/chassis")
	$(BOOT)
	@MACHI_TEST_PARTS=containers .venv/bin/pytest $(ARGS)

faults:  ## 200 faults by a seed: nothing lost, doubled or out of order (ARGS="--faults 20 --seed 7")
	$(BOOT)
	@PYTHONPATH=tests/props $(RUN) tests/faults $(ARGS)

mutants:  ## break the spine on purpose, in a copy: each time a test must notice
	$(BOOT)
	@$(RUN) tests/mutants.py $(ARGS)

bench:  ## measure the spine beside its peers (ARGS="relay --repeat 5")
	$(BOOT)
	@$(PYTHON) bench/prepare.py
	@.machi/bench-venv/bin/python -m bench $(or $(ARGS),all)

check:  ## format, lint, imports, types, dependencies, generated files, and that every rule is tried
	$(BOOT)
	@$(RUN) deploy/local/check.py

fix:  ## format, and mend what can be mended by itself
	$(BOOT)
	@.venv/bin/ruff format && .venv/bin/ruff check --fix

schemas:  ## write the schemas of all events from the code
	$(BOOT)
	@$(RUN) -m contracts

docs:  ## write docs/events.md, docs/asyncapi.yaml, the plan file's schema and the services' lists from the code
	$(BOOT)
	@$(RUN) docs/generate.py

secrets:  ## write the passwords that docker compose asks for into .env
	@$(PYTHON) deploy/local/passwords.py $(ARGS)

pictures:  ## photograph the pages of the running system for the README
	$(BOOT)
	@PYTHONPATH=tests/props $(RUN) docs/pictures.py

clean:  ## stop it, and remove all local data (.machi)
	@[ ! -x $(RUN) ] || $(RUN) -m local stop
	@$(PYTHON) deploy/local/bootstrap.py clean

help:  ## show this list
	@$(PYTHON) -c 'import re; [print(f"  make {v:<15} {t}") for v, t in re.findall(r"(?m)^([\w-]+):  ## (.*)", open("Makefile").read())]'
