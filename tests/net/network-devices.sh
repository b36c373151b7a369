#!/bin/bash
# SPDX-License-Identifier: MIT
# roost-network with the image's systemd-networkd and real kernel devices, under user-mode-linux: bonds
# survive the loss of a port, VLANs on bonds under bridges carry packets, jumbo frames pass whole, a loop
# of bridges does not melt, LACP forms, the same configuration twice touches nothing. PAINS 2 (a bond that
# never fails over).
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/uml.bash
. tests/net/uml.bash

uml_or_skip "network devices"

check "the image's tree is mounted" uml_root tests/net/network-devices-guest roost-config.service roost-agent.service roost-storage.path libvirtd.socket
check "the guest runs to its end" uml_run 200
uml_results
echo "1..$tap_count"
exit $((tap_failed > 0))
