// SPDX-License-Identifier: MIT
/* The kernel's list of mounts by libmount, which knows its escapes; see storage_mounts.h. */
#include <libmount/libmount.h>

#include "common/file.h"
#include "node/storage_mounts.h"

#define MOUNTINFO "/proc/self/mountinfo"

static void add(struct seen_mounts *mounts, struct libmnt_fs *fs)
{
	const char *type = mnt_fs_get_fstype(fs), *source = mnt_fs_get_source(fs);
	const char *target = mnt_fs_get_target(fs), *options = mnt_fs_get_options(fs);

	if (!type || !target || (!streq(type, "nfs") && !streq(type, "nfs4")))
		return;
	mounts->items = xreallocarray(mounts->items, mounts->count + 1, sizeof(*mounts->items));
	mounts->items[mounts->count++] = (struct seen_mount){
		.source = xstrdup(source ? source : ""), .target = xstrdup(target),
		.options = xstrdup(options ? options : ""),
	};
}

void mounts_read(const char *root, struct seen_mounts *ret)
{
	autofree char *path = path_in_root(root, MOUNTINFO);
	struct libmnt_table *table = mnt_new_table_from_file(path);
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;

	*ret = (struct seen_mounts){ 0 };
	while (table && iter && mnt_table_next_fs(table, iter, &fs) == 0)
		add(ret, fs);
	mnt_free_iter(iter);
	mnt_unref_table(table);
}

void mounts_done(struct seen_mounts *mounts)
{
	for (size_t i = 0; i < mounts->count; i++) {
		free(mounts->items[i].source);
		free(mounts->items[i].target);
		free(mounts->items[i].options);
	}
	free(mounts->items);
	*mounts = (struct seen_mounts){ 0 };
}

const struct seen_mount *mounts_find(const struct seen_mounts *mounts, const char *target)
{
	for (size_t i = mounts->count; i-- > 0;)
		if (streq(mounts->items[i].target, target))
			return &mounts->items[i];
	return NULL;
}
