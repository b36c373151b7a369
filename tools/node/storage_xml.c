// SPDX-License-Identifier: MIT
/* Storage pools as libvirt's XML (https://libvirt.org/formatstorage.html). */
#include "node/storage.h"

static void write_escaped(FILE *out, const char *text)
{
	static const struct {
		char c;
		const char *entity;
	} entities[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" },
			 { '\'', "&apos;" }, { '"', "&quot;" } };

	for (; *text; text++) {
		const char *entity = NULL;

		for (size_t i = 0; i < ARRAY_SIZE(entities); i++)
			if (entities[i].c == *text)
				entity = entities[i].entity;
		if (entity)
			fputs(entity, out);
		else
			fputc(*text, out);
	}
}

void xml_attribute_element(FILE *out, const char *name, const char *attribute, const char *value)
{
	if (!value)
		return;
	fprintf(out, "    <%s %s='", name, attribute);
	write_escaped(out, value);
	fputs("'/>\n", out);
}

void xml_text_element(FILE *out, const char *name, const char *text)
{
	fprintf(out, "<%s>", name);
	write_escaped(out, text);
	fprintf(out, "</%s>\n", name);
}

char *pool_xml(const struct pool_type *type, const struct host_pool *pool, const char *target)
{
	char *xml = NULL;
	size_t len;
	FILE *f = xopen_memstream(&xml, &len);

	fprintf(f, "<pool type='%s'>\n  ", type->name);
	xml_text_element(f, "name", pool->name);
	if (type->write_source) {
		fputs("  <source>\n", f);
		type->write_source(f, pool);
		fputs("  </source>\n", f);
	}
	fputs("  <target>\n    ", f);
	xml_text_element(f, "path", target);
	fputs("  </target>\n</pool>\n", f);
	fclose(f);
	return xml;
}
