// SPDX-License-Identifier: MIT
/* What a fetch was in the end; see fetch.h. */
#include <sys/resource.h>

#include "common/cli.h"
#include "common/json.h"
#include "node/fetch.h"

static uint64_t bytes_of(const struct mirrors *mirrors)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < mirrors->count; i++)
		sum += mirrors->items[i].bytes;
	return sum;
}

char *fetch_summary_text(const struct fetch *fetch)
{
	int64_t took_ms = now_ms() - fetch->started_ms;
	uint64_t bytes = bytes_of(&fetch->mirrors);
	autostrv char **used = NULL;
	autofree char *from = NULL, *size = size_text(bytes);

	for (size_t i = 0; i < fetch->mirrors.count; i++)
		if (fetch->mirrors.items[i].bytes)
			strv_push(&used, fetch->mirrors.items[i].url.text);
	from = used ? strv_join(used, ", ") : xstrdup("nowhere: all was there");
	return xasprintf("image %s: %zu layers, %s fetched in %.1f s, %u retries, from %s",
			 fetch->manifest.version, fetch->manifest.count, size,
			 (double)took_ms / 1e3, fetch->retries, from);
}

static json_t *mirrors_json(const struct mirrors *mirrors)
{
	json_t *list = json_array();

	for (size_t i = 0; i < mirrors->count; i++) {
		const struct mirror *mirror = &mirrors->items[i];

		json_array_append_new(list, json_pack("{s:s, s:I, s:i, s:i}",
			"url", mirror->url.text, "bytes", (json_int_t)mirror->bytes,
			"failures", (int)mirror->failures_all, "wrong", (int)mirror->wrong));
	}
	return list;
}

/* KiB that the program had at most, getrusage(2): what a small machine must have besides the layers. */
static long peak_memory(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}

char *fetch_summary_json(const struct fetch *fetch, int code, const struct problems *problems)
{
	autojson json_t *summary = json_object();
	int64_t took_ms = now_ms() - fetch->started_ms;
	const char *version = fetch->manifest.version;

	json_object_set_new(summary, "result", json_string(code == EXIT_DONE ? "done" :
		code == EXIT_PERMANENT ? "permanent failure" : "temporary failure"));
	json_object_set_new(summary, "problems", json_strings(problems->items));
	json_object_set_new(summary, "version", version ? json_string(version) : json_null());
	json_object_set_new(summary, "image_bytes",
			    json_integer((json_int_t)manifest_bytes(&fetch->manifest)));
	json_object_set_new(summary, "bytes",
			    json_integer((json_int_t)bytes_of(&fetch->mirrors)));
	json_object_set_new(summary, "seconds", json_real((double)took_ms / 1e3));
	json_object_set_new(summary, "retries", json_integer(fetch->retries));
	json_object_set_new(summary, "mirrors", mirrors_json(&fetch->mirrors));
	json_object_set_new(summary, "peak_memory_kib", json_integer(peak_memory()));
	return json_text(summary);
}
