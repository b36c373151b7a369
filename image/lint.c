// SPDX-License-Identifier: MIT
/* Running the kinds of lint, and what they share. */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <linux/openat2.h>

#include "common/file.h"
#include "image/lint.h"

const struct lint_kind *const lint_kinds[] = {
	&lint_elf, &lint_links, &lint_modules, &lint_scripts, &lint_units, &lint_identity, NULL,
};

int lint_run(const struct lint_tree *tree, struct problems *problems)
{
	int r = 0;

	for (const struct lint_kind *const *kind = lint_kinds; *kind; kind++)
		if ((*kind)->run(tree, problems) < 0)
			r = -1;
	return r;
}

static int visit(const FTSENT *entry, const char *root, size_t root_len,
		 int (*each)(const char *root, const char *path, bool is_link, void *userdata,
			     struct problems *problems),
		 void *userdata, struct problems *problems)
{
	switch (entry->fts_info) {
	case FTS_F:
		return each(root, entry->fts_path + root_len, false, userdata, problems);
	case FTS_SL:
	case FTS_SLNONE:
		return each(root, entry->fts_path + root_len, true, userdata, problems);
	case FTS_DNR:
	case FTS_ERR:
		return problem_errno(problems, entry->fts_errno, "%s", entry->fts_path);
	default:
		return 0;
	}
}

int lint_walk(const char *root, const char *folder,
	      int (*each)(const char *root, const char *path, bool is_link, void *userdata,
			  struct problems *problems),
	      void *userdata, struct problems *problems)
{
	autofree char *start = path_in_root(root, folder);
	char *const paths[] = { start, NULL };
	size_t root_len = strlen(root);
	FTS *fts;
	const FTSENT *entry;
	int r = 0;

	while (root_len > 0 && root[root_len - 1] == '/')
		root_len--;
	if (!path_exists(start))
		return 0;
	fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (!fts)
		return problem_errno(problems, errno, "%s", start);
	while ((entry = fts_read(fts)))
		if (visit(entry, root, root_len, each, userdata, problems) < 0)
			r = -1;
	fts_close(fts);
	return r;
}

bool lint_exists(const char *root, const char *path)
{
	autoclose int folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	autoclose int fd = -1;

	if (folder < 0)
		return false;
	fd = open_resolved(folder, path, O_PATH | O_CLOEXEC, RESOLVE_IN_ROOT);
	return fd >= 0;
}

bool lint_program_exists(const char *root, const char *program)
{
	static const char *const folders[] = { "/usr/bin", "/usr/sbin" };

	if (program[0] == '/')
		return lint_exists(root, program);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		autofree char *path = path_join(folders[i], program);

		if (lint_exists(root, path))
			return true;
	}
	return false;
}
