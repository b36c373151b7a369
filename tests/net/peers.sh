#!/bin/bash
# SPDX-License-Identifier: MIT
# The servers of the tests are what the tests believe they are: a second client of each, libiscsi and
# libnfs, sees the disk and the file, one-way CHAP lets in only the right password, and the switch's LACP
# group passes nothing before LACP runs.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/peers/iscsi.bash
. tests/peers/iscsi.bash
# shellcheck source=tests/peers/nfs.bash
. tests/peers/nfs.bash
# shellcheck source=tests/peers/switch.bash
. tests/peers/switch.bash

iqn=iqn.2026-11.example.test:disk1
echo chapsecret123 >"$WORK/chap"
portal=127.0.0.1:3260

start_both() {
	target=$(start_iscsi_target "$WORK/iscsi" 3260 $iqn user1 "$WORK/chap") || return 1
	! is_real_root || server=$(start_nfs_server "$WORK/nfs" 2049 /export /second)
}
check "both servers answer when their functions return" start_both
login_is_refused() {
	contains "$(iscsi-inq "iscsi://$1@$portal/$iqn/1" 2>&1)" 'Authentication failure'
}
check "the right password sees the disk of 64 MiB" \
	contains "$(iscsi-ls -s "iscsi://user1%chapsecret123@$portal")" 'Lun:1 .*Size:63M'
check "a wrong password is refused" login_is_refused user1%wrongsecret99
check "another target of the server is open to everyone" \
	eval 'iscsi_add_target "$WORK/iscsi" 2 $iqn-2 32M && iscsi-inq "iscsi://$portal/$iqn-2/1" >/dev/null'
check "nobody is refused" not iscsi-inq "iscsi://$portal/$iqn/1"
if is_real_root; then
	for export in export second; do
		check "/$export holds a file" contains "$(nfs-ls "nfs://127.0.0.1/$export?version=4")" 'disk1.img'
	done
else
	skip "the export holds a file" "nfs-ganesha opens files by handle: root"
fi
kill -KILL "$target" ${server:+"$server"}
check "they start again in the same folder" start_both
kill -KILL "$target" ${server:+"$server"}

start_the_switch() {
	database=$(start_switch_database "$WORK/switch") && switch=$(start_switch "$WORK/switch")
}
trace() { switch_ctl "$WORK/switch" ofproto/trace switch "in_port=$1,dl_src=52:54:00:99:01:00,dl_dst=ff:ff:ff:ff:ff:ff"; }
if is_real_root && can_switch; then
	check "the switch answers when its function returns" start_the_switch
	check "its group has no port in use" equals "$(switch_lacp_in_use "$WORK/switch")" 0
	check "which passes nothing to the network behind it before LACP runs" contains "$(trace tap0)" 'Datapath actions: drop'
	check "nor the other way: a broadcast goes to the switch itself alone" contains "$(trace site)" 'push_vlan\(vid=10,pcp=0\),[0-9]+$'
	kill "$switch" "$database"
else
	skip "the switch" "taps need root and /dev/net/tun"
fi
echo "1..$tap_count"
exit $((tap_failed > 0))
