# Two commands for a fresh machine: `make demo` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
CARGO ?= cargo
PYTHON ?= python3
# Where there is Java 17 or later, Spark is installed (0.5 GB) and tested too; `EXTRAS=test,plot,sklearn` leaves it out.
JAVA := $(shell java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | awk '$$1 >= 17')
EXTRAS ?= test,plot,sklearn$(if $(JAVA),$(shell printf ,)spark)

.PHONY: help demo test rust python wheel node lint format bench fuzz generate clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: ## Build, and decide the telecom customers of examples/telco
	$(CARGO) build --release --quiet --package casewise-cli
	@cd examples/telco && PATH="$(CURDIR)/target/release:$$PATH" sh ./command.txt

test: rust python node ## Run every test: Rust, docs, examples, Python, Node

rust: ## Run the tests of the Rust crates, with their documentation, and every example and page
	$(CARGO) test

python: ## Build the Python package into .venv, check its types, and run its tests (needs Python 3.10 or later)
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check 'maturin>=1.9.4,<2'
	cd bindings/python && VIRTUAL_ENV=$(CURDIR)/.venv ../../.venv/bin/maturin develop --quiet --extras $(EXTRAS)
	cd bindings/python && ../../.venv/bin/python -m mypy
	cd bindings/python && ../../.venv/bin/python -m pytest

wheel: python ## Build the wheel, and run the README's example with it in an empty environment
	scripts/wheel

node: ## Build the Node package, check its types, and run its tests (needs Node 20.17 or later)
	cd bindings/node && npm install --no-audit --no-fund
	cd bindings/node && npm run build:debug
	cd bindings/node && npm run types
	cd bindings/node && npm test

lint: ## Formatting, clippy, generated files: all must be clean
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	$(CARGO) run --quiet --package xtask -- generate --check

format: ## Format the code and write the generated files
	$(CARGO) fmt --all
	$(CARGO) run --quiet --package xtask -- generate

bench: ## Run the benchmarks (see benches/README.md)
	$(CARGO) bench --manifest-path benches/Cargo.toml

fuzz: ## Replay the fuzz corpus
	$(CARGO) run --release --manifest-path fuzz/Cargo.toml -- replay

clean: ## Remove everything that was built
	$(CARGO) clean
