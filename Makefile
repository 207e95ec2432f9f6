# make demo: install and train for about two minutes.   make test: install the test tools and run the tests.
# make bench: measure translation and memory again, about 70 minutes on one core; it replaces the files in benchmarks/results.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test check format slow bench theory clean

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
	$(BIN)/python benchmarks/cyclegan_fashion.py --out benchmarks/results/cyclegan_fashion.json
	$(BIN)/python benchmarks/cyclegan_emoji.py --out benchmarks/results/cyclegan_emoji_32.json
	$(BIN)/python benchmarks/memory.py --out benchmarks/results/memory.json

theory: $(VENV)/installed
	$(BIN)/sparring theory all

clean:
	rm -rf $(VENV) build dist
