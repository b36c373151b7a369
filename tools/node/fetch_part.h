// SPDX-License-Identifier: MIT
/*
 * A layer while it comes: FOLDER/NAME.part, and its digest as far as it is there. Only a whole layer
 * with the right digest gets its name. Bytes may come from several mirrors, one piece after the other;
 * when the whole is wrong, the pieces tell later, by the digests at their ends, which one it was.
 */
#ifndef NODE_FETCH_PART_H
#define NODE_FETCH_PART_H

#include "common/digest.h"
#include "common/manifest.h"
#include "node/fetch_mirrors.h"

#define PART_SUFFIX ".part"

#define PART_EARLIER MIRROR_NONE /* a piece that an earlier run left */

struct part_piece {
	size_t mirror;          /* an index, or PART_EARLIER */
	uint64_t end;           /* behind its last byte; it begins at the end of the one before */
	char *so_far;           /* digest of all bytes before `end`; NULL while more may come */
};

struct part_pieces {
	struct part_piece *items;
	size_t count;
};

struct part {
	const struct manifest_file *file;
	char *path, *target;
	int fd;
	uint64_t have;          /* bytes that are there */
	struct digest *digest;  /* of them */
	struct part_pieces pieces;
};

/* Goes on with what an earlier run left. `file` must live as long as the part. */
int part_open(const char *folder, const struct manifest_file *file, struct part *ret,
	      struct problems *problems);
/* Begins with the first byte again. */
int part_restart(struct part *part, struct problems *problems);
/* Appends; there must not be more than are missing. */
int part_add(struct part *part, size_t mirror, const void *data, size_t len,
	     struct problems *problems);
/* Whose the last bytes are; MIRROR_NONE without any. */
size_t part_last_mirror(const struct part *part);
/*
 * When all is there: true when the digest is right. Otherwise *ret_digest is the one that it has, and
 * the pieces are *ret_pieces, both the caller's; the part is empty of pieces then: restart it.
 */
bool part_verify(struct part *part, char **ret_digest, struct part_pieces *ret_pieces);
/* Gives the verified layer its name. */
int part_finish(struct part *part, struct problems *problems);
/* The first of `wrong`, the pieces of another try, that differs from the finished layer. NULL: none. */
const struct part_piece *part_blame(const struct part *part, const struct part_pieces *wrong);
void part_pieces_done(struct part_pieces *pieces);
/* Removes the file when it is not finished and of no more use. */
void part_discard(struct part *part);
void part_done(struct part *part);

/* True when FOLDER has the layer under its name, whole and with the right digest. */
bool part_is_there(const char *folder, const struct manifest_file *file);
/* Bytes that an earlier run left of it. */
uint64_t part_left_over(const char *folder, const struct manifest_file *file);

#endif
