#!/bin/sh
# Pin and hash what requirements/*.in ask for; no address of any index is written. Pass --upgrade to move the pins.
set -eu
cd "$(dirname "$0")/.."
for name in uv core dev spark; do
    extra=""
    [ "$name" = dev ] || [ "$name" = spark ] && extra="--constraint requirements/core.txt"
    # shellcheck disable=SC2086
    .venv/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal \
        --python-version 3.11 $extra "$@" "requirements/$name.in" --output-file "requirements/$name.txt"
done
