// SPDX-License-Identifier: MIT
/* What the mirror has, read once for all root trees of a build. Output: tree/ (apt's lists), digest. */
#include "image/bootstrap.h"
#include "image/stage_list.h"

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	(void)problems;
	bootstrap_lists_inputs(build, inputs);
	return 0;
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	return bootstrap_lists(build, folder, problems);
}

const struct stage stage_lists = {
	.name = "lists",
	.help = "what the mirror has",
	.version = "1",
	.is_live = true,
	.needs_mib = 2048, /* with the root trees: a full disk is best said before the work */
	.inputs = inputs,
	.run = run,
};
