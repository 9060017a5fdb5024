#!/bin/sh
# Prints three numbers, as Windows wants them, from VERSION ("v1.2.3-4-gabc" or "abc-dirty").
numbers=$(printf '%s' "${VERSION:-}" | sed -n 's/^v\{0,1\}\([0-9][0-9]*\.[0-9][0-9]*\.[0-9][0-9]*\).*/\1/p')
echo "${numbers:-0.1.0}"
