#!/bin/bash
# SPDX-License-Identifier: MIT
# NFS with a real server: every version of the protocol, the options as the kernel sees them, and what
# libvirt's user may do there: read-only, root-squashed and full exports are named, with what to do.
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

export PEER_ADDRESS=10.0.2.2 NFS_PROTOCOLS=3,4
nfs=$WORK/nfs
uml_or_skip "NFS"

make_exports() {
	mkdir -p "$nfs"
	truncate -s 4M "$nfs/full.img" && mkfs.ext4 -q -O ^has_journal "$nfs/full.img" && mkdir -p "$nfs/full" &&
		mount -o loop "$nfs/full.img" "$nfs/full" || return 1
	dd if=/dev/zero of="$nfs/full/filler" bs=64k 2>/dev/null
	# libvirt has one pool of a source only.
	for version in v3 v40 v42; do nfs_export "$nfs" $version && truncate -s 16M "$nfs/$version/disk1.img"; done
	nfs_export "$nfs" full
	for iso in iso discs; do nfs_export "$nfs" $iso "Access_Type = RO" && echo "a disc" >"$nfs/$iso/disc.iso"; done
	nfs_export "$nfs" squashed "Access_Type = RW" "Squash = Root_Squash"
	nfs_export "$nfs" own "Access_Type = RW" "Squash = Root_Squash"
	chown 64055 "$nfs/own"
}

make_root() {
	uml_root tests/net/storage-nfs-guest "${uml_networkd[@]}" roost-config.service roost-agent.service roost-storage.path
}

check "there is a wire" wires 1
check "exports are made" make_exports
check "rpcbind starts, for version 3" eval 'rpcbind=$(start_rpcbind)'
check "an NFS server starts" eval 'server=$(start_nfs_server "$nfs" 2049 /export)'
check "the image's tree is mounted" make_root
wires_run 200
uml_results
for pool in v3 v40 v41 v42; do
	name=${pool/v41/export}
	check "a second client reads what the guest wrote with $pool" \
		equals "$(nfs-cat "nfs://$PEER_ADDRESS/$name/written?version=4" | sha256sum)" "$(cat "$root/test/$pool.sum")"
done
check "nothing of the checks is left in any export" \
	equals "$(find "$nfs" -name '.roost*')" ""

kill -KILL "${server:-}" "${rpcbind:-}"
echo "1..$tap_count"
exit $((tap_failed > 0))
