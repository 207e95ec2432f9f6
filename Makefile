# make demo: install and train for about two minutes.   make test: install the test tools and run the tests.
# make bench-quick: the race in about ten minutes on two cores. make bench: all benchmarks, most of a day: translation and memory, and
# the race with its long runs, which go on where they were stopped; on other pictures too if they are given:
# make bench MNIST=train-images-idx3-ubyte.gz FASHION=train-images-idx3-ubyte.gz EMOJI32=emoji_32.npz EMOJI64=emoji_64.npz
# Both replace files in benchmarks/results.
# make faults: 2,000 hostile inputs and 500 kills, in about forty minutes on one core; Linux only. make faults SEED=7: others of them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RESULTS := benchmarks/results
SEED ?= 0
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test check format slow faults bench bench-quick theory clean

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sparring needs Python 3.11 or newer; $(PYTHON) is %d.%d. Name another one: make demo PYTHON=python3.12" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) --editable .
	touch $@

$(VENV)/installed-test: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) --editable ".[test,tiff]"
	touch $(VENV)/installed $@

$(VENV)/installed-check: $(VENV)/installed-test
	$(INSTALL) --editable ".[test,tiff,check]"
	touch $@

demo: $(VENV)/installed
	$(BIN)/sparring train --data fashion --minutes 2

test: $(VENV)/installed-test
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

slow: $(VENV)/installed-test
	$(BIN)/python -m pytest -m slow -s

check: $(VENV)/installed-check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32
	$(BIN)/mypy --platform darwin

format: $(VENV)/installed-check
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/installed
	$(BIN)/python benchmarks/cyclegan_fashion.py --out $(RESULTS)/cyclegan_fashion.json
	$(BIN)/python benchmarks/cyclegan_emoji.py --out $(RESULTS)/cyclegan_emoji_32.json
	$(BIN)/python benchmarks/memory.py --out $(RESULTS)/memory.json
	$(BIN)/python benchmarks/race_steps.py $(if $(MNIST),--mnist "$(MNIST)") --out $(RESULTS)/race_steps.json
	$(BIN)/python benchmarks/race_roofline.py --out $(RESULTS)/race_roofline.json
	$(BIN)/python benchmarks/race_growth.py --out $(RESULTS)/race_growth.json
	$(BIN)/python benchmarks/processes.py --out $(RESULTS)/processes.json
	$(BIN)/python benchmarks/race_quality.py --out $(RESULTS)/race_quality.json
	$(if $(FASHION),$(BIN)/python benchmarks/race_quality.py --data "$(FASHION)" --name "full Fashion-MNIST" --out $(RESULTS)/race_quality.json)
	$(if $(EMOJI32),$(BIN)/python benchmarks/race_quality.py --data "$(EMOJI32)" --side 32 --out $(RESULTS)/race_quality.json)
	$(if $(EMOJI64),$(BIN)/python benchmarks/race_quality.py --data "$(EMOJI64)" --side 64 --out $(RESULTS)/race_quality.json)

bench-quick: $(VENV)/installed
	$(BIN)/python benchmarks/race_steps.py $(if $(MNIST),--mnist "$(MNIST)") --cases mlp dcgan32 dcgan64 r3gan32 cyclegan128 \
		--pairs 3 --seconds 2 --out $(RESULTS)/race_steps_quick.json
	$(BIN)/python benchmarks/race_roofline.py --entries gan dcgan r3gan cyclegan --threads 1 --precisions float32 \
		--seconds 3 --out $(RESULTS)/race_roofline_quick.json
	$(BIN)/python benchmarks/race_growth.py --sides 16 32 64 --pictures 1000 1000000 --files 1000 \
		--seconds 1 --out $(RESULTS)/race_growth_quick.json
	rm -f $(RESULTS)/race_quality_quick.json
	$(BIN)/python benchmarks/race_quality.py --recipes tutorial_dcgan small gan dcgan --seconds 10 20 40 --seeds 1 \
		--count 2500 --out $(RESULTS)/race_quality_quick.json

faults: $(VENV)/installed-test
	$(BIN)/python -m faults --seed $(SEED) --out faults.json --table faults.md

theory: $(VENV)/installed
	$(BIN)/sparring theory all

clean:
	rm -rf $(VENV) build dist
