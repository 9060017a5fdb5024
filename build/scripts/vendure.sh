#!/bin/sh
# A real Vendure server in build/peers/vendure, for tests and for trying the connector.
#   vendure.sh          installs it and makes a small shop (about half a minute, 160 MB); nothing is left running
#   vendure.sh start    serves the shop on 127.0.0.1:3000 (PORT names another) until interrupted, then forgets what was done
#   vendure.sh sell     lets that shop sell: a few products once, then an order every 15 seconds until interrupted
# Without node, or where the packages cannot be fetched, nothing is installed, and the tests that need it skip and say so.
cd "$(dirname "$0")/../.." || exit 1
home=build/peers/vendure
if [ "${1:-}" = start ]; then
    [ -f $home/seed.sqlite ] || build/scripts/vendure.sh
    echo "Admin API: http://127.0.0.1:${PORT:-3000}/admin-api, user name and password superadmin. Ctrl+C ends it."
    tail -f /dev/null | PORT=${PORT:-3000} exec node $home/server.js $home/seed.sqlite
fi
if [ "${1:-}" = sell ]; then
    exec node build/vendure/sell.js "http://127.0.0.1:${PORT:-3000}/admin-api"
fi
command -v node >/dev/null && command -v npm >/dev/null || exit 0
mkdir -p $home
rm -f $home/seed.sqlite
cp build/vendure/*.js build/vendure/package*.json $home/
build/scripts/npm.sh $home >$home/npm.log 2>&1 || { echo "Vendure could not be installed ($home/npm.log); its tests skip." >&2; exit 0; }
node $home/seed.js $home/seed.sqlite >/dev/null || echo "The Vendure shop could not be made; its tests skip." >&2
exit 0
