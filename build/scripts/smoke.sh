#!/bin/sh
# Opens the real window on a hidden screen with its own D-Bus session and workspace, waits until the page says that it
# painted, clicks on Orders in the rail, and waits until the page asks for the orders. Screenshots stay in build/out/test.
cd "$(dirname "$0")/../.." || exit 1
out=build/out/test
mkdir -p "$out"
for tool in Xvfb xvfb-run xdotool openbox dbus-run-session import; do
    command -v "$tool" >/dev/null || {
        echo "SKIPPED smoke: there is no $tool on this computer"
        echo "0 0 1" >"$out/smoke.count"
        exit 0
    }
done
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
HOME=$home XDG_DATA_HOME=$home/data XDG_STATE_HOME=$home/state XDG_CACHE_HOME=$home/cache XDG_CONFIG_HOME=$home/config \
    xvfb-run -a -s '-screen 0 1400x900x24' dbus-run-session -- build/scripts/smoke-window.sh "$PWD/$out" \
    >"$out/smoke.log" 2>&1
status=$?
[ $status = 0 ] || cat "$out/smoke.log"
grep -E '^(ok|not ok)' "$out/smoke.log"
awk '/^ok/{p++} /^not ok/{f++} END {print p+0, f+0, 0}' "$out/smoke.log" >"$out/smoke.count"
exit $status
