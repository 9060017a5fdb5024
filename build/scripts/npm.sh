#!/bin/sh
# npm.sh FOLDER: installs exactly what the lock file in FOLDER names.
#
# `npm ci` also insists on the optional packages of every other platform, and some registries do not carry all of them;
# a lock file written there lacks them. `npm install --no-save` takes the lock file as it is.
set -eu
cd "$1"
npm ci --no-audit --no-fund && exit 0
echo "npm ci refused $1/package-lock.json (above); installing what it names with npm install instead." >&2
exec npm install --no-save --no-audit --no-fund
