// SPDX-License-Identifier: MIT
/* Whether a folder may be replaced; see boot_tree.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <libgen.h>
#include <sys/stat.h>

#include "common/file.h"
#include "media/boot_tree.h"

#define LIST_BYTES_MAX (1024 * 1024)
#define STRANGERS_TOLD 5

int boot_tree_path(const char *dir, char **ret, struct problems *problems)
{
	autofree char *copy = xstrdup(dir), *copy2 = xstrdup(dir), *parent = NULL;
	char *whole = realpath(dir, NULL);

	if (!whole && errno != ENOENT)
		return problem_errno(problems, errno, "%s", dir);
	if (!whole) {
		parent = realpath(dirname(copy), NULL);
		if (!parent)
			return problem_errno(problems, errno, "%s: its parent", dir);
		whole = path_join(parent, basename(copy2));
	}
	*ret = whole;
	return 0;
}

static bool is_empty(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	bool is_found = false;

	while (folder && !is_found && (entry = readdir(folder)))
		is_found = !streq(entry->d_name, ".") && !streq(entry->d_name, "..");
	if (folder)
		closedir(folder);
	return folder && !is_found;
}

/* The names in the list: "SHA256 SPACE SPACE NAME", a line each. */
static char **listed(const char *text)
{
	autostrv char **lines = strv_split(text, "\n", false);
	char **names = NULL;

	for (size_t i = 0; lines && lines[i]; i++)
		if (lines[i][0] != '#' && strstr(lines[i], "  "))
			strv_push(&names, strstr(lines[i], "  ") + 2);
	return names;
}

/* Every file below the folder that the list does not name, a few of them at most. */
static char **strangers(const char *path, char *const *names)
{
	char *const roots[] = { (char *)path, NULL };
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	char **found = NULL;
	FTSENT *entry;

	while (walk && strv_len(found) < STRANGERS_TOLD && (entry = fts_read(walk))) {
		const char *name = entry->fts_path + strlen(path) + 1;

		if (entry->fts_info == FTS_D || entry->fts_info == FTS_DP)
			continue;
		if (!streq(name, BOOT_TREE_LIST) && !strv_contains(names, name))
			strv_push(&found, name);
	}
	if (walk)
		fts_close(walk);
	return found;
}

static int check_list(const char *path, const char *text, struct problems *problems)
{
	autostrv char **names = listed(text);
	autostrv char **others = strangers(path, names);
	autofree char *joined = others ? strv_join(others, ", ") : NULL;

	if (!others)
		return 0;
	return problem(problems, "%s: not written by roost-pxe, and would be lost: %s: move it away, or "
		       "choose another folder", path, joined);
}

static bool is_mount_point(const char *path)
{
	struct statx stx;

	return statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, 0, &stx) == 0 &&
	       (stx.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

int boot_tree_check(const char *path, struct problems *problems)
{
	autofree char *list = path_join(path, BOOT_TREE_LIST);
	autofree char *text = NULL;
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : problem_errno(problems, errno, "%s", path);
	if (!S_ISDIR(st.st_mode))
		return problem(problems, "%s: expected a folder", path);
	if (is_mount_point(path))
		return problem(problems, "%s: is a mount point, which cannot be replaced in one piece: "
			       "choose a folder in it", path);
	if (file_read_optional(list, LIST_BYTES_MAX, &text, NULL, problems) < 0)
		return -1;
	if (text)
		return check_list(path, text, problems);
	if (!is_empty(path))
		return problem(problems, "%s: it holds something that roost-pxe did not write: expected "
			       "a folder that is new, empty, or an earlier boot tree", path);
	return 0;
}
