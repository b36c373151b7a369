// SPDX-License-Identifier: MIT
/*
 * Any bytes as a kickstart: parsing never crashes, and what was accepted means the same after it is
 * written and read again, both as words and as values.
 */
#include "tests/sample_language.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static char *document_text(const struct ks_document *document)
{
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	ks_write_document(out, document);
	fclose(out);
	return text;
}

static char *sample_text(const struct sample *sample)
{
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	ks_write_config(out, &sample_language, sample, 0);
	fclose(out);
	return text;
}

/* Values -> text -> values -> text: nothing is lost and nothing is refused. */
static void check_values(const struct ks_document *document)
{
	autoproblems struct problems problems = { 0 };
	autodocument struct ks_document *again = NULL;
	autofree char *first = NULL, *second = NULL;
	struct sample sample;

	if (ks_read(&sample_language, document, &sample, &problems) < 0) {
		require(problems_count(&problems) > 0);
		return;
	}
	first = sample_text(&sample);
	ks_config_done(&sample_language, &sample);
	require(ks_parse_text(first, strlen(first), "again", KS_NO_INCLUDE, &again, NULL) == 0);
	require(ks_read(&sample_language, again, &sample, NULL) == 0);
	second = sample_text(&sample);
	ks_config_done(&sample_language, &sample);
	require(streq(first, second));
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	autoproblems struct problems problems = { 0 };
	autodocument struct ks_document *document = NULL, *again = NULL;
	autofree char *first = NULL, *second = NULL;

	if (ks_parse_text((const char *)data, size, "fuzz", KS_NO_INCLUDE, &document,
			  &problems) < 0) {
		require(problems_count(&problems) > 0 && !document);
		return 0;
	}
	first = document_text(document);
	/* quoting makes a text longer: near the bound the second reading may refuse it */
	if (strlen(first) <= KS_MAX_BYTES) {
		require(ks_parse_text(first, strlen(first), "again", KS_NO_INCLUDE, &again,
				      NULL) == 0);
		second = document_text(again);
		require(streq(first, second));
	}
	check_values(document);
	return 0;
}
