// SPDX-License-Identifier: MIT
/*
 * Reading a .deb, deb(5): an ar archive with data.tar.* in it, which is read from within the first by a
 * second reader, and no further than what is looked for.
 */
#include <archive.h>
#include <archive_entry.h>

#include "common/clean.h"
#include "image/deb.h"

#define BLOCK_BYTES (256 * 1024)
#define TEXT_MAX (4 * 1024 * 1024)

#define autoarchive __attribute__((cleanup(cleanup_archive)))

static void cleanup_archive(struct archive **archive)
{
	archive_read_free(*archive);
}

char *deb_file_name(const struct dpkg_package *package)
{
	autostrv char **parts = strv_split(package->version, ":", true);
	autofree char *version = strv_join(parts, "%3a");

	return xasprintf("%s_%s_%s.deb", package->name, version, package->architecture);
}

static int archive_problem(struct archive *archive, const char *path, struct problems *problems)
{
	autofree char *text = clean_text(archive_error_string(archive), 200);

	return problem(problems, "%s: %s: expected a Debian package", path,
		       text ? text : "it has no data.tar");
}

struct inner {
	struct archive *outer;
	char block[BLOCK_BYTES];
};

static la_ssize_t read_inner(struct archive *archive, void *userdata, const void **ret)
{
	struct inner *inner = userdata;

	(void)archive;
	*ret = inner->block;
	return archive_read_data(inner->outer, inner->block, sizeof(inner->block));
}

/* Leaves the reader before the content of data.tar.*. */
static int open_outer(struct archive *outer, const char *path, struct problems *problems)
{
	struct archive_entry *entry;

	archive_read_support_format_ar(outer);
	if (archive_read_open_filename(outer, path, BLOCK_BYTES) != ARCHIVE_OK)
		return archive_problem(outer, path, problems);
	while (archive_read_next_header(outer, &entry) == ARCHIVE_OK)
		if (str_after(archive_entry_pathname(entry), "data.tar"))
			return 0;
	return archive_problem(outer, path, problems);
}

static int read_text(struct archive *archive, const char *path, struct archive_entry *entry, char **ret,
		     struct problems *problems)
{
	la_int64_t size = archive_entry_size(entry);
	autofree char *text = NULL;

	if (size < 0 || size > TEXT_MAX)
		return problem(problems, "%s: %s: expected at most %d bytes", path,
			       archive_entry_pathname(entry), TEXT_MAX);
	text = xcalloc(1, (size_t)size + 1);
	if (archive_read_data(archive, text, (size_t)size) != (la_ssize_t)size)
		return archive_problem(archive, path, problems);
	*ret = take_ptr(text);
	return 0;
}

static int find_text(struct archive *archive, const char *path, const char *wanted, char **ret,
		     struct problems *problems)
{
	struct archive_entry *entry;
	int r;

	while ((r = archive_read_next_header(archive, &entry)) == ARCHIVE_OK)
		if (archive_entry_filetype(entry) == AE_IFREG &&
		    streq(archive_entry_pathname(entry), wanted))
			return read_text(archive, path, entry, ret, problems);
	return r == ARCHIVE_EOF ? 0 : archive_problem(archive, path, problems);
}

int deb_copyright(const char *path, const char *name, char **ret, struct problems *problems)
{
	autoarchive struct archive *outer = archive_read_new(), *archive = archive_read_new();
	autofree char *wanted = xasprintf("./usr/share/doc/%s/copyright", name);
	autofree struct inner *inner = xcalloc(1, sizeof(*inner));

	inner->outer = outer;
	if (open_outer(outer, path, problems) < 0)
		return -1;
	archive_read_support_filter_all(archive);
	archive_read_support_format_tar(archive);
	if (archive_read_open(archive, inner, NULL, read_inner, NULL) != ARCHIVE_OK)
		return archive_problem(archive, path, problems);
	return find_text(archive, path, wanted, ret, problems);
}
