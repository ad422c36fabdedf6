#!/usr/bin/env bash
# Makes the pictures of the report again. Needs what its browser test needs: node and chromium.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo run --quiet -- run scenarios/allocation scenarios/faults/loss-during-sync.yaml \
    scenarios/provisioning/gpo-against-manual.yaml --report "$work/report.html" >/dev/null
node docs/gallery/report.mjs "$work/report.html"
ls -l docs/gallery
