// SPDX-License-Identifier: MIT
/* Running dracut; see dracut.h. */
#include "common/file.h"
#include "image/bootstrap.h"
#include "image/dracut.h"
#include "image/tree.h"
#include "image/workspace.h"

int dracut_inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	autofree char *modules = path_join(build->source, "boot/dracut");

	return inputs_tree(inputs, modules, NULL, problems);
}

/* Kernel modules come from the trimmed tree, firmware from what the packages had, all else from the build root. */
static int run(const struct build *build, const char *image, const char *folder, bool has_tools,
	       const char *const *argv, struct problems *problems)
{
	autofree char *kernel_modules = path_in_root(image, "/usr/lib/modules");
	autofree char *firmware = stage_path(build, "rootfs", "tree/usr/lib/firmware");
	autofree char *config = path_join(build->source, "boot/dracut");
	autofree char *base = path_join(config, "90roost"), *net = path_join(config, "91roost-net");
	autofree char *tools = path_join(build->cache, "tools");
	const struct buildroot_bind binds[] = {
		{ kernel_modules, "/usr/lib/modules", false },
		{ path_exists(firmware) ? firmware : NULL, "/usr/lib/firmware", false },
		{ base, "/usr/lib/dracut/modules.d/90roost", false },
		{ net, "/usr/lib/dracut/modules.d/91roost-net", false },
		{ config, "/build/source", false },
		{ folder, "/build/output", true },
		{ has_tools ? tools : NULL, "/build/tools", false },
		{ 0 },
	};

	return run_in_buildroot(build, binds, argv, problems);
}

int dracut_run(const struct build *build, const char *folder, const char *file, const char *module,
	       bool is_bootable, struct problems *problems)
{
	autofree char *image = NULL, *version = NULL, *date = NULL;
	autofree char *output = path_join("/build/output", file);
	time_t packages_date = 0;
	int r = -1;

	/* Not the last commit's date: only the stage's inputs may decide. */
	if (bootstrap_date(build, "rootfs", &packages_date, problems) < 0 ||
	    tree_mount_image(build, false, &image, problems) < 0)
		return -1;
	date = xasprintf("SOURCE_DATE_EPOCH=%lld", (long long)packages_date);
	version = tree_kernel_version(image, problems);
	if (version) {
		const char *const argv[] = { "env", date, "dracut", "--force",
			"--conf", "/build/source/roost.conf", "--confdir", "/var/tmp",
			"--kver", version, "--reproducible", "--tmpdir", "/tmp",
			"--modules", module,
			is_bootable ? "--zstd" : "--no-compress",
			is_bootable ? "--early-microcode" : "--no-early-microcode", output, NULL };

		r = run(build, image, folder, is_bootable, argv, problems);
	}
	return unmount_all(image, problems) < 0 ? -1 : r;
}
