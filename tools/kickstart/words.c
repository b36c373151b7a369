// SPDX-License-Identifier: MIT
/*
 * Words of a kickstart line: splitting with the quoting of Python's shlex, and writing them so that
 * they split again into the same words.
 *
 * One deliberate difference. For shlex, "a#b" is the word "a" and a comment; for a shell it is one
 * word. A password or an address that loses its end silently is the worst of the three answers, so
 * an unquoted # inside a word is refused here.
 */
#include "kickstart/parse.h"

/* The word being built. */
struct word {
	char *text;
	size_t len;
};

static void add_char(struct word *word, char c)
{
	word->text[word->len++] = c;
}

/* 'literal': reads behind the opening quote; returns behind the closing one, or NULL. */
static const char *read_single(const char *p, struct word *word)
{
	for (; *p && *p != '\''; p++)
		add_char(word, *p);
	return *p ? p + 1 : NULL;
}

/* "with \" and \\": any other backslash stands for itself. */
static const char *read_double(const char *p, struct word *word)
{
	for (; *p && *p != '"'; p++) {
		if (p[0] == '\\' && (p[1] == '"' || p[1] == '\\'))
			p++;
		add_char(word, *p);
	}
	return *p ? p + 1 : NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Reads one word that begins at p. Returns the place behind it, or NULL and an error. */
static const char *read_word(const char *p, struct word *word, const char **ret_error)
{
	while (*p && !is_blank(*p)) {
		const char *error = "a quote is opened and not closed on this line";

		if (*p == '\'') {
			p = read_single(p + 1, word);
		} else if (*p == '"') {
			p = read_double(p + 1, word);
		} else if (*p == '\\' && p[1] != '\0') {
			add_char(word, p[1]);
			p += 2;
		} else if (*p == '\\') {
			error = "nothing follows the backslash: a command is one line";
			p = NULL;
		} else if (*p == '#') {
			error = "# inside a word: quote the word, or put a blank before the comment";
			p = NULL;
		} else {
			add_char(word, *p++);
		}
		if (!p) {
			*ret_error = error;
			return NULL;
		}
	}
	return p;
}

char **ks_split(const char *line, const char **ret_error)
{
	char **words = xcalloc(1, sizeof(*words));
	autofree char *buffer = xmalloc(strlen(line) + 1);
	const char *p = line;

	for (size_t count = 0;; count++) {
		struct word word = { .text = buffer };

		while (is_blank(*p))
			p++;
		if (*p == '\0' || *p == '#')
			return words;
		*ret_error = "more than 1000 words";
		p = count < KS_MAX_WORDS ? read_word(p, &word, ret_error) : NULL;
		if (!p) {
			strv_free(words);
			return NULL;
		}
		strv_push_take(&words, xstrndup(word.text, word.len));
	}
}

static bool is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "%+,-./:=@_~!*?[]{}()^$&;<>|";

	return word[0] != '\0' && word[strspn(word, plain)] == '\0';
}

void ks_write_word(FILE *out, const char *word)
{
	const char *value = strchr(word, '=');

	if (is_plain(word)) {
		fputs(word, out);
		return;
	}
	/* --name="a b" reads better than "--name=a b". */
	if (strncmp(word, "--", 2) == 0 && value) {
		autofree char *name = xstrndup(word, (size_t)(value + 1 - word));

		if (is_plain(name)) {
			fputs(name, out);
			word = value + 1;
		}
	}
	putc('"', out);
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			putc('\\', out);
		putc(*word, out);
	}
	putc('"', out);
}

void ks_write_words(FILE *out, char *const *words)
{
	for (size_t i = 0; words && words[i]; i++) {
		if (i > 0)
			putc(' ', out);
		ks_write_word(out, words[i]);
	}
	putc('\n', out);
}
