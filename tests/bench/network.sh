#!/bin/bash
# SPDX-License-Identifier: MIT
# Budget of the network's apply in user-mode Linux: from `roost-network apply` until systemd-networkd calls
# bond, 4 VLANs and 5 bridges configured. It is to measure the work and not who else is at work on this
# machine: the guest has a CPU to itself (chrt), and the best of three counts.
set -u
cd "$(dirname "$0")/../.." || exit 1
[ -n "${WORK:-}" ] || NET_BUILD=host exec tests/net/run "$0"
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/uml.bash
. tests/net/uml.bash
# shellcheck source=tests/bench/budget.bash
. tests/bench/budget.bash

uml_or_skip "the network's apply"

check "the image's tree is mounted" uml_root tests/bench/network-guest roost-config.service roost-agent.service roost-storage.path libvirtd.socket
chrt --rr --pid 1 $$ || echo "# no real-time scheduling here: others take their share of the time"
check "the guest runs to its end" uml_run 200
uml_results
budget network_apply_ms "$(sort -n "$root/test/apply-ms" | head -n 1)"
echo "1..$tap_count"
exit $((tap_failed > 0))
