#!/usr/bin/env bash
# Installs what the tests drive besides Python: a browser with the letters of many scripts, sipp, and debootstrap for
# the Asterisk test bed.
# As root on Debian it installs what is missing; elsewhere it says what to install, and fails only when CI=true.
set -euo pipefail
cd "$(dirname "$0")/.."

# What is looked for, a program, a library or a file -> the packages that bring it.
declare -A packages_of=(
    [chromium]="chromium fonts-dejavu-core"
    [/usr/share/fonts/truetype/wqy/wqy-microhei.ttc]=fonts-wqy-microhei # Chinese, Japanese, Korean
    [sipp]=sip-tester
    [debootstrap]="debootstrap gpgv"
    [libatomic.so.1]=libatomic1 # the Node that Playwright brings
)
PATH=$PATH:/usr/sbin:/sbin
missing=()
for name in "${!packages_of[@]}"; do
    [ -e "$name" ] || command -v "$name" >/dev/null || ldconfig -p | grep -F "$name" >/dev/null || read -ra missing <<<"${missing[*]} ${packages_of[$name]}"
done
[ ${#missing[@]} -eq 0 ] && exit 0

if ! bash setup/debian_packages.sh "${missing[@]}"; then
    echo "Until then the tests that need them are skipped." >&2
    [ "${CI:-}" = true ] && exit 1
fi
exit 0
