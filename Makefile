# Everything that a person runs. `make help` lists it.

SHELL := /bin/bash
DATABASE ?= demo.db
LISTEN ?= 127.0.0.1:8080
export CARGO_TERM_COLOR ?= auto

.PHONY: help demo test check sbom advisories bench soak fuzz assets fmt docs clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | sort | column -t -s "$$(printf '\t')"

demo: assets  ## build, make a fresh database with three people's stories, serve it
	@scripts/needs.sh build
	cargo run --quiet -- demo --database $(DATABASE) --listen $(LISTEN) --fresh

test: assets  ## set up what tests need (PostgreSQL, a browser) and run every test
	@scripts/needs.sh build
	@scripts/needs.sh test
	scripts/test.sh

check: assets  ## format and lints, as errors, and what others wrote: its licences and sources
	@scripts/needs.sh build
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy -p phb --no-default-features -- -D warnings
	cargo run --quiet -p phb-sbom -- check
	cargo run --quiet -p phb-sbom -- write

sbom: assets  ## what others wrote: a list (CycloneDX) and its terms, in target
	cargo run --quiet -p phb-sbom -- write

advisories:  ## published weaknesses of it: make advisories DB=a copy of RustSec's advisory-db
	cargo run --quiet -p phb-sbom -- advisories --database "$(DB)" --today "$$(date +%F)"

bench: assets  ## every figure beside its raw limit, in one run (slow: an optimised build)
	@scripts/needs.sh build
	@scripts/needs.sh test
	scripts/bench.sh

soak: assets  ## kill the server at random moments, many times: make soak TIMES=2000
	@scripts/needs.sh test
	PHB_KILLS=$(or $(TIMES),2000) cargo test --test faults -- --nocapture

fuzz: assets  ## feed nonsense to whatever reads what others send: make fuzz SECONDS_EACH=600
	@scripts/needs.sh build
	scripts/fuzz.sh $(or $(SECONDS_EACH),600)

assets: node_modules/.fetched  ## fetch the design system that the pages are built from

node_modules/.fetched: package.json package-lock.json
	@scripts/needs.sh node
	npm ci --no-audit --no-fund
	@touch $@

fmt:  ## format the code
	cargo fmt --all

docs:  ## the programmers' documentation, in target/doc
	cargo doc --workspace --no-deps

clean:  ## forget everything that was built, and the throw-away PostgreSQL
	-scripts/postgres.sh stop
	rm -rf target node_modules
