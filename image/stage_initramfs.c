// SPDX-License-Identifier: MIT
/*
 * The initramfs: dracut with our module (boot/dracut/90roost) and roost-root. Output: initrd.img,
 * vmlinuz.
 */
#include "common/file.h"
#include "common/process.h"
#include "image/dracut.h"
#include "image/stage_list.h"
#include "image/tree.h"
#include "image/workspace.h"

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	autofree char *program = stage_path(build, "tools", "roost-root");

	/* The program's content, not the tools' hash: most changes to the tools leave it as it is. */
	if (dracut_inputs(build, inputs, problems) < 0)
		return -1;
	if (!path_exists(program))
		return 0;
	return inputs_file(inputs, program, problems);
}

/* The kernel that the image has modules of; *ret is its path below rootfs. */
static int find_kernel(const struct build *build, char **ret, struct problems *problems)
{
	autofree char *boot = stage_path(build, "rootfs", "tree/boot");
	autofree char *image = NULL, *version = NULL;

	if (tree_mount_image(build, false, &image, problems) < 0)
		return -1;
	version = tree_kernel_version(image, problems);
	if (unmount_all(image, problems) < 0 || !version)
		return -1;
	*ret = xasprintf("%s/vmlinuz-%s", boot, version);
	return 0;
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *kernel = NULL, *to = path_join(folder, "vmlinuz");
	autofree char *image = path_join(folder, "initrd.img");

	if (dracut_run(build, folder, "initrd.img", "roost", true, problems) < 0 ||
	    find_kernel(build, &kernel, problems) < 0)
		return -1;
	/*
	 * Behind it a boot loader may put another initramfs, which begins at a multiple of four or the
	 * kernel does not see it; not every loader fills up (the kernel's initramfs/buffer-format). dracut
	 * makes it 0600; it holds no secret, and servers of boot files must read it.
	 */
	return process_call(problems, "truncate", "--size=%4", image, NULL) < 0 ||
	       process_call(problems, "cp", kernel, to, NULL) < 0 ||
	       process_call(problems, "chmod", "0644", to, image, NULL) < 0 ? -1 : 0;
}

static const char *const needs[] = { "trim", NULL };
static const char *const after[] = { "tools", NULL }; /* see inputs() */

const struct stage stage_initramfs = {
	.name = "initramfs",
	.help = "the initramfs, with dracut",
	.version = "4",
	.needs = needs,
	.after = after,
	.needs_mib = 128,
	.inputs = inputs,
	.run = run,
};
