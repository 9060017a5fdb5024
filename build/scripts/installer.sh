#!/bin/sh
# Packs build/bin/tradepost.exe into an installer for one user.
set -eu
cd "$(dirname "$0")/../.."
wails=$(GOFLAGS= go list -m -f '{{.Dir}}' github.com/wailsapp/wails/v2)
installer=$PWD/build/bin/tradepost-installer.exe
makensis -V2 -DVERSION="$(build/scripts/version.sh)" -DBINARY="$PWD/build/bin/tradepost.exe" -DOUTPUT="$installer" \
    -DWEBVIEW2_SETUP="$wails/internal/webview2runtime/MicrosoftEdgeWebview2Setup.exe" build/windows/installer/project.nsi
ls -lh build/bin/tradepost.exe "$installer"
