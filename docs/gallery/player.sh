#!/usr/bin/env bash
# Draws the pictures of the player anew. Equal programs draw equal bytes.
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo run --quiet -- demo scenarios/access/dhcp-rpc-firewall.yaml --size 120x40 \
    --script docs/gallery/player.keys --svg docs/gallery/player.svg >/dev/null
