// SPDX-License-Identifier: MIT
/*
 * What the mirror has: read once for all root trees of a build, and anew when what is wanted changes. Output:
 * tree/ (apt's lists), releases (the suites' Release files, which have the lists' digests), date (seconds; the
 * newest of them).
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
	bootstrap_sources(build, inputs);
	inputs_strv(inputs, "packages", build->wanted);
	inputs_strv(inputs, "without", build->unwanted);
	inputs_strv(inputs, "build packages", (char *const *)buildroot_packages);
	return 0;
}

static time_t release_date(const char *text)
{
	const char *line = strstr(text, "\nDate: ");
	struct tm tm = { 0 };

	if (!line || !strptime(line + strlen("\nDate: "), "%a, %d %b %Y %H:%M:%S", &tm))
		return 0;
	return timegm(&tm);
}

/* Of all suites; *newest becomes the newest one's date. */
static int read_releases(const char *tree, char **ret, time_t *newest, struct problems *problems)
{
	autofree char *pattern = path_in_root(tree, "/var/lib/apt/lists/*InRelease");
	autostrv char **texts = NULL;
	glob_t found = { 0 };
	int r = 0;

	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc && r == 0; i++) {
			autofree char *text = NULL;
			time_t date;

			r = file_read(found.gl_pathv[i], RELEASE_MAX, &text, NULL, problems);
			if (r < 0)
				break;
			date = release_date(text);
			*newest = date > *newest ? date : *newest;
			strv_push(&texts, text);
		}
	globfree(&found);
	if (r < 0)
		return -1;
	if (!*newest)
		return problem(problems, "%s: no dated Release file: expected apt's lists there",
			       pattern);
	*ret = strv_join(texts, "\n");
	return 0;
}

/* The newest of the suites' dates: the same packages give the same image, whenever it is built. */
static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *tree = path_join(folder, "tree"), *date = path_join(folder, "date");
	autofree char *releases = path_join(folder, "releases");
	autofree char *text = NULL, *seconds = NULL;
	time_t newest = 0;

	if (bootstrap_lists(build, tree, problems) < 0 ||
	    read_releases(tree, &text, &newest, problems) < 0)
		return -1;
	seconds = xasprintf("%lld\n", (long long)newest);
	return file_write_text(releases, 0644, text, problems) < 0 ? -1 :
	       file_write_text(date, 0644, seconds, problems);
}

const struct stage stage_lists = {
	.name = "lists",
	.help = "what the mirror has",
	.version = "1",
	.needs_mib = 256,
	.inputs = inputs,
	.run = run,
};
