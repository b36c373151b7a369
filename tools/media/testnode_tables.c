// SPDX-License-Identifier: MIT
/* What a test node can boot from and with: a new medium or firmware is a row here. */
#include "media/testnode.h"

const struct testnode_firmware testnode_firmwares[] = {
	{ .name = "bios", .help = "SeaBIOS", .machine = "pc", .machine_options = "", .cdrom_bus = "ide", .cdrom_target = "hda",
	  .netboot_file = "pxelinux.0" },
	{ .name = "uefi", .help = "OVMF, without Secure Boot", .machine = "q35", .machine_options = "",
	  .cdrom_bus = "sata", .cdrom_target = "sda", .netboot_file = "bootx64.efi",
	  .boots_virtio_itself = true, .code = "/usr/share/OVMF/OVMF_CODE_4M.fd",
	  .vars = "/usr/share/OVMF/OVMF_VARS_4M.fd" },
	{ .name = "secure-boot", .help = "OVMF, Secure Boot on with Microsoft's keys", .machine = "q35",
	  .machine_options = ",smm=on", .cdrom_bus = "sata", .cdrom_target = "sda", .netboot_file = "bootx64.efi",
	  .boots_virtio_itself = true, .code = "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd",
	  .vars = "/usr/share/OVMF/OVMF_VARS_4M.ms.fd", .is_secure = true },
	{ 0 },
};

/* OVMF would try PXE over IPv4 and IPv6 first, a minute each where nobody answers. */
static const struct fw_cfg http_only[] = {
	{ "opt/org.tianocore/IPv4PXESupport", "n" },
	{ "opt/org.tianocore/IPv6PXESupport", "n" },
	{ 0 },
};

const struct testnode_medium testnode_media[] = {
	{ .name = "cd", .help = "the image as a CD", .device = "ide-cd", .libvirt_device = "cdrom",
	  .boots_image = true },
	{ .name = "usb", .help = "the image as a USB stick", .device = "usb-storage,bus=usb.0",
	  .controller = "qemu-xhci,id=usb", .libvirt_device = "disk", .libvirt_bus = "usb",
	  .boots_image = true },
	{ .name = "net", .help = "the firmware's network boot (PXE)", .boots_nic = true },
	{ .name = "http", .help = "UEFI HTTP boot", .fw_cfg = http_only, .boots_nic = true,
	  .needs_uefi = true },
	{ .name = "kernel", .help = "kernel and initramfs from QEMU, the image as a CD",
	  .device = "ide-cd", .libvirt_device = "cdrom" },
	{ 0 },
};

const struct testnode_firmware *testnode_firmware_find(const char *name)
{
	for (const struct testnode_firmware *row = testnode_firmwares; row->name; row++)
		if (streq(row->name, name))
			return row;
	return NULL;
}

const struct testnode_medium *testnode_medium_find(const char *name)
{
	for (const struct testnode_medium *row = testnode_media; row->name; row++)
		if (streq(row->name, name))
			return row;
	return NULL;
}
