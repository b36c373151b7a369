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
# shellcheck source=tests/peers/iscsi.bash
. tests/peers/iscsi.bash

iqn=iqn.2026-11.example.test
near=10.0.2.2
far=10.0.3.2
uml_or_skip "multipath"

make_root() {
	uml_root tests/net/multipath-guest roost-config.service roost-network.service roost-network.path \
		roost-network-watch.service roost-agent.service systemd-networkd.service \
		systemd-networkd.socket systemd-timesyncd.service roost-storage.path
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

# What the guest asks for, by name.
do_cut-near() { ip link set tap0 down; }
do_cut-far() { ip link set tap1 down; }
do_mend() { ip link set tap0 up && ip link set tap1 up; }

answer() {
	local asked
	while read -r -t 0.2 <> <(:) || true; do
		for asked in "$root"/test/ask.*; do
			[ -e "$asked" ] || continue
			rm "$asked"
			"do_${asked##*/ask.}" && : >"$root/test/did.${asked##*/ask.}"
		done
	done
}

run_guest() {
	answer &
	uml_run 270 eth0=tuntap,tap0 eth1=tuntap,tap1
	kill %%
}

# An address is at home on its own wire only.
echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore
for n in 2 3; do
	ip tuntap add "tap$((n - 2))" mode tap && ip address add "10.0.$n.2/24" dev "tap$((n - 2))" && ip link set "tap$((n - 2))" up
done
check "two iSCSI targets with two portals each start" start_targets
check "the image's tree is mounted" make_root || { echo "1..$tap_count"; exit 1; }
run_guest
uml_results
for pid in "${target:-}" "${other:-}"; do
	[ -n "$pid" ] && kill -KILL "$pid"
done
echo "1..$tap_count"
exit $((tap_failed > 0))
