// SPDX-License-Identifier: MIT
/* Every symbolic link leads somewhere in the image, or to a place that is filled at run time. */
#include <errno.h>

#include "common/file.h"
#include "image/lint.h"

static const char *const run_time[] = { "/dev/", "/proc/", "/run/", "/sys/", "/tmp/", "/var/run/",
	"../run/", "../proc/", "../../run/", "../../proc/" };

static int check_link(const char *root, const char *path, bool is_link, void *userdata,
		      struct problems *problems)
{
	autofree char *full = path_in_root(root, path);
	char target[4096];
	ssize_t n;

	(void)userdata;
	if (!is_link || lint_exists(root, path))
		return 0;
	n = readlink(full, target, sizeof(target) - 1);
	if (n < 0)
		return problem_errno(problems, errno, "links: %s", path);
	target[n] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(run_time); i++)
		if (str_after(target, run_time[i]))
			return 0;
	return problem(problems, "links: %s leads to %s, which is not in the image", path, target);
}

static int run(const struct lint_tree *tree, struct problems *problems)
{
	return lint_walk(tree->root, "/", check_link, NULL, problems);
}

const struct lint_kind lint_links = {
	.name = "links",
	.help = "every symbolic link leads somewhere",
	.run = run,
};
