// SPDX-License-Identifier: MIT
/*
 * A struct host as text, for the tests that compare it: what was given, normalised, in the order of
 * the keys; or the problems, a line each.
 */
#ifndef TESTS_HOST_TEXT_H
#define TESTS_HOST_TEXT_H

#include "host/read.h"

/* As a kickstart. */
static inline char *host_conf_text(const struct host *host)
{
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);
	autofree char *hostname = host_key_text(host_key_find("hostname"), host, 0);

	fputs(hostname, out);
	ks_write_config(out, &host_language, host, 0);
	fclose(out);
	return text;
}

/* Key by key, "appliance.server NAME" for those that are one option. */
static inline char *host_keys_text(const struct host *host)
{
	char **lines = NULL;
	char *all;

	for (const struct host_key *key = host_keys; key->name; key++) {
		autofree char *text = NULL;

		if (!host_key_is_set(key, host))
			continue;
		text = host_key_text(key, host, 0);
		if (key->option)
			strv_pushf(&lines, "%s %s", key->name, text);
		else
			strv_push(&lines, str_trim(text));
	}
	all = lines ? strv_join(lines, "\n") : xstrdup("");
	strv_free(lines);
	return all;
}

static inline char *host_kickstart_text(const char *text)
{
	autoproblems struct problems problems = { 0 };
	autohost struct host host = { 0 };

	if (host_read_kickstart(text, strlen(text), "ks", &host, &problems) < 0)
		return strv_join(problems.items, "\n");
	return host_keys_text(&host);
}

static inline void host_add_line(char ***lines, const char *word, const char *text)
{
	if (text)
		strv_pushf(lines, "%s %s", word, text);
}

/* A kernel command line: what it says, key by key, or the problems; then the rest and the notes. */
static inline char *host_cmdline_text(const char *text)
{
	autoproblems struct problems problems = { 0 };
	autoboot struct host_boot boot = { 0 };
	autohost struct host host = { 0 };
	autostrv char **lines = NULL;

	if (host_read_cmdline(text, "cmdline", &host, &boot, &problems) < 0) {
		lines = strv_copy(problems.items);
	} else {
		char *keys = host_keys_text(&host);

		if (*keys)
			strv_push_take(&lines, keys);
		else
			free(keys);
	}
	host_add_line(&lines, "bootif", boot.bootif);
	host_add_line(&lines, "ks", boot.ks);
	host_add_line(&lines, "token", boot.token);
	if (boot.debug)
		strv_push(&lines, "debug");
	for (char **note = boot.notes; note && *note; note++)
		host_add_line(&lines, "NOTE", *note);
	return lines ? strv_join(lines, "\n") : xstrdup("");
}

/*
 * What was accepted is accepted again in its normal form, and means the same: NULL, or what is
 * different; owned by the caller. A text that is refused is stable.
 */
static inline char *host_unstable_text(const char *text)
{
	autoproblems struct problems problems = { 0 };
	autohost struct host host = { 0 };
	autofree char *first = NULL, *second = NULL;

	if (host_read_kickstart(text, strlen(text), "ks", &host, NULL) < 0)
		return NULL;
	first = host_conf_text(&host);
	host_done(&host);
	if (host_read_kickstart(first, strlen(first), "ks", &host, &problems) < 0)
		return xasprintf("refused in its normal form: %s", problems.items[0]);
	second = host_conf_text(&host);
	return streq(first, second) ? NULL : xasprintf("<%s> became <%s>", first, second);
}

/* A row of a test that is a table: a text, and what it becomes. */
struct text_row {
	int line;
	const char *text;
	const char *expected;
};

/* Every row through `read` (whose result it frees); reports all that differ, and fails then. */
#define expect_text_rows(rows, read)                                                               \
	do {                                                                                       \
		size_t wrong_ = 0;                                                                 \
		for (size_t i_ = 0; i_ < ARRAY_SIZE(rows); i_++) {                                 \
			autofree char *found_ = read((rows)[i_].text);                             \
			if (streq(found_, (rows)[i_].expected))                                    \
				continue;                                                          \
			wrong_++;                                                                  \
			print_error("row of line %d: expected\n<%s>\nfound\n<%s>\n",              \
				    (rows)[i_].line, (rows)[i_].expected, found_);                 \
		}                                                                                  \
		assert_int_equal(wrong_, 0);                                                       \
	} while (0)

/* What was accepted is accepted again in its normal form, and means the same. */
#define expect_stable_rows(rows)                                                                   \
	do {                                                                                       \
		for (size_t i_ = 0; i_ < ARRAY_SIZE(rows); i_++) {                                 \
			autofree char *why_ = host_unstable_text((rows)[i_].text);                 \
			if (why_)                                                                  \
				fail_msg("row of line %d: %s", (rows)[i_].line, why_);             \
		}                                                                                  \
	} while (0)

#endif
