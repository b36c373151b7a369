// SPDX-License-Identifier: MIT
/* A parsed document: finding, writing and freeing; see parse.h. */
#include "kickstart/parse.h"

const struct ks_item *ks_find(const struct ks_document *document, const char *name)
{
	for (size_t i = 0; i < document->items_count; i++)
		if (streq(document->items[i].argv[0], name))
			return &document->items[i];
	return NULL;
}

void ks_write_document(FILE *out, const struct ks_document *document)
{
	for (size_t i = 0; i < document->items_count; i++) {
		const struct ks_item *item = &document->items[i];

		ks_write_words(out, item->argv);
		for (size_t j = 0; j < item->lines_count; j++)
			fprintf(out, "%s\n", item->lines[j].text);
		if (item->is_section)
			fputs("%end\n", out);
	}
}

static void free_item(struct ks_item *item)
{
	for (size_t i = 0; i < item->lines_count; i++)
		free(item->lines[i].text);
	free(item->lines);
	strv_free(item->argv);
}

void ks_document_free(struct ks_document *document)
{
	if (!document)
		return;
	for (size_t i = 0; i < document->items_count; i++)
		free_item(&document->items[i]);
	free(document->items);
	strv_free(document->files);
	free(document);
}

void cleanup_ks_document(struct ks_document **document)
{
	ks_document_free(*document);
}
