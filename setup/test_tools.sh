#!/usr/bin/env bash
# Installs what the tests drive besides Python: a browser, sipp and debootstrap (for the Asterisk test bed).
# As root on Debian it installs what is missing; elsewhere it says what to install, and fails only when CI=true.
set -euo pipefail

declare -A package_of=([chromium]=chromium [sipp]=sip-tester [debootstrap]=debootstrap)
missing=()
for program in "${!package_of[@]}"; do
    PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null || missing+=("${package_of[$program]}")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${missing[*]} for the tests ..."
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" fonts-dejavu-core >/dev/null
    exit 0
fi

echo "The tests want these Debian packages, which are not installed: ${missing[*]}" >&2
echo "Install them as root (apt-get install ${missing[*]}); until then the tests that need them are skipped." >&2
[ "${CI:-}" = true ] && exit 1
exit 0
