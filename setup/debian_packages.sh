#!/usr/bin/env bash
# Installs the Debian packages that are named as arguments; fails, and says what to do, where that cannot be done.
# Two that come at the same time wait for each other.
set -euo pipefail

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Install as root, on Debian by: apt-get install $*" >&2
    exit 1
fi
exec 9>"${TMPDIR:-/tmp}/amictl-apt.lock"
flock 9
echo "Installing $* ..."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update -q &&
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=600 "$@"; } \
    >"$log" 2>&1 </dev/null; then
    tail -25 "$log" >&2
    exit 1
fi
