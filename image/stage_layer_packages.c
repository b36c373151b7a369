// SPDX-License-Identifier: MIT
/* Everything that comes from Debian, but for what the layer below has. Output: packages.squashfs. */
#include "common/file.h"
#include "image/bootstrap.h"
#include "image/layer.h"
#include "image/stage_list.h"
#include "image/tree.h"
#include "image/workspace.h"

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	(void)problems;
	inputs_text(inputs, "compression", build->compression);
	return 0;
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *image = NULL, *net = path_join(build->cache, "layer-net");
	time_t date;
	int r;

	if (bootstrap_date(build, "rootfs", &date, problems) < 0 ||
	    tree_mount_image(build, false, &image, problems) < 0)
		return -1;
	r = layer_pack(build, &(struct layer){ .tree = image, .folder = folder,
		.name = "packages.squashfs", .date = date, .without = net }, problems);
	if (unmount_all(image, problems) < 0)
		r = -1;
	return r;
}

static const char *const needs[] = { "layer-net", NULL };

const struct stage stage_layer_packages = {
	.name = "layer-packages",
	.help = "packing the packages layer",
	.version = "1",
	.needs = needs,
	.needs_mib = 256,
	.inputs = inputs,
	.run = run,
};
