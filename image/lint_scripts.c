// SPDX-License-Identifier: MIT
/* Every script's interpreter (#!) is in the image. */
#include <sys/stat.h>

#include "common/file.h"
#include "image/lint.h"

static char *interpreter_of(const char *full)
{
	char line[256] = "";
	autofclose FILE *f = fopen(full, "re");
	char *start;

	if (!f || !fgets(line, sizeof(line), f) || strncmp(line, "#!", 2) != 0)
		return NULL;
	start = line + 2 + strspn(line + 2, " \t");
	start[strcspn(start, " \t\r\n")] = '\0';
	return xstrdup(start);
}

static int check_script(const char *root, const char *path, bool is_link, void *userdata,
			struct problems *problems)
{
	autofree char *full = path_in_root(root, path);
	autofree char *interpreter = NULL;
	struct stat st;

	(void)userdata;
	if (is_link || stat(full, &st) < 0 || !(st.st_mode & 0111))
		return 0;
	interpreter = interpreter_of(full);
	if (interpreter && !lint_exists(root, interpreter))
		return problem(problems, "scripts: %s needs %s, which is not in the image", path,
			       interpreter);
	return 0;
}

static int run(const struct lint_tree *tree, struct problems *problems)
{
	static const char *const folders[] = { "/usr", "/etc" };
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (lint_walk(tree->root, folders[i], check_script, NULL, problems) < 0)
			r = -1;
	return r;
}

const struct lint_kind lint_scripts = {
	.name = "scripts",
	.help = "every script's interpreter is in the image",
	.run = run,
};
