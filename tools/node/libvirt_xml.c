// SPDX-License-Identifier: MIT
/* Reading libvirt's XML; see libvirt_xml.h. */
#include <string.h>

#include "common/str.h"
#include "node/libvirt_xml.h"

static const struct {
	const char *escaped;
	char plain;
} entities[] = {
	{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&apos;", '\'' }, { "&quot;", '"' },
};

static char *unescape(const char *text, size_t len)
{
	char *plain = xstrndup(text, len), *to = plain;

	for (const char *from = plain; *from;) {
		size_t skip = 0;

		for (size_t i = 0; i < ARRAY_SIZE(entities); i++)
			if (str_after(from, entities[i].escaped)) {
				*to++ = entities[i].plain;
				skip = strlen(entities[i].escaped);
			}
		if (!skip)
			*to++ = *from++;
		from += skip;
	}
	*to = '\0';
	return plain;
}

char *xml_attribute(const char *tag, const char *attribute)
{
	autofree char *start = xasprintf(" %s='", attribute);
	size_t len = strcspn(tag, ">");
	const char *value = memmem(tag, len, start, strlen(start));

	if (!value)
		return NULL;
	value += strlen(start);
	return unescape(value, strcspn(value, "'"));
}

char *xml_pool_target(const char *pool)
{
	const char *target = strstr(pool, "<target>");
	const char *path = target ? strstr(target, "<path>") : NULL;

	if (!path)
		return NULL;
	path += strlen("<path>");
	return unescape(path, strcspn(path, "<"));
}
