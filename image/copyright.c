// SPDX-License-Identifier: MIT
/*
 * Debian's short names of licences as SPDX expressions; see copyright.h.
 *
 *	text    = header *( blank stanza )
 *	header  = "Format: " a URL with "copyright-format" in it, and other fields
 *	stanza  = "Files: " ... and "License: " licence, or a licence's text ("License: " alone)
 *	licence = name *( " or " name ) / name *( " and " name )
 */
#include <strings.h>
#include <sys/stat.h>

#include "common/file.h"
#include "image/copyright.h"

#define TEXT_MAX (4 * 1024 * 1024)

static const struct { const char *debian, *spdx; } names[] = {
	{ "Apache-2.0", "Apache-2.0" },
	{ "BSD-2-clause", "BSD-2-Clause" },
	{ "BSD-3-clause", "BSD-3-Clause" },
	{ "BSL-1.0", "BSL-1.0" },
	{ "CC0-1.0", "CC0-1.0" },
	{ "Expat", "MIT" },
	{ "GPL-1+", "GPL-1.0-or-later" },
	{ "GPL-2", "GPL-2.0-only" },
	{ "GPL-2+", "GPL-2.0-or-later" },
	{ "GPL-2.0", "GPL-2.0-only" },
	{ "GPL-2.0+", "GPL-2.0-or-later" },
	{ "GPL-3", "GPL-3.0-only" },
	{ "GPL-3+", "GPL-3.0-or-later" },
	{ "GPL-3.0", "GPL-3.0-only" },
	{ "GPL-3.0+", "GPL-3.0-or-later" },
	{ "ISC", "ISC" },
	{ "LGPL-2", "LGPL-2.0-only" },
	{ "LGPL-2+", "LGPL-2.0-or-later" },
	{ "LGPL-2.0+", "LGPL-2.0-or-later" },
	{ "LGPL-2.1", "LGPL-2.1-only" },
	{ "LGPL-2.1+", "LGPL-2.1-or-later" },
	{ "LGPL-3", "LGPL-3.0-only" },
	{ "LGPL-3+", "LGPL-3.0-or-later" },
	{ "MIT", "MIT" },
	{ "MPL-1.1", "MPL-1.1" },
	{ "MPL-2.0", "MPL-2.0" },
	{ "OFL-1.1", "OFL-1.1" },
	{ "Zlib", "Zlib" },
};

static const char *spdx_name(const char *debian)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcasecmp(names[i].debian, debian) == 0)
			return names[i].spdx;
	return NULL;
}

static void add(char ***terms, const char *term)
{
	if (!strv_contains(*terms, term))
		strv_push(terms, term);
}

/* "A", "A or B", "A and B"; false when it is anything else. */
static bool add_license(char ***terms, const char *text)
{
	autostrv char **words = strv_split(text, " \t", false);
	autostrv char **found = NULL;
	const char *operator = strv_len(words) > 1 ? words[1] : "and";
	size_t count = strv_len(words);

	if (count % 2 == 0 || (!streq(operator, "or") && !streq(operator, "and")))
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *name = spdx_name(words[i]);

		if (i % 2 ? !streq(words[i], operator) : !name)
			return false;
		if (i % 2 == 0)
			add(&found, name);
	}
	strv_sort(found);
	if (streq(operator, "or") && strv_len(found) > 1) {
		autofree char *choice = strv_join(found, " OR ");

		strv_push_take(&words, xasprintf("(%s)", choice));
		add(terms, words[count]);
		return true;
	}
	for (size_t i = 0; found[i]; i++)
		add(terms, found[i]);
	return true;
}

/* A field's first line; names of fields are of either case. */
static const char *value_of(const char *line, const char *field)
{
	size_t len = strlen(field);

	return strncasecmp(line, field, len) == 0 ? line + len + strspn(line + len, " \t") : NULL;
}

static bool is_machine_readable(const char *line)
{
	const char *format = line ? value_of(line, "Format:") : NULL;

	return format && strstr(format, "copyright-format");
}

char *copyright_license(const char *text)
{
	autostrv char **lines = strv_split(text, "\n", true), **terms = NULL;
	bool has_files = false;

	if (!lines || !is_machine_readable(lines[0]))
		return NULL;
	for (size_t i = 0; lines[i]; i++) {
		const char *license = value_of(lines[i], "License:");

		if (!*str_trim(lines[i]))
			has_files = false;
		else if (value_of(lines[i], "Files:"))
			has_files = true;
		else if (has_files && license && !add_license(&terms, license))
			return NULL;
	}
	strv_sort(terms);
	return terms ? strv_join(terms, " AND ") : NULL;
}

int copyright_of(const char *tree, const char *package, char **ret, struct problems *problems)
{
	autofree char *folder = xasprintf("%s/usr/share/doc/%s", tree, package);
	autofree char *path = path_join(folder, "copyright"), *text = NULL;
	struct stat st;

	*ret = NULL;
	if (lstat(folder, &st) < 0 || !S_ISDIR(st.st_mode))
		return 0;
	if (file_read_optional(path, TEXT_MAX, &text, NULL, problems) < 0)
		return -1;
	*ret = text ? copyright_license(text) : NULL;
	return 0;
}
