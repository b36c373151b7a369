// SPDX-License-Identifier: MIT
/* Initramfs files through libarchive; see layers_cpio.h. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>

#include "media/layers_cpio.h"

#define FOLDER "roost"
#define TRAILER "TRAILER!!!"
#define HEADER_BYTES 110 /* cpio(5), "New ASCII Format" */
#define END_BYTES 512    /* the archive's size is a multiple of it */
#define BLOCK_BYTES (256 * 1024)

struct output {
	int (*write)(const void *data, size_t len, void *userdata);
	void *userdata;
	bool has_failed;        /* and `write` said why */
};

static uint64_t round_up(uint64_t n, uint64_t unit)
{
	return (n + unit - 1) / unit * unit;
}

/* Header and name are padded to four bytes together, the content alone. */
static uint64_t entry_size(size_t name_len, uint64_t content)
{
	return round_up(HEADER_BYTES + name_len + 1, 4) + round_up(content, 4);
}

uint64_t layers_cpio_size(const struct layers_cpio_file *files, size_t count)
{
	uint64_t size = entry_size(strlen(FOLDER), 0) + entry_size(strlen(TRAILER), 0);

	for (size_t i = 0; i < count; i++)
		size += entry_size(strlen(FOLDER "/") + strlen(files[i].name), files[i].size_bytes);
	return round_up(size, END_BYTES);
}

static la_ssize_t on_data(struct archive *archive, void *userdata, const void *data, size_t len)
{
	struct output *output = userdata;

	if (output->write(data, len, output->userdata) == 0)
		return (la_ssize_t)len;
	output->has_failed = true;
	archive_set_error(archive, EIO, "written no further");
	return -1;
}

static int add_entry(struct archive *archive, const char *name, bool is_folder, uint64_t size)
{
	struct archive_entry *entry = archive_entry_new();
	int r;

	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, is_folder ? AE_IFDIR : AE_IFREG);
	archive_entry_set_perm(entry, is_folder ? 0755 : 0644);
	archive_entry_set_nlink(entry, is_folder ? 2 : 1);
	archive_entry_set_mtime(entry, 0, 0); /* whenever it is made */
	archive_entry_set_size(entry, (la_int64_t)size);
	r = archive_write_header(archive, entry);
	archive_entry_free(entry);
	return r == ARCHIVE_OK ? 0 : -1;
}

static int add_file(struct archive *archive, const struct layers_cpio_file *file, char *block,
		    struct problems *problems)
{
	autofree char *name = xasprintf(FOLDER "/%s", file->name);
	autoclose int fd = open(file->path, O_RDONLY | O_CLOEXEC);
	uint64_t done = 0;
	ssize_t n;

	if (fd < 0)
		return problem_errno(problems, errno, "%s", file->path);
	if (add_entry(archive, name, false, file->size_bytes) < 0)
		return -1;
	while ((n = read(fd, block, BLOCK_BYTES)) > 0) {
		done += (uint64_t)n;
		if (done > file->size_bytes || archive_write_data(archive, block, (size_t)n) != n)
			return -1;
	}
	if (n < 0)
		return problem_errno(problems, errno, "%s", file->path);
	return done == file->size_bytes ? 0 : -1;
}

static int add_all(struct archive *archive, const struct layers_cpio_file *files, size_t count,
		   struct problems *problems)
{
	autofree char *block = xmalloc(BLOCK_BYTES);

	if (add_entry(archive, FOLDER, true, 0) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (add_file(archive, &files[i], block, problems) < 0)
			return -1;
	return archive_write_close(archive) == ARCHIVE_OK ? 0 : -1;
}

int layers_cpio_write(const struct layers_cpio_file *files, size_t count,
		      int (*write)(const void *data, size_t len, void *userdata), void *userdata,
		      struct problems *problems)
{
	struct output output = { write, userdata, false };
	struct archive *archive = archive_write_new();
	size_t before = problems_count(problems);
	int r = -1;

	archive_write_set_format_cpio_newc(archive);
	archive_write_set_bytes_per_block(archive, BLOCK_BYTES);
	archive_write_set_bytes_in_last_block(archive, END_BYTES);
	if (archive_write_open(archive, &output, NULL, on_data, NULL) == ARCHIVE_OK)
		r = add_all(archive, files, count, problems);
	if (r < 0 && !output.has_failed && problems_count(problems) == before)
		problem(problems, "the second initramfs: %s", archive_error_string(archive) ? :
			"a layer has not the size that the manifest gives");
	archive_write_free(archive);
	return r;
}
