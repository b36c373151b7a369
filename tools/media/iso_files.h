// SPDX-License-Identifier: MIT
/*
 * Many files of an ISO, read in the order in which they lie on it, so that it is passed once. Names
 * are those of Rock Ridge, without a slash in front ("boot/vmlinuz").
 */
#ifndef MEDIA_ISO_FILES_H
#define MEDIA_ISO_FILES_H

#include <stdint.h>
#include <sys/types.h>

#include "common/problems.h"

/* Files that share their content are one "original" and names of it. */
struct iso_file {
	char *name;
	char *original;         /* the name under which its content is read: mostly the same */
	uint64_t size_bytes;
};

struct iso_list {
	struct iso_file *files;
	size_t count;
};

int iso_list_read(const char *iso, struct iso_list *ret, struct problems *problems);
/* Borrowed from the list; NULL when the ISO has no such file. */
const struct iso_file *iso_list_find(const struct iso_list *list, const char *name);
void iso_list_done(struct iso_list *list);

/* Where the contents go. Each function returns 0, or -1 with a problem, which ends the reading. */
struct iso_sink {
	/* Whether the content of `original` is wanted. */
	bool (*is_wanted)(const char *original, void *userdata);
	int (*begin)(const char *original, uint64_t size_bytes, void *userdata);
	int (*data)(const void *data, size_t len, void *userdata);
	int (*end)(void *userdata);
	void *userdata;
};

int iso_files_read(const char *iso, const struct iso_sink *sink, struct problems *problems);

/*
 * One file, at most `max` bytes, with a NUL behind the last one; owned by the caller. ret_len may be
 * NULL.
 */
int iso_file_text(const char *iso, const char *name, size_t max, char **ret, size_t *ret_len,
		  struct problems *problems);

#endif
