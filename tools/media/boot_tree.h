// SPDX-License-Identifier: MIT
/*
 * A folder that is replaced in one piece: files are written to DIR.new beside it, read back, and then
 * the two folders change places, so that a server sees the old tree or the new one, never a half. A
 * run that was killed leaves DIR.new, which the next one removes.
 *
 * BOOT_TREE_LIST in it names every file with its SHA-256, as sha256sum -c reads it. It marks the
 * folder as ours: one without it, or with files that it does not name, is never touched.
 */
#ifndef MEDIA_BOOT_TREE_H
#define MEDIA_BOOT_TREE_H

#include <stdint.h>
#include <sys/types.h>

#include "common/problems.h"

#define BOOT_TREE_LIST ".roost-pxe"

struct boot_tree;

struct boot_tree_file {
	char *path;             /* relative */
	uint64_t size_bytes;
	char *sha256;
};

/* The folder's full path, for configurations that name it, without touching it; owned by the caller. */
int boot_tree_path(const char *dir, char **ret, struct problems *problems);
/* Whether DIR may be replaced: missing, empty, or ours. 0, or -1 with the reason. */
int boot_tree_check(const char *path, struct problems *problems);

/* `path` as boot_tree_path gave it. Fails when another run is at work there. */
int boot_tree_begin(const char *path, uint64_t size_bytes, struct boot_tree **ret,
		    struct problems *problems);
/* The place of a file in the new tree until it is finished; owned by the caller. */
char *boot_tree_place(const struct boot_tree *tree, const char *path);

/* One file after the other: begin, data, end. ret_sha256 (may be NULL) is owned by the tree. */
int boot_tree_file_begin(struct boot_tree *tree, const char *path, struct problems *problems);
int boot_tree_file_data(struct boot_tree *tree, const void *data, size_t len,
			struct problems *problems);
int boot_tree_file_end(struct boot_tree *tree, const struct boot_tree_file **ret,
		       struct problems *problems);
int boot_tree_add_text(struct boot_tree *tree, const char *path, const void *data, size_t len,
		       struct problems *problems);

/* What is in it up to now, in the order in which it was written. */
const struct boot_tree_file *boot_tree_files(const struct boot_tree *tree, size_t *ret_count);

/* Reads all of it back, and puts it in DIR's place. */
int boot_tree_commit(struct boot_tree *tree, struct problems *problems);
/* Removes DIR.new when it was not committed. NULL is fine. */
void boot_tree_free(struct boot_tree *tree);

#endif
