#!/bin/sh
# Everything that make test checks, in order; it goes on after a failure, so that one run tells all. Called by make,
# which has set TAGS, GOFLAGS and LDFLAGS and installed what there is to install.
cd "$(dirname "$0")/../.." || exit 1
. build/scripts/steps.sh
rm -rf "$out" && mkdir -p "$out"

go_suite() {
    go test -json -timeout=15m ./... 2>"$out/go.stderr" | go run ./build/testsum go "$out/go.count"
    cat "$out/go.stderr" >&2
}
vitest() {
    (cd frontend && npx --no-install vitest run --reporter=default --reporter=json --outputFile="../$out/vitest.json") \
        >"$out/vitest.log" 2>&1 || cat "$out/vitest.log"
    go run ./build/testsum vitest "$out/vitest.count" <"$out/vitest.json"
}
formatted() {
    unformatted=$(gofmt -l $(build/scripts/gofiles.sh))
    [ -z "$unformatted" ] || { echo "Run make fmt for:"; echo "$unformatted"; return 1; }
}
# Both files are made from the code; what is committed must be what the code makes.
description_current() { build/bin/tradepost openapi | cmp - docs/openapi.json || { echo "Run make types."; return 1; }; }
types_current() {
    frontend/tools/node_modules/.bin/openapi-typescript docs/openapi.json -o "$out/schema.gen.ts" &&
        cmp "$out/schema.gen.ts" frontend/src/api/schema.gen.ts || { echo "Run make types."; return 1; }
}

check format formatted
check frontend-lint npm --prefix frontend run --silent lint
check build make --no-print-directory build # tsc, vite and go build
check vet go vet ./...
check headless make --no-print-directory headless
counted go go_suite
counted vitest vitest
if [ -f docs/openapi.json ]; then
    check api-description description_current
    check api-types types_current
else
    skip api-description "there is no docs/openapi.json yet"
fi
counted e2e build/scripts/e2e.sh
counted smoke build/scripts/smoke.sh
summary
