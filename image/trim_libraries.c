// SPDX-License-Identifier: MIT
/* See trim_libraries.h. */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <unistd.h>

#include "common/file.h"
#include "image/elf.h"
#include "image/lint.h"
#include "image/trim_libraries.h"

struct search {
	char **candidates;      /* names in the library folder */
	char **needed;          /* names; grows while it is worked through */
};

static bool matches(const char *name, const char *pattern)
{
	return fnmatch("*.so*", name, 0) == 0 && fnmatch(pattern, name, 0) == 0;
}

static int find_candidates(const char *folder, const char *pattern, char *const *kept,
			   struct search *search, struct problems *problems)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	if (!dir)
		return errno == ENOENT ? 0 : problem_errno(problems, errno, "%s", folder);
	while ((entry = readdir(dir))) {
		autofree char *path = path_join(folder, entry->d_name);

		if (entry->d_type != DT_DIR && matches(entry->d_name, pattern) &&
		    !strv_contains(kept, path))
			strv_push(&search->candidates, entry->d_name);
	}
	closedir(dir);
	return 0;
}

static void need(struct search *search, const char *name)
{
	if (!strv_contains(search->needed, name))
		strv_push(&search->needed, name);
}

static int need_what_it_needs(struct search *search, const char *file, const char *path,
			      struct problems *problems)
{
	struct elf_needs needs;
	int r = elf_read(file, path, &needs, problems);

	for (size_t i = 0; r == 0 && needs.libraries && needs.libraries[i]; i++)
		need(search, needs.libraries[i]);
	elf_needs_done(&needs);
	return r;
}

static int look_at_file(const char *root, const char *path, bool is_link, void *userdata,
			struct problems *problems)
{
	struct search *search = userdata;
	autofree char *file = path_in_root(root, path);
	const char *library = str_after(path, TRIM_LIBRARY_FOLDER "/");

	if (is_link || (library && strv_contains(search->candidates, library)))
		return 0;
	return need_what_it_needs(search, file, path, problems);
}

/* A needed name is a library's, or a link's to it. */
static int look_at_needed(const char *folder, const char *name, struct search *search,
			  struct problems *problems)
{
	autofree char *file = path_join(folder, name);
	char target[PATH_MAX] = "";

	if (!strv_contains(search->candidates, name))
		return 0;
	if (readlink(file, target, sizeof(target) - 1) > 0) {
		need(search, target);
		return 0;
	}
	return need_what_it_needs(search, file, name, problems);
}

static int find_needed(const char *tree, const char *folder, struct search *search,
		       struct problems *problems)
{
	if (lint_walk(tree, "/usr", look_at_file, search, problems) < 0)
		return -1;
	/* The kept links' own targets are found here, too: kept names are no candidates. */
	for (size_t i = 0; search->needed && search->needed[i]; i++)
		if (look_at_needed(folder, search->needed[i], search, problems) < 0)
			return -1;
	return 0;
}

static int remove_unneeded(const char *folder, const struct search *search, size_t *ret_count,
			   struct problems *problems)
{
	*ret_count = 0;
	for (size_t i = 0; search->candidates && search->candidates[i]; i++) {
		autofree char *path = path_join(folder, search->candidates[i]);

		if (strv_contains(search->needed, search->candidates[i]))
			continue;
		if (unlink(path) < 0)
			return problem_errno(problems, errno, "%s", path);
		++*ret_count;
	}
	return 0;
}

int trim_libraries(const char *tree, const char *pattern, char *const *kept, size_t *ret_count,
		   struct problems *problems)
{
	autofree char *folder = path_in_root(tree, TRIM_LIBRARY_FOLDER);
	struct search search = { 0 };
	int r = 0;

	*ret_count = 0;
	if (find_candidates(folder, pattern, kept, &search, problems) < 0 ||
	    find_needed(tree, folder, &search, problems) < 0 ||
	    remove_unneeded(folder, &search, ret_count, problems) < 0)
		r = -1;
	strv_free(search.candidates);
	strv_free(search.needed);
	return r;
}
