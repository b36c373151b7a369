// SPDX-License-Identifier: MIT
/*
 * Reads kickstart text into a document: lines, sections and includes. The grammar is in parse.h.
 * Reading goes on after a problem, so that one run shows everything that is wrong.
 */
#include <errno.h>
#include <libgen.h>
#include <sys/stat.h>

#include "common/file.h"
#include "kickstart/parse.h"
#include "kickstart/text.h"

/* A file that is being read, and the one that included it. */
struct frame {
	const char *name;
	dev_t device;
	ino_t inode;
	const struct frame *parent;
	unsigned depth;
};

struct reader {
	struct ks_document *document;
	struct problems *problems;
	size_t room;            /* of items, allocated */
	size_t bytes_left;
	unsigned files_left;
	bool is_include_forbidden;
	bool is_broken;
	ssize_t section;        /* index of the open section, or -1 */
	bool is_script;         /* the open section is kept as it is */
};

/* Where the line that is being read stands. */
struct place {
	const struct frame *frame;
	unsigned line;
};

#define COMPLAIN(reader, place, ...)                                                               \
	((reader)->is_broken = true,                                                               \
	 (void)problem_at((reader)->problems, (place)->frame->name, (place)->line, __VA_ARGS__))

static void read_lines(struct reader *reader, const struct frame *frame, const char *text,
		       size_t len);

static bool is_script_name(const char *name)
{
	static const char *const scripts[] = { "%pre", "%pre-install", "%post", "%onerror",
					       "%traceback" };

	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++)
		if (streq(scripts[i], name))
			return true;
	return false;
}

static struct ks_item *add_item(struct reader *reader, const struct place *place, char **argv)
{
	struct ks_document *document = reader->document;
	struct ks_item *item;

	if (document->items_count == reader->room) {
		reader->room = reader->room ? reader->room * 2 : 16;
		document->items = xreallocarray(document->items, reader->room,
						sizeof(*document->items));
	}
	item = &document->items[document->items_count++];
	*item = (struct ks_item){ .file = place->frame->name, .line = place->line, .argv = argv };
	return item;
}

/* Grows by doubling: the room for n lines is the power of two at or above n. */
static void add_section_line(struct reader *reader, const struct place *place, const char *text)
{
	struct ks_item *item = &reader->document->items[reader->section];
	size_t n = item->lines_count;

	if ((n & (n - 1)) == 0)
		item->lines = xreallocarray(item->lines, n ? n * 2 : 1, sizeof(*item->lines));
	item->lines[item->lines_count++] = (struct ks_line){
		.text = xstrdup(text), .file = place->frame->name, .line = place->line,
	};
}

/* The name that messages use, kept for as long as the document lives. */
static const char *keep_name(struct ks_document *document, const char *name)
{
	strv_push(&document->files, name);
	return document->files[strv_len(document->files) - 1];
}

static void read_frame(struct reader *reader, struct frame *frame, const char *text, size_t len)
{
	frame->name = keep_name(reader->document, frame->name);
	reader->bytes_left -= len;
	read_lines(reader, frame, text, len);
}

/* Opens the file only after the checks: a FIFO or a device could block or never end. */
static int read_include(struct reader *reader, const struct frame *parent, const char *path,
			struct problems *why)
{
	struct frame frame = { .name = path, .parent = parent,
			       .depth = parent ? parent->depth + 1 : 0 };
	autofree char *text = NULL;
	struct stat st;
	size_t len;

