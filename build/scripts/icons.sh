#!/bin/sh
# Draws the icons from their SVG with Chromium and ImageMagick: only needed when build/*.svg changes; the results are
# committed.
set -eu
cd "$(dirname "$0")/.."
draw() { # draw SVG SIZE PNG
    page=$(mktemp --suffix=.html)
    printf '<style>*{margin:0}svg{width:%spx;height:%spx;display:block}</style>' "$2" "$2" >"$page"
    cat "$1" >>"$page"
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000 \
        --window-size=512,512 --screenshot="$3" "file://$page" >/dev/null 2>&1
    convert "$3" -crop "$2x$2+0+0" +repage -strip "$3"
    rm -f "$page"
}
draw appicon.svg 512 appicon.png
draw appicon.svg 64 tray.png
draw tray-attention.svg 64 tray-attention.png
convert appicon.png -define icon:auto-resize=256,128,64,48,32,24,16 windows/icon.ico
