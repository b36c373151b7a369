// SPDX-License-Identifier: MIT
/*
 * Every library that a program or library names (DT_NEEDED) and every program's loader are in the
 * image.
 */
#include "common/file.h"
#include "image/elf.h"
#include "image/lint.h"

static const char *const library_folders[] = {
	"/usr/lib/x86_64-linux-gnu", "/usr/lib", "/usr/lib64", "/usr/local/lib",
};

/* $ORIGIN is the only word of ld.so(8) that Debian's packages use. */
static char *expand_origin(const char *folder, const char *path)
{
	const char *rest = str_after(folder, "$ORIGIN");
	autofree char *own = NULL;

	if (!rest)
		rest = str_after(folder, "${ORIGIN}");
	if (!rest)
		return xstrdup(folder);
	own = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	return xasprintf("%s%s", own, rest);
}

static bool is_in_folder(const char *root, const char *folder, const char *library)
{
	autofree char *path = path_join(folder, library);

	return lint_exists(root, path);
}

static bool is_found(const char *root, const char *path, const char *library, const char *runpath)
{
	autostrv char **folders = runpath ? strv_split(runpath, ":", false) : NULL;
	autofree char *own = NULL;

	if (strchr(library, '/'))
		return lint_exists(root, library);
	for (size_t i = 0; folders && folders[i]; i++) {
		autofree char *folder = expand_origin(folders[i], path);

		if (is_in_folder(root, folder, library))
			return true;
	}
	/* Private libraries that come together, such as systemd's: the program's RUNPATH finds both. */
	own = expand_origin("$ORIGIN", path);
	if (is_in_folder(root, own, library))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(library_folders); i++)
		if (is_in_folder(root, library_folders[i], library))
			return true;
	return false;
}

static int check_needs(const struct elf_needs *needs, const char *root, const char *path,
		       struct problems *problems)
{
	int r = 0;

	if (needs->loader && !lint_exists(root, needs->loader))
		r = problem(problems, "elf: %s: its loader is not in the image", path);
	for (size_t i = 0; needs->libraries && needs->libraries[i]; i++)
		if (!is_found(root, path, needs->libraries[i], needs->runpath))
			r = problem(problems, "elf: %s needs %s, which is not in the image", path,
				    needs->libraries[i]);
	return r;
}

static int check_file(const char *root, const char *path, bool is_link, void *userdata,
		      struct problems *problems)
{
	autofree char *full = path_in_root(root, path);
	struct elf_needs needs;
	int r;

	(void)userdata;
	if (is_link)
		return 0;
	r = elf_read(full, path, &needs, problems);
	if (r == 0)
		r = check_needs(&needs, root, path, problems);
	elf_needs_done(&needs);
	return r;
}

static int run(const struct lint_tree *tree, struct problems *problems)
{
	static const char *const folders[] = { "/usr/bin", "/usr/sbin", "/usr/libexec", "/usr/lib" };
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (lint_walk(tree->root, folders[i], check_file, NULL, problems) < 0)
			r = -1;
	return r;
}

const struct lint_kind lint_elf = {
	.name = "elf",
	.help = "every library that a program needs is in the image",
	.run = run,
};