	if (frame.depth > KS_MAX_INCLUDE_DEPTH)
		return problem(why, "includes are nested more than %d deep", KS_MAX_INCLUDE_DEPTH);
	if (reader->files_left-- == 0)
		return reader->files_left = 0,
		       problem(why, "more than %d files are included", KS_MAX_FILES);
	if (stat(path, &st) < 0)
		return problem(why, "cannot read %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return problem(why, "cannot read %s: not a file", path);
	for (const struct frame *f = parent; f; f = f->parent)
		if (f->device == st.st_dev && f->inode == st.st_ino)
			return problem(why, "%s includes itself", path);
	if ((size_t)st.st_size > reader->bytes_left)
		return problem(why, "%s is too large: a kickstart and its includes have %d bytes "
			       "at most", path, KS_MAX_BYTES);
	if (file_read(path, reader->bytes_left, &text, &len, why) < 0)
		return -1;
	frame.device = st.st_dev;
	frame.inode = st.st_ino;
	read_frame(reader, &frame, text, len);
	return 0;
}

/* %include PATH */
static void include_line(struct reader *reader, const struct place *place, char *const *argv)
{
	autoproblems struct problems why = { 0 };
	autofree char *folder_of = xstrdup(place->frame->name);
	autofree char *path = NULL, *text = NULL;
	ssize_t section = reader->section;

	if (reader->is_include_forbidden) {
		COMPLAIN(reader, place, "%%include: this kickstart may not include other files");
		return;
	}
	if (strv_len(argv) != 2) {
		COMPLAIN(reader, place, "%%include: expected one path");
		return;
	}
	if (strstr(argv[1], "://")) {
		COMPLAIN(reader, place, "%%include %s: expected a path, not a URL", argv[1]);
		return;
	}
	if (argv[1][0] == '/' || !strchr(place->frame->name, '/'))
		path = xstrdup(argv[1]);
	else
		path = path_join(dirname(folder_of), argv[1]);
	if (read_include(reader, place->frame, path, &why) < 0) {
		text = problems_text(&why);
		COMPLAIN(reader, place, "%%include: %s", text);
	}
	reader->section = section;
}

/* `opened_in`: only sections that begin in this file can end in it. */
static void check_section_closed(struct reader *reader, const struct place *place,
				 ssize_t section_of_parent)
{
	const struct ks_item *item;

	if (reader->section == section_of_parent)
		return;
	item = &reader->document->items[reader->section];
	reader->is_broken = true;
	if (place)
		problem_at(reader->problems, item->file, item->line,
			   "%s: the section has no %%end before line %u", item->argv[0],
			   place->line);
	else
		problem_at(reader->problems, item->file, item->line,
			   "%s: the section has no %%end", item->argv[0]);
	reader->section = section_of_parent;
}

static void command_line(struct reader *reader, const struct place *place, const char *line)
{
	const char *error = NULL;
	char **argv = ks_split(line, &error);

	if (!argv) {
		COMPLAIN(reader, place, "%s", error);
		return;
	}
	if (!argv[0]) {
		strv_free(argv);
	} else if (streq(argv[0], "%include")) {
		include_line(reader, place, argv);
		strv_free(argv);
	} else if (streq(argv[0], "%end")) {
		COMPLAIN(reader, place, "%%end without a section");
		strv_free(argv);
	} else {
		struct ks_item *item = add_item(reader, place, argv);

		if (argv[0][0] == '%') {
			item->is_section = true;
			reader->section = (ssize_t)reader->document->items_count - 1;
			reader->is_script = is_script_name(argv[0]);
		}
	}
}

/* A line inside a section that is a list: packages, paths. */
static void list_line(struct reader *reader, const struct place *place, char *line,
		      ssize_t section_of_parent)
{
	char *comment = line;

	while ((comment = strchr(comment, '#'))) {
		if (comment == line || comment[-1] == ' ' || comment[-1] == '\t') {
			*comment = '\0';
			break;
		}
		comment++;
	}
	line = str_trim(line);
	if (line[0] == '\0')
		return;
	if (line[0] != '%') {
		add_section_line(reader, place, line);
	} else if (ks_first_word_is(line, "%include")) {
		const char *error = NULL;
		autostrv char **argv = ks_split(line, &error);

		if (argv)
			include_line(reader, place, argv);
		else
			COMPLAIN(reader, place, "%s", error);
	} else if (section_of_parent >= 0) {
		COMPLAIN(reader, place, "%s: a section cannot begin inside another", line);
	} else {
		check_section_closed(reader, place, section_of_parent);
		command_line(reader, place, line);
	}
}

static void one_line(struct reader *reader, const struct place *place, char *line,
		     ssize_t section_of_parent)
{
	if (reader->section < 0)
		command_line(reader, place, line);
	else if (ks_first_word_is(line, "%end") && reader->section != section_of_parent)
		reader->section = -1;
	else if (ks_first_word_is(line, "%end"))
		COMPLAIN(reader, place, "%%end: the section begins in another file");
	else if (reader->is_script)
		add_section_line(reader, place, line);
	else
		list_line(reader, place, line, section_of_parent);
}

static void read_lines(struct reader *reader, const struct frame *frame, const char *text,
		       size_t len)
{
	struct place place = { .frame = frame };
	ssize_t section_of_parent = reader->section;
	const char *p = text, *end = text + len;

	if (len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3; /* a byte order mark, as Windows editors write it */
	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((newline ? newline : end) - p);
		size_t bare = n > 0 && p[n - 1] == '\r' ? n - 1 : n;
		autofree char *line = xstrndup(p, bare);
		const char *error = ks_text_error(p, bare);

		place.line++;
		if (error)
			COMPLAIN(reader, &place, "%s", error);
		else
			one_line(reader, &place, line, section_of_parent);
		p += newline ? n + 1 : n;
	}
	check_section_closed(reader, NULL, section_of_parent);
}

static struct reader start_reading(unsigned flags, struct problems *problems)
{
	return (struct reader){
		.document = xcalloc(1, sizeof(struct ks_document)),
		.problems = problems,
		.bytes_left = KS_MAX_BYTES,
		.files_left = KS_MAX_FILES,
		.is_include_forbidden = flags & KS_NO_INCLUDE,
		.section = -1,
	};
}

static int end_reading(struct reader *reader, struct ks_document **ret)
{
	if (reader->is_broken) {
		ks_document_free(reader->document);
		return -1;
	}
	*ret = reader->document;
	return 0;
}

int ks_parse_file(const char *path, unsigned flags, struct ks_document **ret,
		  struct problems *problems)
{
	struct reader reader = start_reading(flags, problems);

	if (read_include(&reader, NULL, path, problems) < 0)
		reader.is_broken = true;
	return end_reading(&reader, ret);
}

int ks_parse_text(const char *text, size_t len, const char *name, unsigned flags,
		  struct ks_document **ret, struct problems *problems)
{
	struct reader reader = start_reading(flags, problems);
	struct frame frame = { .name = name };

	if (len <= KS_MAX_BYTES) {
		read_frame(&reader, &frame, text, len);
	} else {
		reader.is_broken = true;
		problem(problems, "%s is too large: a kickstart has %d bytes at most", name,
			KS_MAX_BYTES);
	}
	return end_reading(&reader, ret);
}
