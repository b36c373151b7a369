# SPDX-License-Identifier: MIT
# A disk of somebody's, with all on it that a host might take for its own. Source it after tests/net/uml.bash.
# shellcheck shell=bash

# full_disk IMAGE: 96 MiB, GPT: ext4, swap, a volume group with a volume that has a file system, and two
# members of a RAID 1. Needs what user-mode Linux needs.
full_disk() {
	local parts=$WORK/full-disk n
	mkdir -p "$parts"
	for n in 1 2 3 4 5; do truncate -s 16M "$parts/$n"; done
	/usr/sbin/mke2fs -q -t ext4 -L precious "$parts/1" && /usr/sbin/mkswap -q "$parts/2" &&
		raid-member "$parts/4" 0 && raid-member "$parts/5" 1 && _full_disk_group "$parts/3" || return
	truncate -s 96M "$1"
	printf '%s\n' 'label: gpt' 'size=16M' 'size=16M, type=S' 'size=16M, type=E6D6D379-F507-44C2-A23C-238F2A3DF928' \
		'size=16M, type=R' 'size=16M, type=R' | sfdisk -q "$1" || return
	for n in 1 2 3 4 5; do
		dd if="$parts/$n" of="$1" bs=1M seek=$(((n - 1) * 16 + 1)) conv=notrunc status=none || return
	done
	# What is on it is what was meant: a disk that nothing would want proves nothing.
	for n in "1 ext4" "2 swap" "3 LVM2_member" "4 linux_raid_member" "5 linux_raid_member"; do
		contains "$(/usr/sbin/blkid -p -O $(((${n% *} - 1) * 16777216 + 1048576)) -S 16777216 "$1")" "TYPE=\"${n#* }\"" || return
	done
}

_full_disk_group() { # FILE
	uml_root tests/peers/full-disk-guest || return
	timeout 60 linux.uml mem=256M root=/dev/root rootfstype=hostfs "rootflags=$root" rw init=/bin/sh \
		con=null con0=null,fd:1 quiet umid="disk$$" "uml_dir=$WORK/" "ubdb=$1" -- /test/run </dev/null >"$WORK/full-disk.out" 2>&1
	grep -qx made "$root/test/full-disk.log" || { cat "$root/test/full-disk.log" "$WORK/full-disk.out"; return 1; }
}
