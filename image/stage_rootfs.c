// SPDX-License-Identifier: MIT
/* The root tree: the kickstart's packages. Output: tree/, packages (a LOCK_LINE each, lock.h), date. */
#include "common/file.h"
#include "image/bootstrap.h"
#include "image/stage_list.h"

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	inputs_strv(inputs, "without", build->unwanted);
	return bootstrap_tree_inputs(build, inputs, (const char *const *)build->wanted, problems);
}

/* apt would install what is left out when something depends on it: a pin says no, and apt says why. */
static int write_pins(const struct build *build, const char *tree, struct problems *problems)
{
	autofree char *path = path_in_root(tree, "/etc/apt/preferences.d/roost");
	autofree char *names = strv_join(build->unwanted, " ");
	autofree char *text = xasprintf("Package: %s\nPin: release *\nPin-Priority: -1\n", names);

	return build->unwanted ? file_write_text(path, 0644, text, problems) : 0;
}

/* Neither initramfs-tools' image nor its triggers are wanted: dracut makes ours, in its own stage. */
static int write_no_initramfs(const char *tree, struct problems *problems)
{
	autofree char *path = path_in_root(tree, "/etc/initramfs-tools/update-initramfs.conf");

	return file_write_text(path, 0644, "update_initramfs=no\nbackup_initramfs=no\n", problems);
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *tree = path_join(folder, "tree");

	if (write_no_initramfs(tree, problems) < 0 || write_pins(build, tree, problems) < 0)
		return -1;
	return bootstrap_tree(build, "rootfs", folder, (const char *const *)build->wanted, problems);
}

static const char *const after[] = { "lists", NULL };

const struct stage stage_rootfs = {
	.name = "rootfs",
	.help = "the root tree, from Debian's packages",
	.version = "3",
	.after = after,
	.needs_mib = 2048,
	.inputs = inputs,
	.run = run,
};
