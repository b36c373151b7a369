// SPDX-License-Identifier: MIT
/* Filling in templates; see template.h. */
#include "media/template.h"

#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define DEPTH_MAX 8

struct reader {
	const char *source;
	const struct template_word *words;
	FILE *out;
	struct problems *problems;
	unsigned line;
	/* Each "#if" that is open: whether its lines stay, and whether its "#else" was there. */
	struct { bool stays, has_else; } open[DEPTH_MAX];
	size_t depth;
};

static const struct template_word *find_word(const struct reader *reader, const char *name, size_t len)
{
	for (const struct template_word *word = reader->words; word->name; word++)
		if (strlen(word->name) == len && memcmp(word->name, name, len) == 0)
			return word;
	return NULL;
}

static bool line_stays(const struct reader *reader)
{
	for (size_t i = 0; i < reader->depth; i++)
		if (!reader->open[i].stays)
			return false;
	return true;
}

static int unknown(const struct reader *reader, const char *name, size_t len)
{
	return problem_at(reader->problems, reader->source, reader->line, "%.*s is not known: the "
			  "image was built by another version of Roost: use the roost-pxe that "
			  "belongs to it", (int)len, name);
}

static int open_if(struct reader *reader, const char *name)
{
	const struct template_word *word = find_word(reader, name, strlen(name));

	if (!word)
		return unknown(reader, name, strlen(name));
	if (reader->depth == DEPTH_MAX)
		return problem_at(reader->problems, reader->source, reader->line,
				  "expected at most %d #if inside each other", DEPTH_MAX);
	reader->open[reader->depth].stays = word->value != NULL;
	reader->open[reader->depth++].has_else = false;
	return 0;
}

static int turn_else(struct reader *reader)
{
	if (reader->depth == 0 || reader->open[reader->depth - 1].has_else)
		return problem_at(reader->problems, reader->source, reader->line,
				  "#else: expected an #if before it");
	reader->open[reader->depth - 1].has_else = true;
	reader->open[reader->depth - 1].stays = !reader->open[reader->depth - 1].stays;
	return 0;
}

static int close_if(struct reader *reader)
{
	if (reader->depth == 0)
		return problem_at(reader->problems, reader->source, reader->line,
				  "#end: expected an #if before it");
	reader->depth--;
	return 0;
}

static int fill_line(struct reader *reader, const char *line)
{
	const struct template_word *word;
	const char *at;

	for (; (at = strchr(line, '@')); line = at) {
		size_t len = strspn(at + 1, NAME_CHARACTERS);

		fprintf(reader->out, "%.*s", (int)(at - line), line);
		if (len == 0 || at[len + 1] != '@') {
			fputc(*at++, reader->out);
			continue;
		}
		word = find_word(reader, at + 1, len);
		if (!word || !word->value)
			return unknown(reader, at, len + 2);
		fputs(word->value, reader->out);
		at += len + 2;
	}
	fprintf(reader->out, "%s\n", line);
	return 0;
}

static int read_line(struct reader *reader, const char *line)
{
	const char *name = str_after(line, "#if ");

	if (name)
		return open_if(reader, name);
	if (streq(line, "#else"))
		return turn_else(reader);
	if (streq(line, "#end"))
		return close_if(reader);
	return line_stays(reader) ? fill_line(reader, line) : 0;
}

static int read_lines(struct reader *reader, char *const *lines)
{
	for (; lines && *lines; lines++) {
		reader->line++;
		/* What follows the last newline is no line. */
		if ((lines[1] || **lines) && read_line(reader, *lines) < 0)
			return -1;
	}
	if (reader->depth > 0)
		return problem_at(reader->problems, reader->source, reader->line, "expected #end");
	return 0;
}

int template_fill(const char *text, const char *source, const struct template_word *words,
		  char **ret, struct problems *problems)
{
	struct reader reader = { .source = source, .words = words, .problems = problems };
	autostrv char **lines = strv_split(text, "\n", true);
	autofree char *result = NULL;
	size_t len;
	int r;

	reader.out = xopen_memstream(&result, &len);
	r = read_lines(&reader, lines);
	fclose(reader.out);
	if (r < 0)
		return -1;
	*ret = take_ptr(result);
	return 0;
}
