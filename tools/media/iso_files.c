// SPDX-License-Identifier: MIT
/* Files of an ISO through libarchive; see iso_files.h. */
#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include "common/clean.h"
#include "media/iso_files.h"

#define FILES_MAX 10000
#define BLOCK_BYTES (256 * 1024)

#define autoarchive __attribute__((cleanup(cleanup_archive)))

static void cleanup_archive(struct archive **archive)
{
	archive_read_free(*archive);
}

/* libarchive's words may quote the file. */
static int archive_problem(struct archive *archive, const char *iso, struct problems *problems)
{
	autofree char *text = clean_text(archive_error_string(archive), 200);

	return problem(problems, "%s: %s: expected a whole ISO image, such as make iso leaves in "
		       "out/roost.iso", iso, text ? text : "cannot read it");
}

static int open_iso(const char *iso, struct archive *archive, struct problems *problems)
{
	archive_read_support_format_iso9660(archive);
	if (archive_read_open_filename(archive, iso, BLOCK_BYTES) != ARCHIVE_OK)
		return archive_problem(archive, iso, problems);
	return 0;
}

/* 1 and the next regular file (a link to one is one, too); 0 at the end. */
static int next_file(struct archive *archive, const char *iso, struct archive_entry **ret,
		     struct problems *problems)
{
	for (int i = 0; i < FILES_MAX; i++) {
		int r = archive_read_next_header(archive, ret);

		if (r == ARCHIVE_EOF)
			return 0;
		if (r < ARCHIVE_WARN)
			return archive_problem(archive, iso, problems);
		if (archive_entry_pathname(*ret) &&
		    (archive_entry_filetype(*ret) == AE_IFREG || archive_entry_hardlink(*ret)))
			return 1;
	}
	return problem(problems, "%s: expected at most %d files", iso, FILES_MAX);
}

static void add(struct iso_list *list, struct archive_entry *entry)
{
	const char *original = archive_entry_hardlink(entry);
	const struct iso_file *known = original ? iso_list_find(list, original) : NULL;
	struct iso_file file = {
		.name = xstrdup(archive_entry_pathname(entry)),
		.original = xstrdup(original ? original : archive_entry_pathname(entry)),
		.size_bytes = known ? known->size_bytes : (uint64_t)archive_entry_size(entry),
	};

	list->files = xreallocarray(list->files, list->count + 1, sizeof(*list->files));
	list->files[list->count++] = file;
}

int iso_list_read(const char *iso, struct iso_list *ret, struct problems *problems)
{
	autoarchive struct archive *archive = archive_read_new();
	struct iso_list list = { 0 };
	struct archive_entry *entry;
	int r;

	if (open_iso(iso, archive, problems) < 0)
		return -1;
	while ((r = next_file(archive, iso, &entry, problems)) > 0 && list.count < FILES_MAX)
		add(&list, entry);
	if (r < 0) {
		iso_list_done(&list);
		return -1;
	}
	*ret = list;
	return 0;
}

const struct iso_file *iso_list_find(const struct iso_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (streq(list->files[i].name, name))
			return &list->files[i];
	return NULL;
}

void iso_list_done(struct iso_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->files[i].name);
		free(list->files[i].original);
	}
	free(list->files);
	*list = (struct iso_list){ 0 };
}

static int read_content(struct archive *archive, struct archive_entry *entry, const char *iso,
			const struct iso_sink *sink, char *block, struct problems *problems)
{
	uint64_t size = (uint64_t)archive_entry_size(entry);
	uint64_t done = 0;
	ssize_t n = 0;

	if (sink->begin(archive_entry_pathname(entry), size, sink->userdata) < 0)
		return -1;
	while (done <= size && (n = archive_read_data(archive, block, BLOCK_BYTES)) > 0) {
		done += (uint64_t)n;
		if (sink->data(block, (size_t)n, sink->userdata) < 0)
			return -1;
	}
	if (n < 0 || done != size)
		return archive_problem(archive, iso, problems);
	return sink->end(sink->userdata);
}

int iso_files_read(const char *iso, const struct iso_sink *sink, struct problems *problems)
{
	autoarchive struct archive *archive = archive_read_new();
	autofree char *block = xmalloc(BLOCK_BYTES);
	struct archive_entry *entry;
	int r;

	if (open_iso(iso, archive, problems) < 0)
		return -1;
	while ((r = next_file(archive, iso, &entry, problems)) > 0) {
		if (archive_entry_hardlink(entry) ||
		    !sink->is_wanted(archive_entry_pathname(entry), sink->userdata))
			continue;
		if (read_content(archive, entry, iso, sink, block, problems) < 0)
			return -1;
	}
	return r;
}

static int read_text(struct archive *archive, const char *iso, const char *name, size_t max,
		     char **ret, size_t *ret_len, struct problems *problems)
{
	autofree char *data = xmalloc(max + 1);
	size_t len = 0;
	ssize_t n = 0;

	while (len <= max && (n = archive_read_data(archive, data + len, max + 1 - len)) > 0)
		len += (size_t)n;
	if (n < 0)
		return archive_problem(archive, iso, problems);
	if (len > max)
		return problem(problems, "%s: %s: expected at most %zu bytes", iso, name, max);
	data[len] = '\0';
	*ret = take_ptr(data);
	if (ret_len)
		*ret_len = len;
	return 0;
}

int iso_file_text(const char *iso, const char *name, size_t max, char **ret, size_t *ret_len,
		  struct problems *problems)
{
	autoarchive struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	int r;

	if (open_iso(iso, archive, problems) < 0)
		return -1;
	while ((r = next_file(archive, iso, &entry, problems)) > 0)
		if (streq(archive_entry_pathname(entry), name))
			return read_text(archive, iso, name, max, ret, ret_len, problems);
	return r < 0 ? -1 : problem(problems, "%s: %s is not on it: expected an image made by "
				    "roost-image", iso, name);
}
