#!/usr/bin/env bash
# Make a terminal of the dev container one in which `kata` works.
set -euo pipefail
cd "$(dirname "$0")/.."

# A .venv that came with the folder from another system does not run here, and is made anew.
if ! .venv/bin/python -c "" 2> /dev/null; then
    python3 -m venv --clear .venv
fi
.venv/bin/pip install --quiet --disable-pip-version-check --editable .

# Last, and allowed to fail: kata works without it, in a plain process.
if ! command -v bwrap > /dev/null; then
    (sudo apt-get update -qq && sudo apt-get install -qq --yes bubblewrap) ||
        echo "bubblewrap could not be installed; kata works without it on code that is your own"
fi
