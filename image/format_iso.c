// SPDX-License-Identifier: MIT
/*
 * The ISO. Output: roost.iso, roost.iso.sha256. The same file is a CD and, written to a stick as it is,
 * a disk; kernel, initramfs and layers are in it once.
 *
 *	sector 0     MBR: isolinux' code for sticks, and the partition table (no GPT: roost-flash adds a
 *	             partition of its own behind the image)
 *	             1: the ISO 9660 file system, from sector 0, type 0x17, active
 *	             2: the EFI partition, type 0xef, behind the file system (stage_efi.c)
 *	El Torito    BIOS: /isolinux/isolinux.bin; UEFI: partition 2
 *
 *	/boot/       vmlinuz, initrd.img
 *	/boot/NAME/  for roost-pxe: pxelinux.0 (its modules are those in isolinux/), menus for the network
 *	/isolinux/   loader, modules and menu for BIOS, CD and stick
 *	/grub/       the menu for UEFI, CD and stick; GRUB itself is in the EFI partition
 *	/roost/      manifest.json, the layers, the SBOM
 *
 *	EFI partition: /EFI/BOOT/BOOTX64.EFI (shim), /EFI/BOOT/grubx64.efi (GRUB), /grub/grub.cfg
 *
 *	BIOS, CD     firmware -> isolinux.bin -> /isolinux/isolinux.cfg
 *	BIOS, stick  firmware -> MBR -> isolinux.bin, as above
 *	UEFI         firmware -> shim -> GRUB -> /grub/grub.cfg of the EFI partition -> that of the ISO
 */
#include <errno.h>

#include "common/file.h"
#include "common/process.h"
#include "image/boot_menu.h"
#include "image/format_iso.h"
#include "image/stage_list.h"
#include "image/workspace.h"

#define LABEL "ROOST"
#define TEXT_MAX (64 * 1024)

/* What is on the medium, and where it comes from below OUT/cache. */
const struct iso_file iso_files[] = {
	{ "initramfs/vmlinuz", "boot/vmlinuz" },
	{ "initramfs/initrd.img", "boot/initrd.img" },
	{ "layer-net/net.squashfs", "roost/net.squashfs" },
	{ "layer-packages/packages.squashfs", "roost/packages.squashfs" },
	{ "layer-tools/tools.squashfs", "roost/tools.squashfs" },
	{ "manifest/roost.manifest.json", "roost/manifest.json" },
	{ "sbom/roost.spdx.json", "roost/roost.spdx.json" },
	{ "buildroot/tree/usr/lib/ISOLINUX/isolinux.bin", "isolinux/isolinux.bin" },
	{ "buildroot/tree/usr/lib/syslinux/modules/bios/ldlinux.c32", "isolinux/ldlinux.c32" },
	{ "buildroot/tree/usr/lib/syslinux/modules/bios/libcom32.c32", "isolinux/libcom32.c32" },
	{ "buildroot/tree/usr/lib/syslinux/modules/bios/libutil.c32", "isolinux/libutil.c32" },
	{ "buildroot/tree/usr/lib/syslinux/modules/bios/menu.c32", "isolinux/menu.c32" },
	{ "buildroot/tree/usr/lib/syslinux/modules/bios/chain.c32", "isolinux/chain.c32" },
	{ "buildroot/tree/usr/lib/PXELINUX/pxelinux.0", "boot/pxelinux/pxelinux.0" },
	{ 0 },
};

/* Texts of the project. What is not a menu of the ISO's own is filled in by roost-pxe. */
static const struct { const char *from, *to; bool is_menu; } texts[] = {
	{ "boot/isolinux/isolinux.cfg", "isolinux/isolinux.cfg", true },
	{ "boot/grub/grub.cfg", "grub/grub.cfg", true },
	{ "boot/pxelinux/pxelinux.cfg", "boot/pxelinux/pxelinux.cfg", false },
	{ "boot/grub/netboot.cfg", "boot/grub/netboot.cfg", false },
	{ "boot/ipxe/boot.ipxe", "boot/ipxe/boot.ipxe", false },
	{ "boot/dnsmasq/dnsmasq.conf", "boot/dnsmasq/dnsmasq.conf", false },
};

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	autofree char *timeout = xasprintf("%d", build->config.bootloader.timeout_s);

	inputs_text(inputs, "append", build->config.bootloader.append);
	inputs_text(inputs, "timeout", timeout);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		autofree char *path = path_join(build->source, texts[i].from);

		if (inputs_file(inputs, path, problems) < 0)
			return -1;
	}
	return 0;
}

