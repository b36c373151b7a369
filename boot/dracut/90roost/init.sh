#!/bin/sh
# SPDX-License-Identifier: MIT
# The initramfs' first process: mounts the kernel's file systems, has roost-root load the drivers, find
# the medium and stack the layers, and hands over to the image's init. There is no udev here, only to
# start again a moment later, and with it none of dracut's own steps. Of dracut.cmdline(7) these are
# understood, beside what roost-root reads (tools/node/boot_args.c):
#   rd.break              a shell before the image's init is started; the boot goes on when it ends
#   rd.shell              a shell when there is no image; the host restarts when it ends
#   rd.driver.blacklist=A,B and modprobe.blacklist=A,B    drivers that are not loaded here
#   init=PATH             the image's first process
PATH=/usr/sbin:/usr/bin
export PATH

mount -t proc -o nosuid,noexec,nodev proc /proc
mount -t sysfs -o nosuid,noexec,nodev sysfs /sys
mount -t devtmpfs -o mode=0755,nosuid,noexec,strictatime devtmpfs /dev
mount -t tmpfs -o mode=0755,nosuid,nodev,noexec,strictatime tmpfs /run
exec 0<>/dev/console 1>&0 2>&0

# $1: why. A terminal of its own, so that Ctrl-C ends a command and not the boot.
shell() {
	echo "roost: $1; exit ends this shell"
	setsid -c sh -l
}

# The kernel's own arguments are words without quotes here; a value with blanks in it is none of ours.
# shellcheck disable=SC2013 # words are wanted
for word in $(cat /proc/cmdline); do
	case $word in
	rd.break|rd.break=*) wants_break=yes ;;
	init=/*) init=${word#init=} ;;
	rd.driver.blacklist=*|modprobe.blacklist=*)
		echo "${word#*=}" | tr ',' '\n' | sed 's/^/blacklist /' >>/etc/modprobe.d/cmdline.conf ;;
	esac
done

# What a network boot brings beside this initramfs is layers of the image, too (net.img): network cards'
# drivers, libraries and programs. They are below /usr until the whole image is stacked. With a manifest
# it is the whole image that came, and roost-root does the rest.
if [ -d /roost ] && [ ! -e /roost/manifest.json ]; then
	lower=/usr
	modprobe -a loop squashfs overlay
	for layer in /roost/*.squashfs; do
		mkdir -p "/early$layer"
		mount -t squashfs -o ro,loop "$layer" "/early$layer" && lower=/early$layer/usr:$lower
	done
	mount -t overlay -o "ro,lowerdir=$lower" early /usr
fi

# roost-root restarts the host when there is no image, but for rd.shell.
if ! roost-root /sysroot; then
	shell "there is no image to start"
	reboot -f
fi
[ -z "$wants_break" ] || shell "rd.break: the image is at /sysroot"

# What tmp.mount and dev-hugepages.mount would each start two programs for: systemd takes a mount that is there for its own.
mkdir -m 0755 /dev/hugepages && mount -t hugetlbfs -o nosuid,nodev hugetlbfs /dev/hugepages
mount -t tmpfs -o mode=1777,strictatime,nosuid,nodev,size=50%,nr_inodes=1m tmpfs /sysroot/tmp

# switch_root removes what is in the initramfs' own file system, and nothing below a mount.
if [ -d /early ]; then
	umount -l /usr /early/roost/*
fi
# util-linux's: busybox's own leaves /run behind. Only what the next init should know is in its environment.
exec env -i TERM="${TERM:-linux}" /usr/sbin/switch_root /sysroot "${init:-/sbin/init}"
