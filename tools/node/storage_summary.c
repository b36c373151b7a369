// SPDX-License-Identifier: MIT
/* Storage for the heartbeat; see storage_summary.h. */
#include "node/facts.h"
#include "node/storage_summary.h"

#define NAME_BYTES_MAX 300   /* an iSCSI name has 223, an export's path is longer than it is useful */
#define SESSIONS_MAX 8       /* as many as a discovery takes */
#define PATHS_MAX SESSIONS_MAX

static const char *const states[] = { "ok", "degraded", "failed" };

static const char *text_of(const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));

	return text ? text : "";
}

static json_t *summary_sessions(const json_t *sessions)
{
	json_t *list = json_array();

	for (size_t i = 0; i < json_array_size(sessions) && i < SESSIONS_MAX; i++)
		json_array_append(list, json_array_get(sessions, i));
	return list;
}

static json_t *summary_path(const json_t *told)
{
	static const char *const fields[] = { "disk", "portal", "state" };
	json_t *path = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		json_object_set_new(path, fields[i], clean_string(text_of(told, fields[i]), NAME_BYTES_MAX));
	return path;
}

static json_t *summary_map(const json_t *told)
{
	const json_t *paths = json_object_get(told, "paths");
	json_t *list = json_array();

	for (size_t i = 0; i < json_array_size(paths) && i < PATHS_MAX; i++)
		json_array_append_new(list, summary_path(json_array_get(paths, i)));
	return json_pack("{s:o, s:o, s:o}", "name", clean_string(text_of(told, "name"), NAME_BYTES_MAX),
			 "device", clean_string(text_of(told, "device"), NAME_BYTES_MAX), "paths", list);
}

static bool has_lost_path(const json_t *map)
{
	const json_t *path;
	size_t i;

	json_array_foreach(json_object_get(map, "paths"), i, path)
		if (!streq(text_of(path, "state"), "up"))
			return true;
	return false;
}

/* Of an item's maps, those with a lost path first. */
static json_t *summary_maps(const json_t *told, size_t *maps_count)
{
	json_t *list = json_array();

	for (int wants_lost = 1; wants_lost >= 0; wants_lost--) {
		const json_t *map;
		size_t i;

		json_array_foreach(told, i, map)
			if (has_lost_path(map) == wants_lost && (*maps_count)++ < SUMMARY_MAPS_MAX)
				json_array_append_new(list, summary_map(map));
	}
	return list;
}

static json_t *summary_item(const json_t *told, size_t *maps_count)
{
	static const char *const numbers[] = { "volumes", "latency_ms", "free_bytes", "size_bytes" };
	json_t *item = json_object();

	json_object_set_new(item, "kind", clean_string(text_of(told, "kind"), NAME_BYTES_MAX));
	json_object_set_new(item, "name", clean_string(text_of(told, "name"), NAME_BYTES_MAX));
	json_object_set_new(item, "state", clean_string(text_of(told, "state"), NAME_BYTES_MAX));
	json_object_set_new(item, "reason", clean_string(text_of(told, "reason"), SUMMARY_TEXT_MAX));
	json_object_set_new(item, "note", clean_string(text_of(told, "note"), SUMMARY_TEXT_MAX));
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (json_is_integer(json_object_get(told, numbers[i])))
			json_object_set(item, numbers[i], json_object_get(told, numbers[i]));
	if (json_object_get(told, "sessions"))
		json_object_set_new(item, "sessions", summary_sessions(json_object_get(told, "sessions")));
	if (json_object_get(told, "maps"))
		json_object_set_new(item, "maps", summary_maps(json_object_get(told, "maps"), maps_count));
	return item;
}

static bool is_ok(const json_t *item)
{
	return streq(text_of(item, "state"), "ok");
}

/* How many do not fit. */
static size_t add_items(const json_t *told, bool wanted_ok, json_t *items, size_t *maps_count)
{
	const json_t *item;
	size_t i, left_out = 0;

	json_array_foreach(told, i, item) {
		if (is_ok(item) != wanted_ok)
			continue;
		if (json_array_size(items) < SUMMARY_ITEMS_MAX)
			json_array_append_new(items, summary_item(item, maps_count));
		else
			left_out++;
	}
	return left_out;
}

static json_t *count(const json_t *told)
{
	json_t *counts = json_object();

	for (size_t s = 0; s < ARRAY_SIZE(states); s++) {
		const json_t *item;
		size_t i;
		int n = 0;

		json_array_foreach(told, i, item)
			n += streq(text_of(item, "state"), states[s]);
		json_object_set_new(counts, states[s], json_integer(n));
	}
	return counts;
}

json_t *storage_summary(const json_t *report, const char *configuration)
{
	const json_t *told = json_object_get(report, "items");
	const char *applied = text_of(report, "configuration");
	bool is_applied = configuration && streq(configuration, applied);
	json_t *items = json_array();
	size_t maps_count = 0, left_out = add_items(told, false, items, &maps_count);
	bool is_well = json_array_size(items) == 0;

	left_out += add_items(told, true, items, &maps_count);
	return json_pack("{s:o, s:o, s:b, s:b, s:o, s:o, s:I, s:I}", "state",
			 clean_string(text_of(report, "state"), NAME_BYTES_MAX), "configuration",
			 clean_string(applied, NAME_BYTES_MAX), "is_applied", is_applied, "differs",
			 !is_applied || !is_well, "counts", count(told), "items", items, "left_out",
			 (json_int_t)left_out, "maps_left_out",
			 (json_int_t)(maps_count > SUMMARY_MAPS_MAX ? maps_count - SUMMARY_MAPS_MAX : 0));
}
