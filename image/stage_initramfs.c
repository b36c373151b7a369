// SPDX-License-Identifier: MIT
/*
 * The initramfs: dracut with our module (boot/dracut/90roost) and roost-root. Kernel modules come
 * from the trimmed tree, all else from the build root. Output: initrd.img, vmlinuz.
 */


#include "common/file.h"
#include "common/process.h"
#include "image/layer.h"
#include "image/stage_list.h"
#include "image/tree.h"
#include "image/workspace.h"

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	autofree char *module = path_join(build->source, "boot/dracut");
	autofree char *program = stage_path(build, "tools", "roost-root");

	/* The program's content, not the tools' hash: most changes to the tools leave it as it is. */
	if (inputs_tree(inputs, module, NULL, problems) < 0)
		return -1;
	if (!path_exists(program))
		return 0;
	return inputs_file(inputs, program, problems);
}

/* Modules and drivers are named in boot/dracut, where the reasons stand. */
static int run_dracut(const struct build *build, const char *image, const char *folder,
		      const char *version, struct problems *problems)
{
	autofree char *kernel_modules = path_in_root(image, "/usr/lib/modules");
	autofree char *module = path_join(build->source, "boot/dracut/90roost");
	autofree char *config = path_join(build->source, "boot/dracut");
	autofree char *tools = path_join(build->cache, "tools");
	const struct buildroot_bind binds[] = {
		{ kernel_modules, "/usr/lib/modules", false },
		{ module, "/usr/lib/dracut/modules.d/90roost", false },
		{ config, "/build/source", false },
		{ tools, "/build/tools", false },
		{ folder, "/build/output", true },
		{ 0 },
	};
	time_t packages_date = 0;
	/* Not the last commit's date: only the stage's inputs may decide. */
	int dated = layer_packages_date(build, &packages_date, problems);
	autofree char *date = xasprintf("SOURCE_DATE_EPOCH=%lld", (long long)packages_date);
	const char *const argv[] = { "env", date, "dracut", "--force", "--conf", "/build/source/roost.conf",
		"--confdir", "/var/tmp", "--kver", version, "--reproducible",
		"--tmpdir", "/tmp", "/build/output/initrd.img", NULL };

	if (dated < 0)
		return -1;
	return run_in_buildroot(build, binds, argv, problems);
}

static int copy_kernel(const struct build *build, const char *folder, const char *version,
		       struct problems *problems)
{
	autofree char *boot = stage_path(build, "rootfs", "tree/boot");
	autofree char *from = xasprintf("%s/vmlinuz-%s", boot, version);
	autofree char *to = path_join(folder, "vmlinuz");
	autofree char *image = path_join(folder, "initrd.img");

	/* dracut makes it 0600; it holds no secret, and servers of boot files must read it. */
	return process_call(problems, "cp", from, to, NULL) < 0 ||
	       process_call(problems, "chmod", "0644", to, image, NULL) < 0 ? -1 : 0;
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *image = NULL, *version = NULL;
	int r;

	if (tree_mount_image(build, false, &image, problems) < 0)
		return -1;
	version = tree_kernel_version(image, problems);
	r = version ? run_dracut(build, image, folder, version, problems) : -1;
	if (unmount_all(image, problems) < 0 || r < 0)
		return -1;
	return copy_kernel(build, folder, version, problems);
}

/* "tools" is left out on purpose: see inputs(). It comes earlier in the table. */
static const char *const needs[] = { "trim", NULL };

const struct stage stage_initramfs = {
	.name = "initramfs",
	.help = "the initramfs, with dracut",
	.version = "2",
	.needs = needs,
	.needs_mib = 128,
	.inputs = inputs,
	.run = run,
};
