# `make` alone says what there is.

.PHONY: help run test bench bench-storm lint fmt advisories
.DEFAULT_GOAL := help

SCRIPTS := .ci/run .ci/tools tests/postgres tests/prerequisites tests/run
export PATH := $(CURDIR)/target/tools/bin:$(PATH)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

run: ## the demo district, on an embedded database; Ctrl-C ends it
	cargo run --release -- demo

test: ## the whole suite, on SQLite and PostgreSQL, and the browser paths
	tests/prerequisites
	tests/postgres tests/run

bench: ## the map against its targets and its rivals (PostGIS where it is installed)
	cargo bench --bench lookups --bench map --no-run
	cargo bench --bench lookups
	if tests/postgres --find >/dev/null 2>&1; then tests/postgres cargo bench --bench map; else cargo bench --bench map; fi

bench-storm: ## the program under load, on both databases with every commit on the disk
	cargo bench --bench storm --no-run
	tests/postgres --durable cargo bench --bench storm -- all

lint: ## scripts, formatting, dependencies, clippy
	for script in $(SCRIPTS); do bash -n "$$script" || exit 1; done
	cargo fmt --all --check
	.ci/tools
	cargo fetch --locked
	cargo deny --offline check licenses bans sources
	cargo shear --offline --deny-warnings
	cargo clippy --locked --workspace --all-targets -- --deny warnings

fmt: ## formats the code
	cargo fmt --all

advisories: ## known holes in what we depend on (asks GitHub)
	.ci/tools
	cargo deny check advisories
