#!/bin/sh
# Lists our own Go files.
find . -name '*.go' -not -path './frontend/node_modules/*' -not -path './frontend/tools/*' -not -path './build/tools/*'
