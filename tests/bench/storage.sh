#!/bin/bash
# SPDX-License-Identifier: MIT
# 32 storage pools at once in user-mode Linux, alone on the machine: 16 iSCSI targets (tgt) and 16 NFS
# exports (nfs-ganesha). Budgets: the time from the network's report until all LUNs and mounts are there,
# until all pools run, and the time that reading a disk through its pool takes, in percent of the same disk
# attached by hand.
#
# What attaching costs there is processor time, of the one CPU that the guest has: it never idles. Starting a
# program takes 75 to 90 ms (mount.nfs 35, a fork 10 to 30), an event of udev's 4 ms:
#
#	roost-storage: start in its sandbox, plan, 33 child processes	2.0 s
#	iscsiadm, 16 logins						1.4
#	iscsid and the kernel's scan of 16 sessions			1.4
#	udev: 500 events						2.1
#	scsi_id, once a disk						1.2
#	NFS: one roost-mount, 16 mount.nfs, 16 looks as libvirt's user	1.3
#	systemd and the journal						0.8
#
# By hand it is udev, scsi_id, iscsid and iscsiadm as well. So 5 s is out of reach there; how much longer than by hand
# it takes is what this test holds.
set -u
cd "$(dirname "$0")/../.." || exit 1
# Two minutes alone on the machine are too many for each change.
[ -n "${BENCH_LONG:-}" ] || { echo "ok 1 - 32 storage pools # SKIP takes two minutes: make bench"; exit 0; }
[ -n "${WORK:-}" ] || NET_BUILD=host exec tests/net/run "$0"
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/uml.bash
. tests/net/uml.bash
# shellcheck source=tests/peers/iscsi.bash
. tests/peers/iscsi.bash
# shellcheck source=tests/peers/nfs.bash
. tests/peers/nfs.bash
# shellcheck source=tests/bench/budget.bash
. tests/bench/budget.bash

iqn=iqn.2026-11.example.test:many
export PEER_ADDRESS=10.0.2.2
exports=()
for n in $(seq 32); do exports+=("/export$n"); done

uml_or_skip "32 storage pools"

# The latter 16 of each are attached by hand. What is read must be in the servers' memory, not a hole.
add_targets() {
	local n
	for n in $(seq 2 32); do iscsi_add_target "$WORK/iscsi" "$n" "$iqn$n" || return; done
	for n in 16 17; do
		dd if=/dev/urandom of="$WORK/iscsi/lun-of-$n" bs=1M count=64 conv=notrunc status=none
		dd if=/dev/urandom of="$WORK/nfs/export$n/disk1.img" bs=1M count=64 status=none
	done
}

# The servers, too: what they read is measured.
chrt --rr --pid 1 $$ || echo "# no real-time scheduling here: others take their share of the time"
ip tuntap add tap0 mode tap && ip address add $PEER_ADDRESS/24 dev tap0 && ip link set tap0 up
check "an iSCSI server starts" eval 'target=$(start_iscsi_target "$WORK/iscsi" 3260 ${iqn}1)'
check "an NFS server starts" eval 'server=$(start_nfs_server "$WORK/nfs" 2049 "${exports[@]}")'
check "each has 32" add_targets
check "the image's tree is mounted" uml_root tests/bench/storage-guest "${uml_networkd[@]}" roost-config.service roost-agent.service
check "the guest runs to its end" uml_run 400 eth0=tuntap,tap0
uml_results
percent() { cut -d ' ' -f 1 "$root/test/read-$1"; }
budget storage_attach_ms "$(cat "$root/test/attach-ms")"
hand_ms=$(cat "$root/test/hand-ms")
echo "# by hand: $hand_ms ms"
budget storage_attach_percent "$(($(cat "$root/test/attach-ms") * 100 / hand_ms))"
budget storage_pools_ms "$(cat "$root/test/pools-ms")"
budget storage_iscsi_read_percent "$(percent iscsi)"
budget storage_nfs_read_percent "$(percent nfs)"

kill -KILL "${target:-}" "${server:-}"
echo "1..$tap_count"
exit $((tap_failed > 0))
