#!/bin/bash
# shellcheck disable=SC2154 # moddir and initdir are dracut's
# SPDX-License-Identifier: MIT
# dracut module: what finds the medium and stacks the layers. The work is done by roost-root
# (tools/node/roost-root.c); this lists what it needs. dracut finds the libraries and the modules
# that those need, and packs them; its own /init, and udev with it, are left out (init.sh).

check() { return 0; }

depends() { return 0; }

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

# Names of busybox's that are not wanted: its switch_root leaves /run behind, and it is no init here.
other_name() {
	case $1 in
	busybox|init|linuxrc|switch_root) return 0 ;;
	esac
	return 1
}

install() {
	local applet

	inst /usr/bin/busybox
	for applet in $(busybox --list); do
		other_name "$applet" || ln_r /usr/bin/busybox "/usr/bin/$applet"
	done
	# the path that the kernel itself calls, for file systems
	ln_r /usr/bin/busybox /usr/sbin/modprobe
	inst_multiple /usr/sbin/switch_root
	inst_simple /build/tools/roost-root /usr/bin/roost-root
	inst_libdir_file "libblkid.so*" "libjansson.so*"
	inst_simple "$moddir/init.sh" /init
	mkdir -p "$initdir"/{proc,sys,dev,run,sysroot,tmp,etc/modprobe.d}
	# Whoever owns the clone, and whatever umask it was made with: the image is the same.
	chown -R 0:0 "$initdir" && chmod 0755 "$initdir/init"
}
