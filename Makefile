# Two commands matter: `make app` and `make test`.
# On Linux without a GPU, TORCH_INDEX=<PyTorch's CPU wheel index> saves gigabytes; see README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: app test check unit browser showcase clean

app: $(VENV)/.installed
	$(BIN)/streamlit run app.py

test: check unit browser

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

unit: $(VENV)/.installed-dev
	$(BIN)/pytest -m "not browser"

browser: $(VENV)/.installed-dev
	$(BIN)/pytest -m browser

# Trains the runs that the app plays before anybody has pressed Start; a few minutes on two cores.
showcase: $(VENV)/.installed
	$(BIN)/python -m lmcore showcase

$(VENV)/.installed: requirements.txt
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -r requirements.txt
	touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(BIN)/pip install --quiet -r requirements-dev.txt
	touch $@

clean:
	rm -rf $(VENV) test-output
