#!/bin/sh
# Opens the window; without a screen it serves the same page and prints the address.
cd "$(dirname "$0")/../.."
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec build/bin/tradepost
fi
echo "There is no screen here, so Tradepost is served. Open the address in a browser; Ctrl+C ends it."
exec build/bin/tradepost serve
