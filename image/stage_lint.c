// SPDX-License-Identifier: MIT
/* The finished tree is checked before anything is made of it. Output: report. */
#include "common/file.h"
#include "image/lint.h"
#include "image/stage_list.h"
#include "image/tree.h"
#include "image/workspace.h"

/* Each on its own line: the list is what the build ends with. */
static void tell(const struct build *build, const struct problems *found)
{
	for (size_t i = 0; found->items && found->items[i]; i++)
		progress_say(build->progress, "%s", found->items[i]);
}

static int write_report(const char *folder, struct problems *problems)
{
	autofree char *path = path_join(folder, "report");
	char *text = NULL;
	size_t len;
	FILE *f = xopen_memstream(&text, &len);
	int r;

	for (const struct lint_kind *const *kind = lint_kinds; *kind; kind++)
		fprintf(f, "%s: %s\n", (*kind)->name, (*kind)->help);
	fclose(f);
	r = file_write_text(path, 0644, text, problems);
	free(text);
	return r;
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *untrimmed = stage_path(build, "rootfs", "tree");
	autofree char *image = NULL;
	autoproblems struct problems found = { 0 };
	struct lint_tree tree = { .untrimmed = untrimmed };
	int r;

	if (tree_mount_image(build, true, &image, problems) < 0)
		return -1;
	tree.root = image;
	r = lint_run(&tree, &found);
	if (unmount_all(image, problems) < 0)
		return -1;
	if (r < 0) {
		tell(build, &found);
		return problem(problems, "%zu things are wrong in the image; they are listed above",
			       problems_count(&found) + found.dropped);
	}
	return write_report(folder, problems);
}

static const char *const needs[] = { "trim", "layer-tools", NULL };

const struct stage stage_lint = {
	.name = "lint",
	.help = "checking the finished tree",
	.version = "1",
	.needs = needs,
	.needs_mib = 8,
	.run = run,
};
