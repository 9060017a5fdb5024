#!/bin/sh
# Cross-builds build/bin/tradepost.exe from Linux: one file, no DLL beside it. Called by make, which has set GOFLAGS and
# LDFLAGS. The first time SQLite's C takes minutes.
set -eu
cd "$(dirname "$0")/../.."
numbers=$(build/scripts/version.sh)
resources=tradepost_windows_amd64.syso # go build links a .syso of this system's name by itself
trap 'rm -f $resources' EXIT
(cd build/windows && x86_64-w64-mingw32-windres -O coff -i tradepost.rc -o "../../$resources" \
    -DFILE_VERSION="$(echo "$numbers" | tr . ,),0" -DTEXT_VERSION="\\\"$numbers\\\"")
mkdir -p build/bin
CC=x86_64-w64-mingw32-gcc GOOS=windows GOARCH=amd64 go build -ldflags "$LDFLAGS -H windowsgui" \
    -o build/bin/tradepost.exe .
