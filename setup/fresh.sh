#!/usr/bin/env bash
# Proves that the two commands of the README work on a machine that has nothing: for each Debian release named as an
# argument (12, 13), debootstrap makes a minimal root (python3, make, git, ca-certificates), the checkout's HEAD is cloned
# into it, `make run` must serve and show calls, and `make test` must pass with nothing skipped. Prints the time of each part,
# and saves the console as a newcomer then sees it as .cache/fresh-debian-*.png. Nothing is cached: the root installs Asterisk, the browser and all
# packages anew; only BED=folder lends it a folder of installed Asterisks.
# The root gets this machine's way to the package registries (certificates, and the settings of pip, npm and apt).
set -euo pipefail
cd "$(dirname "$0")/.."

declare -A suite_of=([12]=bookworm [13]=trixie)
checkout=$PWD
in_root_environment=(HOME=/root TERM=dumb LC_ALL=C.UTF-8 CI=true PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)

main() {
    if [ "$(id -u)" != 0 ]; then
        echo "make fresh needs root on Linux: it makes a root folder with debootstrap and enters it." >&2
        exit 1
    fi
    command -v debootstrap >/dev/null || bash setup/debian_packages.sh debootstrap gpgv
    for release in "$@"; do
        if [ -z "${suite_of[$release]:-}" ]; then
            echo "There is no Debian '$release' here; there are ${!suite_of[*]}." >&2
            exit 1
        fi
    done
    place=$(mktemp -d "${TMPDIR:-/var/tmp}/amictl-fresh-XXXXXX")
    trap 'rm -rf --one-file-system "$place"' EXIT
    trap 'exit 130' INT TERM
    local failures=0
    for release in "$@"; do
        prove "$release" "$place/$release" || failures=$((failures + 1))
        rm -rf --one-file-system "${place:?}/$release"
    done
    exit "$failures"
}

prove() {
    local release=$1 root=$2
    local -i began=$SECONDS
    echo "== Debian $release: $(git rev-parse --short HEAD)"
    debootstrap --variant=minbase --include=python3,make,git,ca-certificates "${suite_of[$release]}" "$root" >"$root.log" ||
        { tail -25 "$root.log"; return 1; }
    lend_registries "$root"
    git clone --quiet --no-hardlinks "$checkout" "$root/root/amictl" || return 1
    install "$0" "$root/root/inside.sh"
    echo "== Debian $release: root made in $((SECONDS - began)) s"

    # Namespaces of its own: whatever runs or is mounted in the root ends with it, however that may be.
    local -i status=0
    unshare --mount --pid --fork --kill-child --propagation private \
        bash "$0" --enter "$root" "${BED:-}" || status=$?
    mkdir -p .cache
    cp "$root/root/console.png" ".cache/fresh-debian-$release.png" || status=1
    echo "== Debian $release: status $status, $((SECONDS - began)) s in all"
    return "$status"
}

# The machine's own names and certificates of registries stay out of the project: they are copied when it runs.
lend_registries() {
    local root=$1 file
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    for file in /etc/pip.conf /etc/npmrc /etc/apt/auth.conf.d "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf" "$HOME/.npmrc"; do
        [ -e "$file" ] && install_like "$root" "$file"
    done
    # What pip finds in folders of this machine stays behind; the root has no such folders.
    local folders='^(find-links|extra-index-url|PIP_FIND_LINKS|PIP_EXTRA_INDEX_URL) *= *(file:|/)'
    find "$root/etc/pip.conf" "$root/root" -name pip.conf -exec sed -i -E "\\#$folders#d" {} + 2>/dev/null || true
    apt-config dump --no-empty | grep -E '^Acquire::(Check-|Max-|Retries|http)' >"$root/etc/apt/apt.conf.d/99machine" || true
    local bundle=/etc/ssl/certs/ca-certificates.crt
    if [ -f "$bundle" ]; then
        cp "$bundle" "$root/usr/local/share/ca-certificates/machine.crt"
        chroot "$root" update-ca-certificates >/dev/null 2>&1
    fi
    env -0 | grep -zvE "$folders" | grep -zE '^(PIP_|NPM_CONFIG_|npm_config_|NODE_EXTRA_CA_CERTS=|SSL_CERT_|REQUESTS_CA_BUNDLE=|[a-zA-Z]+_(proxy|PROXY)=)' \
        >"$root/root/environment" || true
}

install_like() {
    local root=$1 source=$2
    local target=$root${source/#$HOME//root}
    mkdir -p "$(dirname "$target")"
    cp -rL "$source" "$(dirname "$target")"
}

enter() {
    local root=$1 bed=$2 lent
    mapfile -d '' lent <"$root/root/environment"
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    if [ -n "$bed" ]; then
        mkdir -p "$root/root/.cache/amictl/asterisk"
        mount --bind "$bed" "$root/root/.cache/amictl/asterisk"
    fi
    exec env -i "${in_root_environment[@]}" "${lent[@]}" chroot "$root" bash /root/inside.sh --inside
}

inside() {
    cd /root/amictl
    local -i began=$SECONDS status=0
    AMICTL_PORT=0 make run >/root/run.log 2>&1 &
    local server=$! url
    until url=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' /root/run.log | tail -1) && is_healthy "$url"; do
        kill -0 "$server" 2>/dev/null || { cat /root/run.log; exit 1; }
        sleep 0.2
    done
    echo "== make run: $url/healthz answers after $((SECONDS - began)) s"
    local call
    call=$(python3 setup/first_visit.py call "$url" /root/run.log) || exit 1
    echo "== make run: the first call goes on after $((SECONDS - began)) s: $call"

    began=$SECONDS
    make test || status=$?
    echo "== make test: status $status after $((SECONDS - began)) s"

    .venv/bin/python setup/first_visit.py picture "$url" /root/console.png || status=1
    exit "$status" # which ends the server too
}

is_healthy() {
    python3 - "$1/healthz" <<'CODE' 2>/dev/null
import sys, urllib.request
urllib.request.urlopen(sys.argv[1], timeout=5)
CODE
}

case ${1:-} in
    --enter) enter "$2" "$3" ;;
    --inside) inside ;;
    *) main "$@" ;;
esac
