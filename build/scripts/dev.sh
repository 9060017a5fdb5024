#!/bin/sh
# Serves a workspace of its own and the page with hot reload before it.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p build/out
build/bin/tradepost --data build/out/dev serve --listen 127.0.0.1:7777 &
server=$!
trap 'kill $server 2>/dev/null' EXIT INT TERM
npm --prefix frontend run dev
