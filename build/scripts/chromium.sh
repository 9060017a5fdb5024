#!/bin/sh
# Prints the path of a Chromium or Chrome; CHROMIUM names one.
for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "$candidate" ] && command -v "$candidate" && exit 0
done
exit 1
