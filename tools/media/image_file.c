// SPDX-License-Identifier: MIT
/* Opens and checks roost.iso; see image_file.h. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/manifest.h"
#include "media/image_file.h"
#include "media/iso_files.h"

#define MANIFEST "roost/" MANIFEST_NAME
#define DIGEST_FILE_MAX 4096

static int open_file(struct image_file *image, struct problems *problems)
{
	struct stat st;

	image->fd = open(image->path, O_RDONLY | O_CLOEXEC);
	if (image->fd < 0 || fstat(image->fd, &st) < 0)
		return problem_errno(problems, errno, "%s", image->path);
	if (!S_ISREG(st.st_mode))
		return problem(problems, "%s: expected an image file", image->path);
	image->size_bytes = (uint64_t)st.st_size;
	return 0;
}

static int check_header(struct image_file *image, struct problems *problems)
{
	unsigned char data[ISO_HEADER_BYTES];
	ssize_t n = pread(image->fd, data, sizeof(data), 0);
	struct iso_header header;

	if (n < 0)
		return problem_errno(problems, errno, "%s", image->path);
	if (iso_read_header(data, (size_t)n, image->path, &header, problems) < 0)
		return -1;
	if (!streq(header.label, IMAGE_LABEL))
		return problem(problems, "%s: its label is \"%s\": expected an image made by "
			       "roost-image, whose label is " IMAGE_LABEL, image->path, header.label);
	if (image->size_bytes < header.size_bytes || image->size_bytes % ISO_BLOCK_BYTES)
		return problem(problems, "%s: has %llu bytes of %llu: it is not complete: copy it "
			       "again", image->path, (unsigned long long)image->size_bytes,
			       (unsigned long long)header.size_bytes);
	if (!header.is_disk)
		return problem(problems, "%s: boots from CD only, it has no partition table: build "
			       "it again", image->path);
	memcpy(image->first_sector, data, sizeof(image->first_sector));
	memcpy(image->partitions, header.partitions, sizeof(image->partitions));
	return 0;
}

static int check_manifest(struct image_file *image, struct problems *problems)
{
	autofree char *source = xasprintf("%s: " MANIFEST, image->path);
	autofree char *text = NULL;
	automanifest struct manifest manifest = { 0 };
	size_t len;

	if (iso_file_text(image->path, MANIFEST, MANIFEST_BYTES_MAX, &text, &len, problems) < 0 ||
	    manifest_read(text, len, source, &manifest, problems) < 0)
		return -1;
	image->version = take_ptr(manifest.version);
	return 0;
}

/* PATH.sha256 is as sha256sum(1) writes it: the digest, blanks, a name. */
static int check_digest(struct image_file *image, struct problems *problems)
{
	autofree char *path = xasprintf("%s.sha256", image->path);
	autofree char *text = NULL;

	if (sha256_file(image->path, &image->sha256, problems) < 0 ||
	    file_read_optional(path, DIGEST_FILE_MAX, &text, NULL, problems) < 0)
		return -1;
	if (!text)
		return 0;
	if (strspn(text, "0123456789abcdef") != SHA256_HEX_LEN)
		return problem(problems, "%s: expected a SHA-256 of 64 hexadecimal digits", path);
	if (strncmp(text, image->sha256, SHA256_HEX_LEN) != 0)
		return problem(problems, "%s: its SHA-256 is %s, %s has %.*s: copy it again",
			       image->path, image->sha256, path, SHA256_HEX_LEN, text);
	image->is_compared = true;
	return 0;
}

int image_file_open(const char *path, struct image_file *ret, struct problems *problems)
{
	struct image_file image = { .path = xstrdup(path), .fd = -1 };

	if (open_file(&image, problems) < 0 || check_header(&image, problems) < 0 ||
	    check_manifest(&image, problems) < 0 || check_digest(&image, problems) < 0) {
		image_file_done(&image);
		return -1;
	}
	*ret = image;
	return 0;
}

void image_file_done(struct image_file *image)
{
	cleanup_close(&image->fd);
	free(image->path);
	free(image->sha256);
	free(image->version);
	*image = (struct image_file){ .fd = -1 };
}
