// SPDX-License-Identifier: MIT
/*
 * The build root: compilers, dracut and the tools that make the layers and the ISO, so that none of it ends
 * up in the image, and so that the result does not depend on the build machine's versions. It is of the same
 * lists as the root tree: its libraries are the image's. Output: tree/, packages (a LOCK_LINE each, lock.h), date.
 */
#include "common/file.h"
#include "image/bootstrap.h"
#include "image/stage_list.h"

static const char *const packages[] = {
	/* the tools */
	"gcc", "libc6-dev", "make", "pkg-config",
	"libblkid-dev", "libcurl4-openssl-dev", "libjansson-dev", "libmount-dev", "libssl-dev",
	"libsystemd-dev", "libvirt-dev",
	/* the initramfs; what dracut calls */
	"dracut-core", "busybox-static", "cpio", "kmod", "zstd", "xz-utils",
	/* the layers and the ISO */
	"squashfs-tools", "xorriso", "isolinux", "pxelinux", "syslinux-common",
	"dosfstools", "mtools", "shim-signed", "grub-efi-amd64-signed",
	NULL,
};

/* Mount points for run_in_buildroot. */
static const char *const folders[] = {
	"/build/source", "/build/objects", "/build/result", "/build/tree", "/build/output",
	"/build/tools", "/usr/lib/modules", "/usr/lib/firmware",
	"/usr/lib/dracut/modules.d/90roost", "/usr/lib/dracut/modules.d/91roost-net",
};

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		inputs_text(inputs, "folder", folders[i]);
	return bootstrap_tree_inputs(build, inputs, packages, problems);
}

static int make_mount_points(const char *root, struct problems *problems)
{
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		autofree char *path = path_in_root(root, folders[i]);

		if (make_folders(path, 0755, problems) < 0)
			return -1;
	}
	return 0;
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *tree = path_join(folder, "tree");

	if (bootstrap_tree(build, "buildroot", folder, packages, problems) < 0)
		return -1;
	return make_mount_points(tree, problems);
}

static const char *const after[] = { "lists", NULL };

const struct stage stage_buildroot = {
	.name = "buildroot",
	.help = "compilers, dracut, and what packs and makes media",
	.version = "3",
	.after = after,
	.needs_mib = 1024,
	.inputs = inputs,
	.run = run,
};
