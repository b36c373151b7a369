// SPDX-License-Identifier: MIT
/* A layer on its way into its folder; see fetch_part.h. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "common/file.h"
#include "node/fetch_part.h"

#define BLOCK (256 * 1024)

static char *part_path(const char *folder, const struct manifest_file *file)
{
	return xasprintf("%s/%s" PART_SUFFIX, folder, file->name);
}

void part_pieces_done(struct part_pieces *pieces)
{
	for (size_t i = 0; i < pieces->count; i++)
		free(pieces->items[i].so_far);
	free(pieces->items);
	*pieces = (struct part_pieces){ 0 };
}

/* The next `len` bytes, which stand in the file, came from `mirror`. */
static void account(struct part *part, size_t mirror, const void *data, size_t len)
{
	struct part_pieces *pieces = &part->pieces;
	struct part_piece *last = pieces->count ? &pieces->items[pieces->count - 1] : NULL;

	if (!last || last->mirror != mirror) {
		if (last)
			last->so_far = digest_so_far(part->digest);
		pieces->items = xreallocarray(pieces->items, pieces->count + 1, sizeof(*last));
		last = &pieces->items[pieces->count++];
		*last = (struct part_piece){ .mirror = mirror };
	}
	digest_add(part->digest, data, len);
	part->have += len;
	last->end = part->have;
}

/* Digests what is in the file. */
static int read_left_over(struct part *part, struct problems *problems)
{
	autofree char *block = xmalloc(BLOCK);
	ssize_t n;

	while ((n = read(part->fd, block, BLOCK)) > 0) {
		if ((uint64_t)n > part->file->size_bytes - part->have)
			return part_restart(part, problems);
		account(part, PART_EARLIER, block, (size_t)n);
	}
	return n < 0 ? problem_errno(problems, errno, "%s", part->path) : 0;
}

int part_open(const char *folder, const struct manifest_file *file, struct part *ret,
	      struct problems *problems)
{
	struct part part = {
		.file = file,
		.path = part_path(folder, file),
		.target = path_join(folder, file->name),
		.digest = digest_new(),
	};

	part.fd = open(part.path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (part.fd < 0) {
		problem_errno(problems, errno, "%s", part.path);
		part_done(&part);
		return -1;
	}
	if (read_left_over(&part, problems) < 0) {
		part_done(&part);
		return -1;
	}
	*ret = part;
	return 0;
}

int part_restart(struct part *part, struct problems *problems)
{
	if (ftruncate(part->fd, 0) < 0 || lseek(part->fd, 0, SEEK_SET) < 0)
		return problem_errno(problems, errno, "%s", part->path);
	digest_free(part->digest);
	part->digest = digest_new();
	part->have = 0;
	part_pieces_done(&part->pieces);
	return 0;
}

int part_add(struct part *part, size_t mirror, const void *data, size_t len,
	     struct problems *problems)
{
	const char *p = data;

	for (size_t left = len; left > 0;) {
		ssize_t n = write(part->fd, p, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return problem_errno(problems, errno, "%s", part->path);
		account(part, mirror, p, (size_t)n);
		p += n;
		left -= (size_t)n;
	}
	return 0;
}

size_t part_last_mirror(const struct part *part)
{
	const struct part_pieces *pieces = &part->pieces;

	return pieces->count ? pieces->items[pieces->count - 1].mirror : MIRROR_NONE;
}

bool part_verify(struct part *part, char **ret_digest, struct part_pieces *ret_pieces)
{
	autofree char *digest = digest_so_far(part->digest);

	if (streq(digest, part->file->sha256))
		return true;
	if (part->pieces.count)
		part->pieces.items[part->pieces.count - 1].so_far = xstrdup(digest);
	*ret_digest = take_ptr(digest);
	*ret_pieces = part->pieces;
	part->pieces = (struct part_pieces){ 0 };
	return false;
}

int part_finish(struct part *part, struct problems *problems)
{
	if (fsync(part->fd) < 0 || rename(part->path, part->target) < 0)
		return problem_errno(problems, errno, "%s", part->target);
	return 0;
}

const struct part_piece *part_blame(const struct part *part, const struct part_pieces *wrong)
{
	struct digest *digest = digest_new();
	autofree char *block = xmalloc(BLOCK);
	const struct part_piece *found = NULL;
	uint64_t at = 0;

	for (size_t i = 0; i < wrong->count && !found; i++) {
		const struct part_piece *piece = &wrong->items[i];
		autofree char *right = NULL;

		while (at < piece->end) {
			size_t want = piece->end - at < BLOCK ? (size_t)(piece->end - at) : BLOCK;
			ssize_t n = pread(part->fd, block, want, (off_t)at);

			if (n <= 0)
				break;
			digest_add(digest, block, (size_t)n);
			at += (uint64_t)n;
		}
		right = digest_so_far(digest);
		if (at != piece->end || !streq_null(right, piece->so_far))
			found = piece;
	}
	digest_free(digest);
	return found;
}

void part_discard(struct part *part)
{
	unlink(part->path);
}

void part_done(struct part *part)
{
	free(part->path);
	free(part->target);
	if (part->fd >= 0)
		close(part->fd);
	digest_free(part->digest);
	part_pieces_done(&part->pieces);
	*part = (struct part){ .fd = -1 };
}

bool part_is_there(const char *folder, const struct manifest_file *file)
{
	autofree char *path = path_join(folder, file->name);
	autofree char *digest = NULL;
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	       (uint64_t)st.st_size == file->size_bytes && sha256_file(path, &digest, NULL) == 0 &&
	       streq(digest, file->sha256);
}

uint64_t part_left_over(const char *folder, const struct manifest_file *file)
{
	autofree char *path = part_path(folder, file);
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
}
