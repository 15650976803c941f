#!/usr/bin/env bash
# Makes .venv and installs the pinned requirements that are named as arguments.
# Needs Python 3.11 or newer; on Debian the venv module is a package of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "amictl needs Python 3.11 or newer as '$python'. Install it, or name another one: make PYTHON=/path/to/python3" >&2
    exit 1
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    bash setup/debian_packages.sh python3-venv
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
for requirements in "$@"; do
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
done
