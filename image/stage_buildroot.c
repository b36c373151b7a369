// SPDX-License-Identifier: MIT
/*
 * The build root: the root tree plus compilers, dracut and the tools that make the layers and the
 * ISO, in an overlay, so that none of it ends up in the image, and so that the result does not
 * depend on the build machine's versions. Output: upper/, packages (a LOCK_LINE each, lock.h).
 */
#include "common/file.h"
#include "image/lock.h"
#include "image/stage_list.h"
#include "image/workspace.h"

static const char *const packages[] = {
	/* the tools */
	"gcc", "libc6-dev", "make", "pkg-config",
	"libblkid-dev", "libcurl4-openssl-dev", "libjansson-dev", "libmount-dev", "libssl-dev",
	"libsystemd-dev", "libvirt-dev",
	/* the initramfs; what dracut calls */
	"dracut-core", "cpio", "zstd", "xz-utils",
	/* the layers and the ISO */
	"squashfs-tools", "xorriso", "isolinux", "pxelinux", "syslinux-common",
	"dosfstools", "mtools", "shim-signed", "grub-efi-amd64-signed",
};

/* Mount points for run_in_buildroot. */
static const char *const folders[] = {
	"/build/source", "/build/objects", "/build/result", "/build/tree", "/build/output",
	"/build/tools", "/usr/lib/dracut/modules.d/90roost", "/usr/lib/dracut/modules.d/91roost-net",
};

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	(void)problems;
	inputs_text(inputs, "locked", build->lock.digest);
	for (size_t i = 0; i < ARRAY_SIZE(packages); i++)
		inputs_text(inputs, "package", packages[i]);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		inputs_text(inputs, "folder", folders[i]);
	return 0;
}

static int install(const struct build *build, const char *root, struct problems *problems)
{
	static const char *const env[] = { "INITRD=No", NULL };
	struct chroot_command command = { .root = root, .env = env };
	autostrv char **argv = NULL;

	for (const char *const *w = (const char *const[]){ "apt-get", "install", "-y", "-q",
			"--no-install-recommends", "-o", "DPkg::Options::=--force-unsafe-io",
			NULL }; *w; w++)
		strv_push(&argv, *w);
	for (size_t i = 0; i < ARRAY_SIZE(packages); i++)
		strv_push(&argv, packages[i]);
	command.argv = (const char *const *)argv;
	return run_command(build, &command, problems);
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
	autofree char *tree = stage_path(build, "rootfs", "tree");
	autofree char *upper = path_join(folder, "upper"), *work = path_join(folder, "work");
	autofree char *debs = path_join(build->cache, "debs");
	autofree char *root = NULL, *archives = NULL;
	const char *const lower[] = { tree, NULL };

	if (mirror_check(&build->mirror, IMAGE_SUITE, problems) < 0 ||
	    stack_mount(build, "buildroot", lower, upper, work, &root, problems) < 0)
		return -1;
	archives = path_in_root(root, "/var/cache/apt/archives");
	if (chroot_mounts(root, problems) < 0 || bind_mount(debs, archives, false, problems) < 0 ||
	    install(build, root, problems) < 0 || make_mount_points(root, problems) < 0 ||
	    lock_write_lines(build, root, folder, problems) < 0 ||
	    unmount_all(root, problems) < 0)
		return -1;
	return remove_tree(work, problems);
}

static const char *const needs[] = { "rootfs", NULL };

const struct stage stage_buildroot = {
	.name = "buildroot",
	.help = "compilers and dracut, beside the root tree",
	.version = "2",
	.needs = needs,
	.needs_mib = 1024,
	.inputs = inputs,
	.run = run,
};
