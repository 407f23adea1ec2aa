#!/bin/sh
# Installs what the tests use beside Python: a browser, a Chinese font, a second queue server, a PDF
# reader, and an upload client of npm with its node. Does nothing where it may not, or where all of
# it is there; the tests then say which program they miss.
set -eu

clients="$(dirname "$0")/../tests/processes/clients"

# Pinned with hashes in package-lock.json; run last, for npm itself may only just have been installed.
install_clients() {
  if command -v npm >/dev/null 2>&1; then
    npm ci --prefix "$clients" --silent --no-audit --no-fund --ignore-scripts
  else
    echo "Not installed (needs npm): tus-js-client" >&2
  fi
}

missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
command -v pdftoppm >/dev/null 2>&1 || missing="$missing poppler-utils"
command -v npm >/dev/null 2>&1 || missing="$missing nodejs npm"
command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
[ -e /usr/share/fonts/truetype/wqy/wqy-microhei.ttc ] || missing="$missing fonts-wqy-microhei"

if [ -z "$missing" ]; then
  install_clients
  exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "Not installed (needs root and apt-get):$missing" >&2
  install_clients
  exit 0
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# A started server is not wanted, only its program.
# shellcheck disable=SC2086
RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $missing >/dev/null
install_clients
