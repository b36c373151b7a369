#!/bin/bash
# SPDX-License-Identifier: MIT
# Several paths to an iSCSI disk with the kernel's multipath, multipathd and a real target: one disk a LUN, a
# portal that dies while it is written to, both dead, both back; disks that are not to be joined. The image's
# own tree runs under user-mode-linux against tgt (see multipath-guest). PAINS 24.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/uml.bash
. tests/net/uml.bash
# shellcheck source=tests/net/wires.bash
. tests/net/wires.bash
# shellcheck source=tests/peers/iscsi.bash
. tests/peers/iscsi.bash

iqn=iqn.2026-11.example.test
near=10.0.2.2
far=10.0.3.2
uml_or_skip "multipath"

make_root() {
	uml_root tests/net/multipath-guest "${uml_networkd[@]}" roost-config.service roost-agent.service roost-storage.path
}

# Two servers that nobody gave serial numbers: the disks of both have the same ones.
start_targets() {
	target=$(PEER_PORTALS="portal=$near:3260,portal=$far:3260" PEER_ADDRESS=$near \
		start_iscsi_target "$WORK/iscsi" 3260 $iqn:disk1) &&
		iscsi_add_lun "$WORK/iscsi" 2 &&
		other=$(PEER_PORTALS="portal=$near:3261,portal=$far:3261" PEER_ADDRESS=$near \
			start_iscsi_target "$WORK/other" 3261 $iqn:twin) &&
		iscsi_add_target "$WORK/other" 2 $iqn:single 8M
}

check "there are two wires" wires 2
check "two iSCSI targets with two portals each start" start_targets
check "the image's tree is mounted" make_root || { echo "1..$tap_count"; exit 1; }
wires_run 270
uml_results
for pid in "${target:-}" "${other:-}"; do
	[ -n "$pid" ] && kill -KILL "$pid"
done
echo "1..$tap_count"
exit $((tap_failed > 0))
