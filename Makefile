# Tradepost. `make help` lists what there is. With Go 1.26 and Node 20.19 or newer, every target does the rest of its
# set-up itself on Debian and Ubuntu, and does nothing twice: what is done is remembered in build/.stamps.

# One tag set for build, test and e2e: each other set of sqlite tags compiles SQLite's C anew, for minutes.
TAGS     := desktop,production,webkit2_41,sqlite_fts5,sqlite_math_functions,sqlite_omit_load_extension
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  := -s -w -X main.version=$(VERSION)
LINT     := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

export TAGS VERSION LDFLAGS
export GOFLAGS := -trimpath -buildvcs=false -tags=$(TAGS)
export CGO_ENABLED := 1

STAMPS   := build/.stamps
BIN      := build/bin/tradepost
EXE      := build/bin/tradepost.exe
VENDURE  := build/peers/vendure/seed.sqlite
FRONTEND := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path 'frontend/dist/*' -not -path 'frontend/e2e/*' -not -name '* *' 2>/dev/null)
BACKEND  := $(shell find backend build/*.png *.go go.mod go.sum -type f -not -name '*_test.go' -not -path '*/testdata/*' -not -name '* *' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run practice build test proof bench bench-go dev windows fmt lint setup peers types clean headless frontend

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

run: build ## open Tradepost; without a screen, serve it and print the address
	@build/scripts/run.sh

practice: build ## four simulated shops, connected to a workspace of their own; prints the addresses
	@build/bin/tradepost practice --serve

build: $(BIN) ## build build/bin/tradepost

test: $(STAMPS)/build-packages $(STAMPS)/test-packages $(STAMPS)/npm-tools $(STAMPS)/peers $(VENDURE) ## check everything; the last line counts
	@build/scripts/test.sh

proof: $(STAMPS)/build-packages $(STAMPS)/frontend ## the full proofs, resumable, into docs/proof
	TRADEPOST_PROOF=full go test -count=1 -timeout=0 -run=Proof ./...

bench: $(STAMPS)/build-packages ## speed beside yardsticks, as ratios; SIZE=full for a million orders, PARTS=apply,plan,pull,stock,memory,lists,open,busy for some
	@mkdir -p build/out/bench && go build -o build/out/bench/bench ./bench
	@build/out/bench/bench -size $(or $(SIZE),quick) -only '$(PARTS)'

bench-go: $(STAMPS)/build-packages ## the Go benchmarks of the packages
	go test -run='^$$' -bench=. -benchmem -timeout=0 ./backend/...

dev: build ## the page with hot reload in a browser, against a served workspace in build/out/dev
	@build/scripts/dev.sh

windows: $(EXE) ## cross-build the Windows program and its installer
	@build/scripts/installer.sh

headless: $(BIN)-headless ## build without window: needs no GTK, for servers

fmt: $(STAMPS)/npm ## format Go and TypeScript
	gofmt -w $$(build/scripts/gofiles.sh)
	npm --prefix frontend run --silent format

lint: $(STAMPS)/build-packages $(STAMPS)/frontend build/tools/golangci-lint-2.15.0 ## the linters, Go and TypeScript
	build/tools/golangci-lint-2.15.0 run
	npm --prefix frontend run --silent lint

types: $(STAMPS)/npm-tools $(BIN) ## the API description and the TypeScript types made of it
	$(BIN) openapi >docs/openapi.json
	npm --prefix frontend run --silent types

peers: $(STAMPS)/peers $(VENDURE) ## install the real servers that tests run against: SFTP, Vendure

setup: $(STAMPS)/build-packages $(STAMPS)/test-packages $(STAMPS)/npm-tools ## install what build and test need, and nothing else

clean: ## remove what was built; installed packages stay
	rm -rf build/bin build/out build/.stamps frontend/dist/assets frontend/dist/index.html *.syso

# --- how it is made -------------------------------------------------------------------------------------------------

$(STAMPS)/tools: build/scripts/tools.sh
	@build/scripts/tools.sh
	@mkdir -p $(@D) && touch $@

$(STAMPS)/%-packages: build/scripts/packages.sh $(STAMPS)/tools
	@build/scripts/packages.sh $*
	@touch $@

$(STAMPS)/peers: build/scripts/peers.sh $(STAMPS)/tools
	@build/scripts/peers.sh
	@touch $@

# Where it cannot be installed, this is not made, and tried again the next time.
$(VENDURE): build/scripts/vendure.sh $(wildcard build/vendure/*) | $(STAMPS)/tools
	@build/scripts/vendure.sh

$(STAMPS)/npm: frontend/package.json frontend/package-lock.json $(STAMPS)/tools
	@build/scripts/npm.sh frontend
	@touch $@

$(STAMPS)/npm-tools: frontend/tools/package.json frontend/tools/package-lock.json $(STAMPS)/npm
	@build/scripts/npm.sh frontend/tools
	@touch $@

# Go embeds frontend/dist, so nothing of package main compiles before it.
$(STAMPS)/frontend: $(FRONTEND) $(STAMPS)/npm
	npm --prefix frontend run --silent build
	@touch frontend/dist/.gitkeep $@

frontend: $(STAMPS)/frontend ## build the page only

$(BIN): $(BACKEND) $(STAMPS)/frontend $(STAMPS)/build-packages
	go build -ldflags '$(LDFLAGS)' -o $@ .

$(BIN)-headless: $(BACKEND) $(STAMPS)/frontend
	go build -tags='headless,$(TAGS)' -ldflags '$(LDFLAGS)' -o $@ .

$(EXE): $(BACKEND) $(STAMPS)/frontend $(STAMPS)/windows-packages $(wildcard build/windows/*)
	@build/scripts/windows.sh

build/tools/golangci-lint-2.15.0: $(STAMPS)/tools
	GOFLAGS= GOBIN=$(CURDIR)/build/tools go install $(LINT)
	mv build/tools/golangci-lint $@
