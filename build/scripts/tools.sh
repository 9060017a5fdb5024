#!/bin/sh
# Looks whether Go and Node are there and new enough, and says where to get them.
set -eu

# atleast HAVE WANT: compares dotted numbers.
atleast() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

missing=0
go_version=$(go env GOVERSION 2>/dev/null | sed 's/^go//; s/[^0-9.].*//') || go_version=
if [ -z "$go_version" ] || ! atleast "$go_version" 1.26; then
    echo "Go 1.26 or newer is needed (found: ${go_version:-none}). Get it at https://go.dev/dl/" >&2
    missing=1
fi
node_version=$(node --version 2>/dev/null | sed 's/^v//') || node_version=
if [ -z "$node_version" ] || ! atleast "$node_version" 20.19; then
    echo "Node 20.19 or newer is needed (found: ${node_version:-none}). Get it at https://nodejs.org/en/download" >&2
    missing=1
fi
exit $missing
