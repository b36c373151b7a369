#!/bin/bash
# shellcheck disable=SC2154 # moddir is dracut's
# SPDX-License-Identifier: MIT
# dracut module: what finds the medium and stacks the layers. The work is done by roost-root
# (tools/node/roost-root.c); this lists what it needs.

check() { return 0; }

depends() { echo udev-rules; }

# Only what may carry the medium: CD, USB and BMC's virtual media, AHCI, NVMe, virtual machines,
# and the usual RAID controllers, for a medium that was written to a disk.
installkernel() {
	hostonly='' instmods \
		isofs squashfs overlay loop vfat nls_cp437 nls_ascii nls_iso8859-1 \
		sr_mod sd_mod cdrom \
		usb-storage uas xhci_pci ehci_pci ohci_pci uhci_hcd \
		ahci ata_piix ata_generic nvme \
		virtio_pci virtio_blk virtio_scsi vmw_pvscsi hv_storvsc \
		megaraid_sas mpt3sas hpsa smartpqi aacraid
}

# Names that util-linux, kmod or roost-root must have: busybox's namesakes know less.
own_name() {
	case $1 in
	blkid|busybox|depmod|halt|init|insmod|linuxrc|lsmod|modinfo|modprobe|poweroff|reboot|rmmod|switch_root)
		return 0 ;;
	esac
	return 1
}

install() {
	local applet

	inst /usr/bin/busybox
	for applet in $(busybox --list); do
		own_name "$applet" || ln_r /usr/bin/busybox "/usr/bin/$applet"
	done
	inst_simple /build/tools/roost-root /usr/bin/roost-root
	inst_libdir_file "libblkid.so*" "libjansson.so*" "libudev.so*"
	inst_hook cmdline 90 "$moddir/parse-roost.sh"
	inst_hook pre-udev 10 "$moddir/mount-roost.sh"
	# Whoever owns the clone, and whatever umask it was made with: the image is the same.
	# shellcheck disable=SC2154 # dracut sets initdir
	chown -R 0:0 "$initdir/var/lib/dracut/hooks" && chmod -R 0755 "$initdir/var/lib/dracut/hooks"
}
