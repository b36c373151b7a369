#!/bin/bash
# SPDX-License-Identifier: MIT
# Budget of the network's apply, from what tests/net/network-devices.sh measured in user-mode Linux: from
# `roost-network apply` to the last address on bond, 4 VLANs and 5 bridges. Run after the net tier.
set -u
cd "$(dirname "$0")/../.." || exit 1
OUT=${OUT:-out}
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/bench/budget.bash
. tests/bench/budget.bash

budget network_apply_ms "$(cat "$OUT/tests/network-apply-ms")"
echo "1..$tap_count"
