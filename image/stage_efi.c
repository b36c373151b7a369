// SPDX-License-Identifier: MIT
/*
 * The EFI partition of the ISO: shim and GRUB as Debian signed them, and the line that leads GRUB to
 * its menu. Output: efi.img, a FAT file system that is no larger than it must be.
 *
 * GRUB is the one for the network (its prefix is /grub, and it reads ISO 9660 as well), so that the
 * same file serves the ISO and, taken from here by roost-pxe, network boots.
 */
#include <errno.h>
#include <sys/stat.h>

#include "common/file.h"
#include "image/bootstrap.h"
#include "image/stage_list.h"
#include "image/workspace.h"

#define SECTOR 512
#define CLUSTER (4 * SECTOR)
/*
 * Boot sector, two FATs of 12 bits a cluster, the root folder, three folders; rounded up. 4084
 * clusters are what FAT12 can have, so all of it is below 8 MiB.
 */
#define OVERHEAD (32 * SECTOR)
#define SIZE_MAX_BYTES (4084 * CLUSTER)
#define IMAGE "/build/output/efi.img"
/* The volume's serial number: the same for the same contents. */
#define SERIAL "524f4f53"

/* The files, and their names in the FAT file system's folders. `from` is below OUT/cache. */
static const struct { const char *from, *name; } loaders[] = {
	{ "buildroot/tree/usr/lib/shim/shimx64.efi.signed", "BOOTX64.EFI" },
	{ "buildroot/tree/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed", "grubx64.efi" },
};

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	autofree char *config = path_join(build->source, "boot/grub/efi.cfg");

	return inputs_file(inputs, config, problems);
}

static int copy_config(const struct build *build, const char *tree, struct problems *problems)
{
	autofree char *from = path_join(build->source, "boot/grub/efi.cfg");
	autofree char *to = path_join(tree, "grub.cfg");
	autofree char *text = NULL;

	if (file_read(from, CLUSTER, &text, NULL, problems) < 0)
		return -1;
	return file_write_text(to, 0644, text, problems);
}

/* Hard links; *ret becomes the bytes that all files take, in whole clusters. */
static int collect(const struct build *build, const char *tree, size_t *ret,
		   struct problems *problems)
{
	size_t bytes = CLUSTER; /* grub.cfg */

	if (make_folders(tree, 0755, problems) < 0 || copy_config(build, tree, problems) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(loaders); i++) {
		autofree char *from = path_join(build->cache, loaders[i].from);
		autofree char *to = path_join(tree, loaders[i].name);
		struct stat st;

		if (link(from, to) < 0 || stat(to, &st) < 0)
			return problem_errno(problems, errno, "%s: linking it to %s", from, to);
		bytes += ((size_t)st.st_size + CLUSTER - 1) / CLUSTER * CLUSTER;
	}
	if (bytes > SIZE_MAX_BYTES)
		return problem(problems, "shim and GRUB take %zu bytes, more than FAT12 can hold", bytes);
	*ret = bytes;
	return 0;
}

/* What makes the image, in order. */
static int fill(const struct build *build, const struct buildroot_bind *binds, const char *kib,
		const char *date, struct problems *problems)
{
	/*
	 * Not mformat: it writes a partition table into the boot sector, and firmware that takes it for
	 * one looks for the file system in a partition that ends too early.
	 */
	const char *const *const commands[] = {
		(const char *const[]){ "env", date, "mkfs.fat", "-a", "-F", "12", "-s", "4", "-r", "16",
			"-i", SERIAL, "-n", "ROOSTEFI", "-C", IMAGE, kib, NULL },
		(const char *const[]){ "env", date, "mmd", "-i", IMAGE, "::EFI", "::EFI/BOOT", "::grub",
			NULL },
		(const char *const[]){ "env", date, "mcopy", "-i", IMAGE, "/build/tree/BOOTX64.EFI",
			"/build/tree/grubx64.efi", "::EFI/BOOT", NULL },
		(const char *const[]){ "env", date, "mcopy", "-i", IMAGE, "/build/tree/grub.cfg",
			"::grub", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (run_in_buildroot(build, binds, commands[i], problems) < 0)
			return -1;
	return 0;
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *tree = path_join(folder, "tree");
	const struct buildroot_bind binds[] = {
		{ tree, "/build/tree", false },
		{ folder, "/build/output", true },
		{ 0 },
	};
	autofree char *kib = NULL, *date = NULL;
	size_t bytes = 0;
	time_t seconds;

	if (collect(build, tree, &bytes, problems) < 0 ||
	    bootstrap_date(build, "buildroot", &seconds, problems) < 0)
		return -1;
	kib = xasprintf("%zu", (bytes + OVERHEAD + 1023) / 1024);
	date = xasprintf("SOURCE_DATE_EPOCH=%lld", (long long)seconds); /* of all times in it */
	if (fill(build, binds, kib, date, problems) < 0)
		return -1;
	return remove_tree(tree, problems);
}

static const char *const needs[] = { "buildroot", NULL };

const struct stage stage_efi = {
	.name = "efi",
	.help = "the EFI partition: shim and GRUB",
	.version = "1",
	.needs = needs,
	.needs_mib = 16,
	.inputs = inputs,
	.run = run,
};
