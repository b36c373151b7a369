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

#endif
