// SPDX-License-Identifier: MIT
/* Hashing a stage's inputs. */
#include <errno.h>
#include <fts.h>
#include <sys/stat.h>

#include "common/file.h"
#include "image/inputs.h"

void inputs_text(struct inputs *inputs, const char *name, const char *text)
{
	digest_add_text(inputs->digest, name);
	digest_add_text(inputs->digest, text);
}

void inputs_strv(struct inputs *inputs, const char *name, char *const *values)
{
	digest_add_text(inputs->digest, name);
	for (size_t i = 0; values && values[i]; i++)
		digest_add_text(inputs->digest, values[i]);
	digest_add_text(inputs->digest, NULL);
}

int inputs_file(struct inputs *inputs, const char *path, struct problems *problems)
{
	autofree char *hash = NULL;

	if (sha256_file(path, &hash, problems) < 0)
		return -1;
	digest_add_text(inputs->digest, hash);
	return 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool is_skipped(const char *name, const char *const *skip)
{
	for (; skip && *skip; skip++)
		if (streq(*skip, name))
			return true;
	return false;
}

static int add_link(struct inputs *inputs, const FTSENT *entry, struct problems *problems)
{
	char target[4096];
	ssize_t n = readlink(entry->fts_accpath, target, sizeof(target) - 1);

	if (n < 0)
		return problem_errno(problems, errno, "%s", entry->fts_path);
	target[n] = '\0';
	inputs_text(inputs, "link", target);
	return 0;
}

static int add_entry(struct inputs *inputs, const FTSENT *entry, size_t root_len,
		     struct problems *problems)
{
	const char *name = entry->fts_path + root_len;

	switch (entry->fts_info) {
	case FTS_D:
		inputs_text(inputs, "folder", name);
		return 0;
	case FTS_F:
		inputs_text(inputs, entry->fts_statp->st_mode & 0100 ? "program" : "file", name);
		return inputs_file(inputs, entry->fts_accpath, problems);
	case FTS_SL:
	case FTS_SLNONE:
		inputs_text(inputs, "name", name);
		return add_link(inputs, entry, problems);
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		return problem_errno(problems, entry->fts_errno, "%s", entry->fts_path);
	default:
		return 0;
	}
}

int inputs_tree(struct inputs *inputs, const char *path, const char *const *skip,
		struct problems *problems)
{
	char *const paths[] = { (char *)path, NULL };
	FTS *fts;
	FTSENT *entry;
	int r = 0;

	if (!path_exists(path)) {
		inputs_text(inputs, "missing", path);
		return 0;
	}
	fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	if (!fts)
		return problem_errno(problems, errno, "%s", path);
	while (r == 0 && (entry = fts_read(fts))) {
		if (is_skipped(entry->fts_name, skip))
			fts_set(fts, entry, FTS_SKIP);
		else
			r = add_entry(inputs, entry, strlen(path), problems);
	}
	fts_close(fts);
	return r;
}
