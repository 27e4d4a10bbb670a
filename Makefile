# One form of the build everywhere, `swift build --build-tests`: switching forms rebuilds for half a minute.
.DEFAULT_GOAL := help
.PHONY: cedar-oracle crash help run test test-swift test-browser test-scim test-events test-relying-parties test-scans watch bench bench-identity \
	bench-axis bench-decide bench-events format lint pictures release clean needs build
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

test-scim: build ## SCIM against a running node, with tools nobody here wrote
	@scripts/test-scim

test-events: build ## events of a running node, with PyPI's cloudevents at both ends and kill -9 between
	@scripts/test-events

crash: build ## every crash test, at every point at which a node may stop; ARGUMENTS go to swift test
	@TRUC_POINTS=all swift test --skip-build --filter '^CrashTests\.' $(ARGUMENTS)

test-browser: build ## the browser tests alone
	@scripts/test-browser

cedar-oracle: build ## a million decisions beside the real Cedar engine
	@scripts/cedar-oracle --worlds 20000 $(ARGUMENTS)

test-scans: build ## schemathesis, sslyze and slowhttptest against a running node
	@scripts/test-scans

test-relying-parties: build ## signs in through Apache, Authlib, idpyoidc and the sample
	@scripts/test-relying-parties

watch: build ## the demo, rebuilt and restarted when a source changes
	@scripts/watch $(ARGUMENTS)

bench: needs ## figures of the issue, beside a peer's, with the machine printed
	@scripts/bench $(ARGUMENTS)

bench-identity: needs ## tokens and sign-ins a second, beside Debian's Glewlwyd
	@scripts/bench-identity $(ARGUMENTS)

bench-decide: needs ## decisions a second beside the real Cedar, and lists over a million records
	@scripts/bench-decide $(ARGUMENTS)

bench-axis: needs ## the gateway beside nginx and haproxy; make bench-axis ARGUMENTS='--rounds 15'
	@scripts/bench-axis $(ARGUMENTS)

bench-events: needs ## durable publishes beside Redis, and a thousand webhooks of which a tenth is dead
	@scripts/bench-events $(ARGUMENTS)

format: ## swift format, in place
	@swift format format --in-place --parallel --recursive Sources Tests Benchmarks Package.swift

lint: ## formatting, shell and Python syntax; walls and banned words are in the Tidy test
	@scripts/lint

pictures: build ## docs/pictures from a running demo
	@scripts/pictures

release: needs ## an optimised truc in .build/release that needs no Swift where it runs
	@scripts/release truc

clean: ## removes what was built and the demo's data
	@rm -rf .build .build-* .truc-demo Tests/Browser/screenshots Benchmarks/last-*.json Public/fonts

needs:
	@scripts/needs

build: needs
	@scripts/font/build || echo "make: pages will use the system's font" >&2
	@swift build --build-tests
