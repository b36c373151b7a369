#!/bin/bash
# SPDX-License-Identifier: MIT
# A port where plain DHCP gets no answer: the host listens for LLDP and LACP, tries what the switch
# names, and says what worked. The image's units under user-mode-linux.
# PAINS 3 (management on a tagged VLAN without a native VLAN).
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/uml.bash
. tests/net/uml.bash

uml_or_skip "the uplink probe"

check "the image's tree is mounted" uml_root tests/net/network-probe-guest roost-config.service roost-network-probe.path roost-agent.service roost-storage.path libvirtd.socket
# The sanitizers' build wants more address space than user-mode Linux has.
cp "$OUT/build/host/tests/send-frame" "$(command -v busybox)" "$root/test/"
cp tests/fuzz/corpus/link_frames/leaf "$root/test/lldp"
check "the guest runs to its end" uml_run 150
uml_results
echo "1..$tap_count"
exit $((tap_failed > 0))