/* Hard links: 120 MB need not be written twice. */
static int collect(const struct build *build, const char *tree, struct problems *problems)
{
	for (const struct iso_file *file = iso_files; file->from; file++) {
		autofree char *from = path_join(build->cache, file->from);
		autofree char *to = path_join(tree, file->to);

		if (make_parent_folders(to, problems) < 0)
			return -1;
		if (link(from, to) < 0)
			return problem_errno(problems, errno, "%s: linking it to %s", from, to);
	}
	return 0;
}

static int write_texts(const struct build *build, const char *tree, struct problems *problems)
{
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		autofree char *from = path_join(build->source, texts[i].from);
		autofree char *to = path_join(tree, texts[i].to);
		autofree char *text = NULL;
		int r = texts[i].is_menu ?
			boot_menu_text(from, &build->config.bootloader, &text, problems) :
			file_read(from, TEXT_MAX, &text, NULL, problems);

		if (r < 0 || file_write_text(to, 0644, text, problems) < 0)
			return -1;
	}
	return 0;
}

static int write_iso(const struct build *build, const char *tree, const char *folder,
		     struct problems *problems)
{
	autofree char *efi = stage_path(build, "efi", "");
	/* The ISO's own dates come from SOURCE_DATE_EPOCH; files keep theirs unless told. */
	autofree char *date = xasprintf("=%lld", (long long)build->source_date);
	const char *const argv[] = { "xorriso", "-as", "mkisofs", "-quiet", "-V", LABEL,
		"-R", "-J", "-joliet-long", "-no-pad", "-uid", "0", "-gid", "0", "--set_all_file_dates", date,
		"-c", "isolinux/boot.cat",
		/* BIOS */
		"-b", "isolinux/isolinux.bin", "-no-emul-boot", "-boot-load-size", "4",
		"-boot-info-table", "-isohybrid-mbr", "/usr/lib/ISOLINUX/isohdpfx.bin",
		/* UEFI */
		"-append_partition", "2", "0xef", "/build/tools/efi.img", "-eltorito-alt-boot",
		"-e", "--interval:appended_partition_2:all::", "-no-emul-boot",
		"-o", "/build/output/roost.iso", "/build/tree", NULL };
	const struct buildroot_bind binds[] = {
		{ tree, "/build/tree", false },
		{ efi, "/build/tools", false },
		{ folder, "/build/output", true },
		{ 0 },
	};

	return run_in_buildroot(build, binds, argv, problems);
}

static int write_digest(const char *folder, struct problems *problems)
{
	autofree char *iso = path_join(folder, "roost.iso");
	autofree char *path = path_join(folder, "roost.iso.sha256");
	autofree char *hash = NULL, *line = NULL;

	if (sha256_file(iso, &hash, problems) < 0)
		return -1;
	line = xasprintf("%s  roost.iso\n", hash);
	return file_write_text(path, 0644, line, problems);
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *tree = path_join(folder, "tree");

	if (collect(build, tree, problems) < 0 ||
	    write_texts(build, tree, problems) < 0 ||
	    write_iso(build, tree, folder, problems) < 0 || write_digest(folder, problems) < 0)
		return -1;
	return remove_tree(tree, problems);
}

static const char *const needs[] = { "initramfs", "manifest", "sbom", "efi", NULL };

const struct stage stage_iso = {
	.name = "iso",
	.help = "writing the ISO",
	.version = "6",
	.needs = needs,
	.needs_mib = 256,
	.inputs = inputs,
	.run = run,
};
