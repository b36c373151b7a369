// SPDX-License-Identifier: MIT
/*
 * What the mirror has: read once for all root trees of a build, and anew when what is wanted changes. Output:
 * tree/ (apt's lists), date (seconds; the mirror's newest state).
 */
#include <glob.h>

#include "common/file.h"
#include "image/bootstrap.h"
#include "image/stage_list.h"

#define RELEASE_MAX (4 * 1024 * 1024)

/* The packages, too: a mirror forgets old versions, so an old list and a new package do not go together. */
static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	(void)problems;
	bootstrap_inputs(build, inputs);
	inputs_strv(inputs, "packages", build->wanted);
	inputs_strv(inputs, "without", build->unwanted);
	inputs_strv(inputs, "build packages", (char *const *)buildroot_packages);
	return 0;
}

static time_t release_date(const char *path)
{
	autofree char *text = NULL;
	const char *line;
	struct tm tm = { 0 };

	if (file_read(path, RELEASE_MAX, &text, NULL, NULL) < 0)
		return 0;
	line = strstr(text, "\nDate: ");
	if (!line || !strptime(line + strlen("\nDate: "), "%a, %d %b %Y %H:%M:%S", &tm))
		return 0;
	return timegm(&tm);
}

/* The newest of the suites' dates: the same packages give the same image, whenever it is built. */
static int write_date(const char *folder, const char *tree, struct problems *problems)
{
	autofree char *pattern = path_in_root(tree, "/var/lib/apt/lists/*InRelease");
	autofree char *path = path_join(folder, "date");
	autofree char *text = NULL;
	glob_t found = { 0 };
	time_t newest = 0;

	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++) {
			time_t date = release_date(found.gl_pathv[i]);

			newest = date > newest ? date : newest;
		}
	globfree(&found);
	if (!newest)
		return problem(problems, "%s: no dated Release file: expected apt's lists there",
			       pattern);
	text = xasprintf("%lld\n", (long long)newest);
	return file_write_text(path, 0644, text, problems);
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *tree = path_join(folder, "tree");

	if (bootstrap_lists(build, tree, problems) < 0)
		return -1;
	return write_date(folder, tree, problems);
}

const struct stage stage_lists = {
	.name = "lists",
	.help = "what the mirror has",
	.version = "1",
	.needs_mib = 256,
	.inputs = inputs,
	.run = run,
};
