# Targets are documented by the text after `##`: `make help` prints it.

GO       ?= go
FUZZTIME ?= 10s

# Pinned, and kept out of go.mod: a tool's dependencies are not the program's.
LINT := bin/tools/golangci-lint-v2.15.0

# Packages whose tests are too slow or too large under the race detector; `make test` runs them without it.
# DuckDB is C++ that the detector does not see; what stands above it is raced against smaller stores.
HEAVY := /(bench|lake/duckdb)(/|$$)

# Official files for tests and tables, beside the checkout; what needs them says so and skips where they are absent.
DATA := ../shared/data

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the program: bin/detour
	$(GO) build -o bin/ ./cmd/detour

.PHONY: demo
demo: build ## Build and run the main job on bundled figures, ending with a table and an HTML report
	bin/detour demo

.PHONY: test
test: ## Run all tests, without network beyond the package registries
	$(GO) test -timeout 20m ./...

.PHONY: check
check: fmt-check vet lint floors generated test race ## Prove everything: format, vet, lint, floors, tables, tests, races

.PHONY: fmt
fmt: ## Format the Go files
	gofmt -w $(GO_FOLDERS)

.PHONY: fmt-check
fmt-check:
	@unformatted=$$(gofmt -l $(GO_FOLDERS)); \
	if [ -n "$$unformatted" ]; then echo "not formatted (make fmt): $$unformatted" >&2; exit 1; fi

# The folders at the top that hold Go code.
GO_FOLDERS = $(sort $(foreach f,$(shell $(GO) list -f '{{.ImportPath}}' -find ./...),$(word 2,$(subst /, ,$(f)))))

.PHONY: vet
vet:
	$(GO) vet ./...

.PHONY: lint
lint: $(LINT) ## Run golangci-lint as .golangci.yml says
	$(LINT) run ./...

$(LINT):
	GOBIN=$(CURDIR)/bin/tools/new $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v$(lastword $(subst -v, ,$@))
	mv bin/tools/new/golangci-lint $@

.PHONY: floors
floors: # Not from the test cache: it reads the whole module by way of the go command.
	$(GO) test -count=1 ./internal/archtest

.PHONY: generated
generated: # Tables that a command computes must be, byte for byte, what it computes now.
	@if [ ! -d $(DATA) ]; then echo "generated tables not checked: $(DATA) is absent"; exit 0; fi; \
	new=$$(mktemp -d) && trap 'rm -rf "$$new"' EXIT && mkdir "$$new/goods" "$$new/regime" && \
	$(GO) run ./cmd/mktables -shared $(dir $(DATA)) -out "$$new/goods" -regime "$$new/regime" && \
	for table in "$$new"/*/*; do \
		folder=$${table%/*}; \
		cmp "$$table" "trade/$${folder##*/}/tables/$${table##*/}" || exit 1; \
	done

.PHONY: race
race:
	$(GO) test -race -short -timeout 20m $$($(GO) list ./... | grep -vE '$(HEAVY)')

.PHONY: bench
bench: ## Run the benchmarks: Go's, then whole runs against plain DuckDB
	$(GO) test -run '^$$' -bench . -benchmem ./...
	$(GO) build -o bin/ ./cmd/detour ./cmd/detour-bench
	bin/detour-bench all

.PHONY: soak
soak: ## Run the long rounds: kills in the middle of imports, readers beside writers
	DETOUR_SOAK=1 $(GO) test -count=1 -run Soak -timeout 60m ./...

# `go test -fuzz` takes one target of one package at a time.
.PHONY: fuzz
fuzz: ## Fuzz each target for FUZZTIME (10s)
	@grep -rE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+\(' $(GO_FOLDERS) | \
	sed -E 's|^(.*)/[^/]*:func (Fuzz[A-Za-z0-9_]+).*|\1 \2|' | sort | \
	while read -r folder target; do \
		echo "== $$folder $$target"; \
		$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) ./$$folder || exit 1; \
	done

.PHONY: clean
clean: ## Remove what the build made
	rm -rf bin
