#!/bin/bash
# SPDX-License-Identifier: MIT
# roost-flash on disks: a kernel of our own (user-mode-linux, on this machine's files) has SCSI disks
# that can be unplugged, loops, device-mapper and swap, so that nothing of this machine is at stake and
# no root is needed. What is checked there is in flash-guest.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/flash.bash
. tests/net/flash.bash

if ! command -v linux.uml >/dev/null; then
	skip "roost-flash on disks" "needs the package user-mode-linux"
	echo "1..1"
	exit 0
fi
check "there is an image" flash_image "$WORK/roost.iso" 16
flash_site "$WORK"
# The sanitizers' shadow memory does not fit user-mode-linux's address space.
mkdir "$WORK/bin"
ln -s "$OUT/build/host/bin/roost-flash" "$WORK/bin/"
cat >"$WORK/init" <<-END
	#!/bin/sh
	mount -t proc proc /proc
	mount -t sysfs sys /sys
	mount -t tmpfs run /run
	export WORK=$WORK HOME=/run PATH=$WORK/bin:/usr/sbin:/usr/bin:/sbin:/bin
	$PWD/tests/net/flash-guest >$WORK/tap 2>$WORK/guest.err
	echo o >/proc/sysrq-trigger
	read -r nothing
END
chmod 755 "$WORK/init"
mkfifo "$WORK/stdin" && exec 8<>"$WORK/stdin"
TMPDIR=$WORK timeout 250 linux.uml mem=512M root=/dev/root rootfstype=hostfs rootflags=/ rw init=/bin/sh \
	con=null con0=fd:0,fd:1 quiet "uml_dir=$WORK" umid=flash -- "$WORK/init" <&8 >"$WORK/console" 2>&1
count=$tap_count
while IFS= read -r line; do
	case $line in
	ok* | "not ok"*) count=$((count + 1)) && echo "${line%%ok*}ok $count - ${line#*ok * - }" ;;
	*) echo "$line" ;;
	esac
done <"$WORK/tap"
tap_count=$count
check "the guest came to its end" grep -q '^# end of flash-guest$' "$WORK/tap" || sed 's/^/# /' "$WORK/guest.err" "$WORK/console"
! grep -q '^not ok' "$WORK/tap" && [ "$tap_failed" -eq 0 ]
