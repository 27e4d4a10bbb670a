# One form of the build everywhere, `swift build --build-tests`: switching forms rebuilds for half a minute.
.DEFAULT_GOAL := help
.PHONY: help run test test-swift test-browser watch bench format lint pictures release clean needs build
SHELL := /bin/bash
ARGUMENTS ?=
TRUC := .build/debug/truc

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: build ## the demo cluster: ten nodes on this machine, Ctrl-C stops them
	@exec $(TRUC) demo $(ARGUMENTS)

test: build ## every test, PostgreSQL and browser included
	@scripts/test

test-swift: build ## the Swift tests alone; make test-swift ARGUMENTS='--filter WebTests'
	@swift test --skip-build $(ARGUMENTS)

test-browser: build ## the browser tests alone
	@scripts/test-browser

watch: build ## the demo, rebuilt and restarted when a source changes
	@scripts/watch $(ARGUMENTS)

bench: needs ## figures of the issue, beside a peer's, with the machine printed
	@scripts/bench $(ARGUMENTS)

format: ## swift format, in place
	@swift format format --in-place --parallel --recursive Sources Tests Benchmarks Package.swift

lint: ## formatting, shell and Python syntax; walls and banned words are in the Tidy test
	@scripts/lint

pictures: build ## docs/pictures from a running demo
	@scripts/pictures

release: needs ## an optimised truc in .build/release
	@swift build -c release --product truc

clean: ## removes what was built and the demo's data
	@rm -rf .build .build-venv .truc-demo Tests/Browser/screenshots

needs:
	@scripts/needs

build: needs
	@scripts/font/build || echo "make: pages will use the system's font" >&2
	@swift build --build-tests
