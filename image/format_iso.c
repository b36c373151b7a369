// SPDX-License-Identifier: MIT
/*
 * The ISO: isolinux, kernel, initramfs, layers, manifest. Output: roost.iso, roost.iso.sha256.
 */
#include <errno.h>

#include "common/file.h"
#include "common/process.h"
#include "image/boot_menu.h"
#include "image/stage_list.h"
#include "image/workspace.h"

#define LABEL "ROOST"

/* What is on the medium, and where it comes from below OUT/cache. */
static const struct { const char *from, *to; } files[] = {
	{ "initramfs/vmlinuz", "boot/vmlinuz" },
	{ "initramfs/initrd.img", "boot/initrd.img" },
	{ "layer-packages/packages.squashfs", "roost/packages.squashfs" },
	{ "layer-tools/tools.squashfs", "roost/tools.squashfs" },
	{ "manifest/roost.manifest.json", "roost/manifest.json" },
	{ "buildroot/upper/usr/lib/ISOLINUX/isolinux.bin", "isolinux/isolinux.bin" },
	{ "buildroot/upper/usr/lib/syslinux/modules/bios/ldlinux.c32", "isolinux/ldlinux.c32" },
	{ "buildroot/upper/usr/lib/syslinux/modules/bios/libcom32.c32", "isolinux/libcom32.c32" },
	{ "buildroot/upper/usr/lib/syslinux/modules/bios/libutil.c32", "isolinux/libutil.c32" },
	{ "buildroot/upper/usr/lib/syslinux/modules/bios/menu.c32", "isolinux/menu.c32" },
	{ "buildroot/upper/usr/lib/syslinux/modules/bios/chain.c32", "isolinux/chain.c32" },
};

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	autofree char *templates = path_join(build->source, "boot/isolinux");
	autofree char *timeout = xasprintf("%d", build->config.bootloader.timeout_s);

	inputs_text(inputs, "append", build->config.bootloader.append);
	inputs_text(inputs, "timeout", timeout);
	return inputs_tree(inputs, templates, NULL, problems);
}

/* Hard links: 120 MB need not be written twice. */
static int collect(const struct build *build, const char *tree, struct problems *problems)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		autofree char *from = path_join(build->cache, files[i].from);
		autofree char *to = path_join(tree, files[i].to);

		if (make_parent_folders(to, problems) < 0)
			return -1;
		if (link(from, to) < 0)
			return problem_errno(problems, errno, "%s: linking it to %s", from, to);
	}
	return 0;
}

static int write_menu(const struct build *build, const char *tree, struct problems *problems)
{
	autofree char *from = path_join(build->source, "boot/isolinux/isolinux.cfg");
	autofree char *to = path_join(tree, "isolinux/isolinux.cfg");
	autofree char *text = NULL;

	if (boot_menu_text(from, &build->config.bootloader, &text, problems) < 0)
		return -1;
	return file_write_text(to, 0644, text, problems);
}

static int write_iso(const struct build *build, const char *tree, const char *folder,
		     struct problems *problems)
{
	/* The ISO's own dates come from SOURCE_DATE_EPOCH; files keep theirs unless told. */
	autofree char *date = xasprintf("=%lld", (long long)build->source_date);
	const char *const argv[] = { "xorriso", "-as", "mkisofs", "-quiet", "-V", LABEL,
		"-R", "-J", "-joliet-long", "-b", "isolinux/isolinux.bin", "-c",
		"isolinux/boot.cat", "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table",
		"-uid", "0", "-gid", "0", "--set_all_file_dates",
		date, "-o", "/build/output/roost.iso", "/build/tree", NULL };
	const struct buildroot_bind binds[] = {
		{ tree, "/build/tree", false },
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
	    write_menu(build, tree, problems) < 0 ||
	    write_iso(build, tree, folder, problems) < 0 || write_digest(folder, problems) < 0)
		return -1;
	return remove_tree(tree, problems);
}

static const char *const needs[] = { "initramfs", "manifest", NULL };

const struct stage stage_iso = {
	.name = "iso",
	.help = "writing the ISO",
	.version = "3",
	.needs = needs,
	.needs_mib = 256,
	.inputs = inputs,
	.run = run,
};
