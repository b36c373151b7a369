// SPDX-License-Identifier: MIT
/*
 * Every kernel module that another one needs is in the image. What needs what is read from the
 * modules.dep that was made before trimming: depmod leaves out what it does not find.
 *
 *   modules.dep = { module ":" { " " module } NEWLINE }      paths below /usr/lib/modules/VERSION
 */
#include <glob.h>

#include "common/file.h"
#include "image/lint.h"
#include "image/tree.h"

#define DEP_MAX (16 * 1024 * 1024)

static bool has_module(const char *root, const char *folder, const char *module)
{
	autofree char *plain = xstrdup(module);
	autofree char *path = NULL, *same = NULL;

	tree_plain_module(plain);
	path = path_join(folder, plain);
	same = path_join(folder, module);
	return lint_exists(root, path) || lint_exists(root, same);
}

static int check_line(const char *root, const char *folder, char *line, struct problems *problems)
{
	char *colon = strchr(line, ':');
	autostrv char **needed = NULL;
	int r = 0;

	if (!colon)
		return 0;
	*colon = '\0';
	if (!has_module(root, folder, line))
		return 0;
	needed = strv_split(colon + 1, " ", false);
	for (size_t i = 0; needed && needed[i]; i++)
		if (!has_module(root, folder, needed[i]))
			r = problem(problems, "modules: %s needs %s, which is not in the image",
				    line, needed[i]);
	return r;
}

static int check_list(const struct lint_tree *tree, const char *path, struct problems *problems)
{
	const char *source = tree->untrimmed ? tree->untrimmed : tree->root;
	autofree char *folder = xstrndup(path + strlen(source),
					 strlen(path) - strlen(source) - strlen("/modules.dep"));
	autofree char *text = NULL;
	autostrv char **lines = NULL;
	int r = 0;

	if (file_read(path, DEP_MAX, &text, NULL, problems) < 0)
		return -1;
	lines = strv_split(text, "\n", false);
	for (size_t i = 0; lines && lines[i]; i++)
		if (check_line(tree->root, folder, lines[i], problems) < 0)
			r = -1;
	return r;
}

static int run(const struct lint_tree *tree, struct problems *problems)
{
	autofree char *pattern = path_in_root(tree->untrimmed ? tree->untrimmed : tree->root,
					      "/usr/lib/modules/*/modules.dep");
	glob_t found = { 0 };
	int r = 0;

	if (glob(pattern, 0, NULL, &found) != 0)
		r = problem(problems, "modules: %s: there is none", pattern);
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (check_list(tree, found.gl_pathv[i], problems) < 0)
			r = -1;
	globfree(&found);
	return r;
}

const struct lint_kind lint_modules = {
	.name = "modules",
	.help = "every kernel module's dependencies are in the image",
	.run = run,
};
