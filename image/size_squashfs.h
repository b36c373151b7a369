// SPDX-License-Identifier: MIT
/*
 * What each file of a squashfs costs in it, as it lies on the disk. Read through libsquashfs; nothing is
 * mounted or unpacked.
 */
#ifndef IMAGE_SIZE_SQUASHFS_H
#define IMAGE_SIZE_SQUASHFS_H

#include <stdint.h>

#include "common/problems.h"

struct size_layer {
	struct size_file {
		char *path;         /* "/usr/bin/virsh" */
		uint64_t bytes;     /* before packing */
		uint64_t cost;      /* packed: its blocks, and its part of the fragment that its tail is in */
	} *files;               /* regular files, in the order of the folders */
	size_t count;
	uint64_t bytes;         /* the squashfs' own size */
	uint64_t rest;          /* of it what is no file's content: inodes, folders, tables, padding */
};

/*
 * Content that is stored once for several files costs the first of them. The costs and the rest add up to
 * the squashfs' size. 0, or -1 with a problem and *ret untouched.
 */
int size_layer_read(const char *path, struct size_layer *ret, struct problems *problems);
void size_layer_done(struct size_layer *layer);

#endif
