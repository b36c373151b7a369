// SPDX-License-Identifier: MIT
/*
 * Every program that a unit starts (systemd.service(5), Exec*=) is in the image. Masked units are
 * not read, and a program behind "-" may be missing: systemd goes on without it.
 */
#include <glob.h>

#include "common/file.h"
#include "image/lint.h"

#define UNIT_MAX (256 * 1024)

static bool is_unit(const char *path)
{
	static const char *const suffixes[] = { ".service", ".socket", ".mount", ".swap", ".conf" };

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++)
		if (str_ends(path, suffixes[i]))
			return true;
	return false;
}

/* /etc/systemd/system/NAME wins over the package's file; a mask is a link to /dev/null. */
static bool is_masked(const char *root, const char *path)
{
	autofree char *file = xasprintf("%s/etc/systemd/system%s", root, strrchr(path, '/'));
	char target[16];
	ssize_t n = readlink(file, target, sizeof(target) - 1);

	return n == (ssize_t)strlen("/dev/null") && strncmp(target, "/dev/null", (size_t)n) == 0;
}

/* The program of "ExecStart=+/usr/bin/x --y", or NULL when there is none or it may be missing. */
static char *program_of(const char *value)
{
	size_t prefixes = strspn(value, "@:+!|-");

	for (size_t i = 0; i < prefixes; i++)
		if (value[i] == '-')
			return NULL;
	value += prefixes;
	if (*value == '"')
		return xstrndup(value + 1, strcspn(value + 1, "\""));
	return *value ? xstrndup(value, strcspn(value, " \t\\")) : NULL;
}

/* Whether a drop-in of the unit empties the list that this "ExecStart=" is in. */
static bool is_reset(const char *root, const char *path, const char *line)
{
	autofree char *key = xstrndup(line, strcspn(line, "=") + 1);
	autofree char *pattern = xasprintf("%s/{etc,usr/lib}/systemd/system%s.d/*.conf", root,
					   strrchr(path, '/'));
	glob_t found = { 0 };
	bool is_found = false;

	if (glob(pattern, GLOB_BRACE, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc && !is_found; i++) {
			autofree char *text = NULL;
			autostrv char **lines = NULL;

			if (file_read(found.gl_pathv[i], UNIT_MAX, &text, NULL, NULL) < 0)
				continue;
			lines = strv_split(text, "\n", false);
			is_found = strv_contains(lines, key);
		}
	globfree(&found);
	return is_found;
}

static int check_line(const char *root, const char *path, unsigned number, char *line,
		      struct problems *problems)
{
	const char *equals = strchr(line, '=');
	autofree char *program = NULL;

	line = str_trim(line);
	if (!str_after(line, "Exec") || !equals || str_after(line, "ExecSearchPath"))
		return 0;
	program = program_of(equals + 1 + strspn(equals + 1, " \t"));
	if (program && !strchr(program, '%') && !strchr(program, '$') &&
	    !lint_program_exists(root, program) && !is_reset(root, path, line))
		return problem_at(problems, path, number, "units: %s is not in the image", program);
	return 0;
}

static int check_unit(const char *root, const char *path, bool is_link, void *userdata,
		      struct problems *problems)
{
	autofree char *full = path_in_root(root, path);
	autofree char *text = NULL;
	autostrv char **lines = NULL;
	int r = 0;

	(void)userdata;
	if (is_link || !is_unit(path) || is_masked(root, path))
		return 0;
	if (file_read(full, UNIT_MAX, &text, NULL, problems) < 0)
		return -1;
	lines = strv_split(text, "\n", true);
	for (unsigned i = 0; lines && lines[i]; i++)
		if (check_line(root, path, i + 1, lines[i], problems) < 0)
			r = -1;
	return r;
}

static int run(const struct lint_tree *tree, struct problems *problems)
{
	static const char *const folders[] = { "/usr/lib/systemd/system", "/etc/systemd/system" };
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (lint_walk(tree->root, folders[i], check_unit, NULL, problems) < 0)
			r = -1;
	return r;
}

const struct lint_kind lint_units = {
	.name = "units",
	.help = "every program that a unit starts is in the image",
	.run = run,
};
