// SPDX-License-Identifier: MIT
/* Storage pools as libvirt's XML (https://libvirt.org/formatstorage.html). */
#include "common/xml.h"
#include "node/storage.h"

char *pool_xml(const struct pool_type *type, const struct host_pool *pool, const char *target,
	       const struct iscsi_session *portal)
{
	char *xml = NULL;
	size_t len;
	FILE *f = xopen_memstream(&xml, &len);

	fprintf(f, "<pool type='%s'>\n  ", type->name);
	xml_text_element(f, "name", pool->name);
	if (type->write_source) {
		fputs("  <source>\n", f);
		type->write_source(f, pool, portal);
		fputs("  </source>\n", f);
	}
	fputs("  <target>\n    ", f);
	xml_text_element(f, "path", target);
	fputs("  </target>\n</pool>\n", f);
	fclose(f);
	return xml;
}
