#!/bin/bash
# SPDX-License-Identifier: MIT
# roost network status with the image's systemd-networkd and real kernel devices, under user-mode-linux: it
# tells LACP's partner, LLDP's neighbours, and each thing that differs from the configuration.
# PAINS 1 (a switch port that waits for LACP is told as such).
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/uml.bash
. tests/net/uml.bash

uml_or_skip "network status"

check "the image's tree is mounted" uml_root tests/net/network-status-guest roost-config.service roost-agent.service roost-storage.path libvirtd.socket
# The sanitizers' build wants more address space than user-mode Linux has.
install "$OUT/build/host/tests/send-frame" "$root/test/send-frame"
# IEEE 802.1AB: chassis (a MAC address), port (an interface's name), lifetime, and what is optional
printf '\x01\x80\xc2\x00\x00\x0e\x00\x11\x22\x33\x44\x55\x88\xcc\x02\x07\x04\x00\x11\x22\x33\x44\x55\x04\x07\x05Eth1/7\x06\x02\x00\x78\x08\x06rack 3\x0a\x0bsw1.example\x0e\x04\x00\x14\x00\x04\x00\x00' >"$root/test/lldp"
check "the guest runs to its end" uml_run 200
uml_results
echo "1..$tap_count"
exit $((tap_failed > 0))
