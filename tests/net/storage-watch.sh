#!/bin/bash
# SPDX-License-Identifier: MIT
# Storage over time, with real servers that are restarted under load, restored (stale handles), silent
# (packets dropped), and back: each is noticed within its bound, libvirt's pools follow, and nothing hangs.
# PAINS 15.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/uml.bash
. tests/net/uml.bash
# shellcheck source=tests/net/wires.bash
. tests/net/wires.bash
# shellcheck source=tests/peers/nfs.bash
. tests/peers/nfs.bash
# shellcheck source=tests/peers/iscsi.bash
. tests/peers/iscsi.bash

export PEER_ADDRESS=10.0.2.2
nfs=$WORK/nfs
uml_or_skip "watching storage"

make_root() {
	uml_root tests/net/storage-watch-guest "${uml_networkd[@]}" roost-config.service roost-agent.service roost-storage.path || return 1
	# At three times its pace, so that a test takes seconds.
	mkdir -p "$root/etc/systemd/system/roost-storage-watch.service.d"
	printf '[Service]\nExecStart=\nExecStart=/usr/bin/roost-storage watch --every=3\n' \
		>"$root/etc/systemd/system/roost-storage-watch.service.d/pace.conf"
}

start_server() { server=$(start_nfs_server "$nfs" 2049 /a /b); }
stop_server() { kill -KILL "$server"; tail --pid="$server" -f /dev/null; }

# What the guest asks for, by name.
do_restore() { # another folder in its place, as after a server's restore
	stop_server && mkdir "$nfs/new" && truncate -s 1M "$nfs/new/restored.img" && rm -rf "$nfs/a" &&
		mv "$nfs/new" "$nfs/a" && start_server
}
# Through the server, which would not see at once what was done behind its back.
do_file() { nfs-cp /etc/hostname "nfs://$PEER_ADDRESS/a/new.img?version=4"; }

check "there is a wire" wires 1
check "an NFS server starts" start_server
check "an iSCSI target starts" eval 'target=$(start_iscsi_target "$WORK/iscsi" 3260 iqn.2026-11.example.test:disk1)'
check "the image's tree is mounted" make_root
wires_run 270
uml_results
check "no byte of what was written under a restart is lost: a second client reads it" \
	equals "$(nfs-cat "nfs://$PEER_ADDRESS/b/load?version=4" | sha256sum)" "$(cat "$root/test/load.sum")"

echo "1..$tap_count"
exit $((tap_failed > 0))
