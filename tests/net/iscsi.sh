#!/bin/bash
# SPDX-License-Identifier: MIT
# iSCSI with the kernel's initiator and a real target: two portals, one dies, both die, both return;
# every combination of CHAP; digests; a session bound to a device; a target that starts anew while it
# is written to. The image's own tree runs under user-mode-linux against tgt (see iscsi-guest).
# PAINS 9 (the initiator's name).
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
uml_or_skip "iSCSI"

make_root() {
	uml_root tests/net/iscsi-guest "${uml_networkd[@]}" roost-config.service roost-agent.service roost-storage.path
}

start_target() {
	PEER_PORTALS="portal=$near:3260,portal=$far:3260" PEER_ADDRESS=$near \
		start_iscsi_target "$WORK/iscsi" 3260 $iqn:disk1
}

# The targets for CHAP: what each wants of the initiator, and what it proves itself.
add_targets() {
	local name tid=2 dir=$WORK/iscsi
	iscsi_add_account "$dir" in insecret12345 && iscsi_add_account "$dir" out outsecret1234 || return
	for name in none elsewhere no-digests digests oneway oneway-wrong oneway-other oneway-without \
		mutual-cannot mutual mutual-unasked mutual-wrong mutual-other; do
		iscsi_add_target "$dir" $tid $iqn:$name 8M || return
		case $name in
		digests) iscsi_add_digests "$dir" $tid ;;
		oneway* | mutual*) iscsi_bind_account "$dir" $tid in ;;
		esac || return
		case $name in
		mutual-cannot) ;;
		mutual*) iscsi_bind_account "$dir" $tid out --outgoing || return ;;
		esac
		tid=$((tid + 1))
	done
}

# Another server, whose discovery wants CHAP, too.
add_server() {
	local tid dir=$WORK/discovery
	PEER_PORTALS="portal=$near:3261,portal=$far:3261" PEER_ADDRESS=$near \
		start_iscsi_target "$dir" 3261 $iqn:found1 || return
	iscsi_add_account "$dir" in insecret12345 && iscsi_bind_discovery "$dir" in || return
	for tid in 1 2 3; do
		[ $tid = 1 ] || iscsi_add_target "$dir" $tid $iqn:found$tid 8M || return
		iscsi_bind_account "$dir" $tid in || return
	done
}

# What the guest asks for, by name.
do_restart() {
	kill -KILL "$target"
	target=$(start_target) && add_targets
}
do_grow() { PEER_LUN_SIZE=96M do_restart; }

check "there are two wires" wires 2
check "an iSCSI target with two portals starts" eval 'target=$(start_target) && add_targets'
check "and one for discovery" add_server
check "the image's tree is mounted" make_root || { echo "1..$tap_count"; exit 1; }
wires_run 280
uml_results
echo "1..$tap_count"
exit $((tap_failed > 0))
