#!/bin/bash
# SPDX-License-Identifier: MIT
# Pools of type logical with real LUNs and LVM: the image's own tree runs under user-mode-linux against
# tgt. LVM sees the disks that the configuration names, and no other volume group is read or activated.
# PAINS 24.
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

export PEER_ADDRESS=10.0.2.2
uml_or_skip "storage on LVM"

make_root() {
	uml_root tests/net/storage-logical-guest "${uml_networkd[@]}" roost-config.service roost-agent.service roost-storage.path
}
more_luns() {
	local n
	for n in 2 3 4 5; do iscsi_add_lun "$WORK/iscsi" "$n" || return; done
}

check "there is a wire" wires 1
check "an iSCSI target starts" eval 'target=$(start_iscsi_target "$WORK/iscsi" 3260 iqn.2026-11.example.test:disk1)'
check "it has five LUNs" more_luns
stranger=$(sha256sum <"$WORK/iscsi/lun5")
check "the image's tree is mounted" make_root
wires_run 240
uml_results
check "the disk that nobody named is as it was" equals "$(sha256sum <"$WORK/iscsi/lun5")" "$stranger"
kill -KILL "${target:-}"
echo "1..$tap_count"
exit $((tap_failed > 0))
