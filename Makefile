# Everything goes through scripts/bootstrap.py, which makes .venv and installs what is pinned, once.
PYTHON ?= python3
.DEFAULT_GOAL := run
.PHONY: run demo setup test check audit-deps messages requirements shots clean has-python

has-python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "keyuan: Python 3.11 or newer is missing; install it, or name it: make PYTHON=/path/to/python3" >&2; exit 2; }

run: has-python  ## Install, prepare and serve, with a demo book on first run
	@$(PYTHON) scripts/bootstrap.py -m keyuan.config.cli start

setup: has-python  ## Install and prepare without serving
	@$(PYTHON) scripts/bootstrap.py -m keyuan.config.cli setup

demo: has-python  ## Load the demo book: make demo ARGS="--customers 50000 --seed 7"
	@$(PYTHON) scripts/bootstrap.py -m keyuan.config.cli demo $(ARGS)

test: has-python  ## Everything that guards the project
	@$(PYTHON) scripts/bootstrap.py --dev -m scripts.run_tests $(ARGS)

check: has-python  ## The part of it that runs no test
	@$(PYTHON) scripts/bootstrap.py --dev -m scripts.run_tests --static

audit-deps: has-python  ## Ask the advisory services about what is pinned; needs the network
	@$(PYTHON) scripts/bootstrap.py --dev -m scripts.audit_dependencies

messages: has-python  ## Name every text that has no translation yet
	@$(PYTHON) scripts/bootstrap.py -m scripts.missing_messages

requirements: has-python  ## Pin and hash requirements/*.in anew
	@$(PYTHON) scripts/bootstrap.py --dev
	@scripts/compile_requirements.sh

shots: has-python  ## Screenshots for the README, from a system served here
	@$(PYTHON) scripts/bootstrap.py --dev -m scripts.shots $(ARGS)

clean:  ## Remove what can be made again; the data folder var/ stays
	rm -rf .venv node_modules build keyuan/platform/static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	find keyuan tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
	find keyuan -name '*.mo' -delete
