// SPDX-License-Identifier: MIT
/*
 * The syntax of kickstart: from text to commands and sections. What they mean is options.h's matter.
 *
 * Grammar (pykickstart's; quoting is that of Python's shlex):
 *   file     = { line NEWLINE }            UTF-8, LF or CRLF
 *   line     = [ words ] [ "#" comment ]
 *   words    = command { argument }        a command that begins with % opens a section
 *   section  = "%name" { argument } NEWLINE { line } "%end"
 *   include  = "%include" path             relative to the including file; also inside sections
 *   word     = characters, 'literal', "with \" and \\", or \c for any single character c
 * Scripts (%pre, %post and their like) are kept as they are, comments and quotes included; in other
 * sections comments, empty lines and surrounding white space are taken away.
 */
#ifndef KICKSTART_PARSE_H
#define KICKSTART_PARSE_H

#include "common/problems.h"

#define KS_MAX_BYTES (1024 * 1024) /* of a file and all that it includes */
#define KS_MAX_INCLUDE_DEPTH 8
#define KS_MAX_FILES 256           /* read for one document, each inclusion counted */
#define KS_MAX_WORDS 1000          /* in one command */

/* One line of a section. `file` is borrowed from the document. */
struct ks_line {
	char *text;
	const char *file;
	unsigned line;
};

/* A command or a section, in the order of the text. argv[0] is its name ("network", "%packages"). */
struct ks_item {
	const char *file;       /* as in messages; borrowed from the document */
	unsigned line;
	char **argv;
	bool is_section;
	struct ks_line *lines;  /* of a section */
	size_t lines_count;
};

struct ks_document {
	struct ks_item *items;
	size_t items_count;
	char **files;           /* every file that was read, the first one first */
};

enum ks_parse_flags {
	KS_NO_INCLUDE = 1 << 0, /* %include is a problem: a host's kickstart includes nothing */
};

/*
 * Reads a file with what it includes. 0 and a document (free it with ks_document_free), or -1 with
 * every problem found; *ret is then untouched.
 */
int ks_parse_file(const char *path, unsigned flags, struct ks_document **ret,
		  struct problems *problems);
/* The same from memory. `name` stands for the file in messages; includes are relative to its folder. */
int ks_parse_text(const char *text, size_t len, const char *name, unsigned flags,
		  struct ks_document **ret, struct problems *problems);
void ks_document_free(struct ks_document *document);

/*
 * Splits one line as the grammar says. NULL and *ret_error (a constant text) when it is malformed;
 * an empty vector (not NULL) for an empty line.
 */
char **ks_split(const char *line, const char **ret_error);

/* The first command or section with this name, or NULL. */
const struct ks_item *ks_find(const struct ks_document *document, const char *name);

/* A word as the parser reads it back: quoted when it must be. */
void ks_write_word(FILE *out, const char *word);
/* Words with blanks between and a newline behind. */
void ks_write_words(FILE *out, char *const *words);
/* The whole document, normalised: parsing the output gives the same items. */
void ks_write_document(FILE *out, const struct ks_document *document);

void cleanup_ks_document(struct ks_document **document);
#define autodocument __attribute__((cleanup(cleanup_ks_document)))

#endif
