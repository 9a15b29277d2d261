#!/usr/bin/env bash
# Checks that what the next step needs is here, fetches it where it can (Debian,
# as root), and otherwise says plainly what is missing and how to get it.
#
#   scripts/needs.sh build|node|test
set -euo pipefail

missing=()
packages=()
need() { # command, Debian package
    command -v "$1" >/dev/null 2>&1 || { missing+=("$1"); packages+=("$2"); }
}

case "${1:-}" in
node)
    need node nodejs
    need npm npm
    ;;
build)
    command -v cargo >/dev/null 2>&1 || {
        echo "Rust is not installed (no cargo). Install Rust 1.95 or newer, then try again." >&2
        exit 1
    }
    need cc gcc
    ;;
test)
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { missing+=(PostgreSQL); packages+=(postgresql); }
    need chromium chromium
    need chromedriver chromium-driver
    need hledger hledger
    need pdftotext poppler-utils
    ;;
*)
    sed -n '2,5p' "$0" | sed 's/^# \{0,1\}//' >&2
    exit 2
    ;;
esac

[ ${#missing[@]} -eq 0 ] && exit 0
echo "Missing: ${missing[*]}"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing with apt-get: ${packages[*]}"
    apt-get update -qq
    # A package's own database server is not needed: tests start one of their own.
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
    exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
    echo "Run this, then try again:  sudo apt-get install ${packages[*]}" >&2
else
    echo "Install them with your system's package manager (Debian calls them: ${packages[*]}), then try again." >&2
fi
exit 1
