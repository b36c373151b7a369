// SPDX-License-Identifier: MIT
/*
 * The node's programs, compiled in the build root, which has the image's versions of libraries. Objects stay
 * in OUT/cache/objects, so that one changed file costs one compiler run. Output: tree/ (as
 * installed), and beside it the programs that belong into the initramfs alone.
 */
#include <errno.h>

#include "common/file.h"
#include "image/stage_list.h"
#include "image/workspace.h"

/* What install-node is made from. Other programs of the project do not rebuild the image. */
static const char *const sources[] = {
	"tools/common", "tools/kickstart", "tools/host", "tools/node",
};

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	autofree char *makefile = path_join(build->source, "Makefile");

	if (inputs_file(inputs, makefile, problems) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		autofree char *path = path_join(build->source, sources[i]);

		if (inputs_tree(inputs, path, NULL, problems) < 0)
			return -1;
	}
	return 0;
}

static int compile(const struct build *build, const char *tree, struct problems *problems)
{
	autofree char *objects = path_join(build->cache, "objects");
	const struct buildroot_bind binds[] = {
		{ build->source, "/build/source", false },
		{ objects, "/build/objects", true },
		{ tree, "/build/result", true },
		{ 0 },
	};
	static const char *const argv[] = { "make", "-j2", "-C", "/build/source", "install-node",
		"O=/build/objects", "DESTDIR=/build/result", NULL };

	if (make_folders(objects, 0755, problems) < 0)
		return -1;
	return run_in_buildroot(build, binds, argv, problems);
}

/* It is of use in the initramfs alone. */
static int take_initramfs_program(const char *folder, const char *tree, struct problems *problems)
{
	autofree char *from = path_join(tree, "usr/bin/roost-root");
	autofree char *to = path_join(folder, "roost-root");

	return rename(from, to) < 0 ? problem_errno(problems, errno, "%s", from) : 0;
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *tree = path_join(folder, "tree");

	if (make_folders(tree, 0755, problems) < 0 || compile(build, tree, problems) < 0)
		return -1;
	return take_initramfs_program(folder, tree, problems);
}

static const char *const needs[] = { "buildroot", NULL };

const struct stage stage_tools = {
	.name = "tools",
	.help = "the node's programs",
	.version = "3",
	.needs = needs,
	.needs_mib = 128,
	.inputs = inputs,
	.run = run,
};
