// SPDX-License-Identifier: MIT
/* What is on a disk or in an image of one, as libblkid sees it: for a person who is about to lose it. */
#ifndef MEDIA_CONTENTS_H
#define MEDIA_CONTENTS_H

#include <stdint.h>

#include "common/str.h"

#define CONTENTS_MAX 64 /* partitions that are looked at */

/* Texts are owned, fit to show, and NULL when there is nothing. */
struct content {
	int partition;          /* number; 0: the disk itself */
	uint64_t size_bytes;
	char *type;             /* "vfat", "crypto_LUKS"; NULL: nothing that libblkid knows */
	char *label;            /* the file system's, else the partition's */
};

struct contents {
	char *table;            /* "dos", "gpt"; NULL: none */
	struct content *items;
	size_t count;
};

/* Reads only, and not from a descriptor that is open for direct access. Nothing found is no error. */
void contents_read(int fd, struct contents *ret);
bool contents_is_empty(const struct contents *contents);
void contents_done(struct contents *contents);

#endif
