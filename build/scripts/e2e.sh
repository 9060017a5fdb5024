#!/bin/sh
# Runs frontend/e2e/*.test.mjs with Node's own runner. The tests start `tradepost serve` themselves and drive Chromium
# with playwright-core. They find TRADEPOST_BIN, CHROMIUM, a simulated vendor (build/vendorsim) in TRADEPOST_VENDOR, and a
# folder for screenshots in E2E_OUT.
cd "$(dirname "$0")/../.." || exit 1
out=build/out/test
mkdir -p "$out/e2e"
skip() {
    echo "SKIPPED e2e: $1"
    echo "0 0 1" >"$out/e2e.count"
    exit 0
}
ls frontend/e2e/*.test.mjs >/dev/null 2>&1 || skip "there are no tests in frontend/e2e yet"
CHROMIUM=$(build/scripts/chromium.sh) || skip "no Chromium was found (CHROMIUM can name one)"
go build -o "$out/vendorsim" ./build/vendorsim || exit 1
export CHROMIUM TRADEPOST_VENDOR="$PWD/$out/vendorsim" TRADEPOST_BIN="$PWD/build/bin/tradepost" E2E_OUT="$PWD/$out/e2e"

node --test --test-concurrency=1 --test-reporter=tap --test-reporter-destination="$out/e2e.tap" \
    --test-reporter=spec --test-reporter-destination=stdout frontend/e2e/*.test.mjs
status=$?
sed -n 's/.*# SKIP/SKIPPED e2e:/p' "$out/e2e.tap"
awk '/^# pass /{p=$3} /^# (fail|cancelled) /{f+=$3} /^# (skipped|todo) /{s+=$3} END {print p+0, f+0, s+0}' \
    "$out/e2e.tap" >"$out/e2e.count"
exit $status
