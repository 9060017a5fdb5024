#!/bin/sh
# packages.sh build|test|windows: installs the system packages of that group which are missing, on Debian and Ubuntu.
# Elsewhere it says what is missing. A missing test tool is no error: its tests are skipped, with the reason.
set -eu
group=$1
needed=

need() { # need PACKAGE COMMAND...: PACKAGE is missing when COMMAND fails
    package=$1
    shift
    "$@" >/dev/null 2>&1 || needed="$needed $package"
}
has() { command -v "$1"; }

case $group in
build)
    why="to compile the window (GTK and WebKit)"
    need build-essential has cc
    need pkg-config has pkg-config
    need libgtk-3-dev pkg-config --exists gtk+-3.0
    need libwebkit2gtk-4.1-dev pkg-config --exists webkit2gtk-4.1
    ;;
test)
    why="to try the page in Chromium and the window on a hidden screen"
    need chromium build/scripts/chromium.sh
    need xvfb has Xvfb
    need xauth has xauth
    need xdotool has xdotool
    need openbox has openbox
    need dbus-x11 has dbus-run-session
    need imagemagick has import
    need fonts-dejavu-core test -d /usr/share/fonts/truetype/dejavu
    ;;
windows)
    why="to cross-compile for Windows and to pack the installer"
    need gcc-mingw-w64-x86-64 has x86_64-w64-mingw32-gcc
    need nsis has makensis
    ;;
esac
[ -n "$needed" ] || exit 0

give_up() {
    echo "$1" >&2
    echo "Missing $why:$needed" >&2
    [ "$group" = test ] && exit 0
    exit 1
}

command -v apt-get >/dev/null || give_up "This is not Debian or Ubuntu: install these with your own package manager (names are Debian's)."
sudo=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || give_up "Only root may install packages, and there is no sudo."
    sudo="sudo"
fi
echo "Installing system packages $why:$needed"
export DEBIAN_FRONTEND=noninteractive
install() { $sudo apt-get install -y -q --no-install-recommends $needed; }
# The lists may be old or absent: then they are fetched, once.
install >/dev/null 2>&1 || { $sudo apt-get update -q && install; } || give_up "The packages could not be installed."
