// SPDX-License-Identifier: MIT
/*
 * "hostname": what the machine calls itself now, or null when nobody has named it yet. Only names that
 * RFC 1123 allows: the kernel would keep anything.
 */
#include <ctype.h>

#include "common/file.h"
#include "node/facts.h"

#define HOSTNAME_MAX 253

static bool is_hostname(const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len > HOSTNAME_MAX || !isalnum((unsigned char)text[0]))
		return false;
	for (const char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '.')
			return false;
	return !streq(text, "localhost") && !str_after(text, "localhost.");
}

static int collect(const char *root, json_t *facts, struct problems *problems)
{
	autofree char *path = path_in_root(root, "/proc/sys/kernel/hostname");
	autofree char *name = file_read_line(path);

	(void)problems;
	return json_object_set_new(facts, "hostname",
				   name && is_hostname(name) ? json_string(name) : json_null());
}

const struct fact_kind facts_hostname = { "hostname", collect };
