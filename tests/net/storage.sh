#!/bin/bash
# SPDX-License-Identifier: MIT
# roost-storage with real kernel clients and real servers: the image's own tree runs under
# user-mode-linux against tgt and nfs-ganesha. Sessions, mounts and pools come up; what is wrong is
# named and stops nothing else; doing it twice changes nothing; and a machine whose servers have gone
# silent still powers off within its bound. Servers that are silent when the host comes up hold up nothing,
# and are attached when they answer.
# PAINS 9 (the initiator's name), 15 (shutdown and NFS), 16 (sessions end before the network).
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
# shellcheck source=tests/peers/nfs.bash
. tests/peers/nfs.bash
# shellcheck source=tests/peers/guest.bash
. tests/peers/guest.bash

iqn=iqn.2026-11.example.test:disk1
export PEER_ADDRESS=10.0.2.2
quiet=10.0.2.3 # another server, whose address the guest does not reach at first

# $root has udev's file and ours in its place.
is_as_udev_has_it() {
	diff <(grep -v '^#' "$root/usr/lib/udev/rules.d/60-block.rules") \
		<(grep -v '^#' "$root/etc/udev/rules.d/60-block.rules" | sed 's/ENV{SDEV_UA}!="POWER_ON_RESET_OCCURRED", //')
}

uml_or_skip "storage"

# With the test in place of the network's units.
make_root() {
	uml_root tests/net/storage-guest "${uml_networkd[@]}" roost-config.service roost-agent.service
}

run_guest() {
	# What is said after the guest's last words can only be read on its console.
	wires_run 280 systemd.journald.forward_to_console=1 systemd.journald.max_level_console=info
	date +%s >"$WORK/ended"
	stat -c %Y "$root/test/poweroff" >"$WORK/began"
	[ -s "$root/test/poweroff" ] || { tail -n 40 "$WORK/console"; return 1; }
}

status() { contains "$(cat "$root/test/$1.status")" "$2"; }
seen() { contains "$(cat "$root/test/$1")" "$2"; }

echo chapsecret123 >"$WORK/chap"
check "there is a wire" wires 1
ip address add $quiet/24 dev tap0
check "an iSCSI target starts" eval 'target=$(start_iscsi_target "$WORK/iscsi" 3260 $iqn user1 "$WORK/chap")'
check "an NFS server starts" eval 'server=$(start_nfs_server "$WORK/nfs" 2049 /export)'
check "so do those that will be silent" eval \
	'quiet_target=$(PEER_ADDRESS=$quiet start_iscsi_target "$WORK/quiet-iscsi" 3260 ${iqn/disk1/quiet}) &&
	quiet_server=$(PEER_ADDRESS=$quiet start_nfs_server "$WORK/quiet-nfs" 2049 /export)'
check "the image's tree is mounted" make_root
check "udev's rules that ours replace have not changed" is_as_udev_has_it
check "there is a disk with a guest" make_guest_disk "$root/test/writer.img"
check "the guest runs to its end" run_guest || { echo "1..$tap_count"; exit 1; }

check "good and bad together: degraded" status mixed '^storage: degraded'
check "the iSCSI session is there" status mixed "ok +iscsi +$iqn"
check "its pool lists the disk" seen mixed.disks "iscsi-$iqn-lun-1"
check "the NFS pool lists the file" seen mixed.images 'disk1\.img'
check "an unknown target is named" status mixed 'degraded iscsi .*:nosuch: .*no such target'
check "a portal without a listener is named" status mixed 'degraded iscsi .*:refused: .*refuses connections on port 3261'
check "an export that is not there is named" status mixed 'degraded nfs .*/nothing: .*No such file'
check "a server that refuses is named" status mixed 'degraded nfs .*refuses connections on port 2050'
check "a server that is away is named" status mixed 'degraded nfs +10\.0\.2\.77:/export: .*(reached|answer)'
check "pools say what they wait for" status mixed 'degraded pool +away: waits for nfs 10\.0\.2\.77'
check "a portal that is silent is named, with the bound" status mixed \
	'degraded iscsi .*:quiet: 10\.0\.2\.3 does not answer on port 3260 \(5 s\)'
check "so is an NFS server" status mixed 'degraded nfs +10\.0\.2\.3:/export: 10\.0\.2\.3 does not answer on port 2049 \(5 s\)'
at_ms() { awk -v what="$1" '$0 ~ what { print $1; exit }' "$root/test/timeline"; }
given_up() { echo "$1 ms"; [ "$1" -le 9000 ]; }
for what in 'nfs 10\.0\.2\.3' 'iscsi [^ ]*:quiet'; do
	check "they are asked at the same time as all others: $what" given_up $(($(at_ms " $what") - $(at_ms 'iscsi [^ ]*:refused')))
done
took=$(cat "$root/test/mixed.took")
echo "# tried and judged in $took s"
check "all of it is judged within 60 s" [ "$took" -le 60 ]
check "when they answer, both are attached, within 90 s" equals "$(cat "$root/test/quiet.code")" 0
echo "# attached $(cat "$root/test/quiet.took") s after the end of the silence"
check "the timeline has the events" seen timeline '^[0-9]+ pool images: 1 volume'
check "records are for root alone" equals "$(sort -u "$root/test/mixed.modes")" 600
check "the secret is in no argument" not grep -q chapsecret "$root/test/mixed.ps"
check "the secret is not in the journal" not grep -q chapsecret "$root/test/mixed.journal"
check "the secret is not in the report" not grep -q chapsecret "$root/test/storage.json"

check "what left the configuration is gone, the rest stays" equals \
	"$(awk '{ print $1, $2 }' "$root/test/fewer.pools")" $'disks active\nimages active'
check "then all is well" equals "$(cat "$root/test/fewer.code")" 0
check "the same configuration again changes nothing" diff "$root/test/before" "$root/test/after"
check "and says nothing" equals "$(cat "$root/test/same.log")" ""
check "stopping roost-storage-detach ends the session" equals "$(cat "$root/test/detached.sessions")" ""
check "a wrong password is named" status wrong "degraded iscsi .*authentication failed"
check "it is worth a retry" equals "$(cat "$root/test/wrong.code")" 111
check "and leaves the NFS pool alone" status wrong 'ok +pool +images'
check "the right password brings the session back" status again "ok +iscsi +$iqn"
took=$(($(cat "$WORK/ended") - $(cat "$WORK/began")))
echo "# powered off in $took s with both servers silent"
check "a guest wrote to the server" seen written differ
check "roost-guests knows it" seen guests '^writer \(process'
check "with both servers silent and that guest the machine is down within 90 s" [ "$took" -le 90 ]
check "the guest was ended first, then mounts, then sessions" in_order "$WORK/console" \
	'guest writer cannot be asked' 'guest writer did not shut down: it is ended' 'Stopped roost-guests' \
	'Unmounted var-lib-libvirt-images' 'Stopped roost-storage-detach'

[ "$tap_failed" -eq 0 ] || tail -n 80 "$WORK/console" | sed 's/\x1b\[[0-9;]*m//g; s/^/# /'
kill -KILL "${target:-}" "${server:-}" "${quiet_target:-}" "${quiet_server:-}"
echo "1..$tap_count"
exit $((tap_failed > 0))
