// SPDX-License-Identifier: MIT
/* The report; see storage_report.h. */
#include "common/json.h"
#include "node/storage_multipath.h"
#include "node/storage_report.h"

#define REPORT_MAX (1024 * 1024)

static const char *item_state(const struct task *task)
{
	if (task_is_whole(task))
		return "ok";
	return task->result.code == EXIT_PERMANENT ? "failed" : "degraded";
}

/* What a server or a tool says need not be UTF-8; JSON must. */
static void set_text(json_t *item, const char *field, const char *text)
{
	json_t *value = text ? json_string(text) : json_null();

	json_object_set_new(item, field, value ? value : json_string("(not UTF-8)"));
}

static json_t *item_json(const struct task *task)
{
	json_t *item = json_object();

	json_object_set_new(item, "kind", json_string(task->kind));
	json_object_set_new(item, "name", json_string(task->name));
	json_object_set_new(item, "state", json_string(item_state(task)));
	set_text(item, "reason", task->result.reason);
	set_text(item, "note", task->result.note);
	if (task->result.volumes >= 0)
		json_object_set_new(item, "volumes", json_integer(task->result.volumes));
	return item;
}

json_t *storage_report_make(const struct tasks *tasks, const char *configuration)
{
	json_t *report = json_object(), *items = json_array();
	const char *state = "none";

	for (size_t i = 0; i < tasks->count; i++) {
		const struct task *task = &tasks->items[i];

		if (!task_is_whole(task))
			state = "degraded";
		else if (streq(state, "none") && !streq(task->kind, "libvirt"))
			state = "ok";
		json_array_append_new(items, item_json(task));
	}
	json_object_set_new(report, "state", json_string(state));
	json_object_set_new(report, "configuration", json_string(configuration));
	json_object_set_new(report, "items", items);
	return report;
}

json_t *storage_report_read(const char *root)
{
	return json_read_report(root, STORAGE_REPORT_PATH, REPORT_MAX);
}

static const char *text_of(const json_t *item, const char *field)
{
	const char *text = json_string_value(json_object_get(item, field));

	return text ? text : "";
}

/* What only the watch adds to an item. */
static const char *const figures[] = { "latency_ms", "free_bytes", "size_bytes", "sessions", "maps" };

bool storage_report_has(const json_t *report, const struct task *task)
{
	autojson json_t *wanted = item_json(task);
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(report, "items"), i, item) {
		autojson json_t *told = json_copy((json_t *)item);

		for (size_t j = 0; j < ARRAY_SIZE(figures); j++)
			json_object_del(told, figures[j]);
		if (json_equal(told, wanted))
			return true;
	}
	return false;
}

json_t *storage_report_find(const json_t *report, const char *kind, const char *name)
{
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(report, "items"), i, item)
		if (streq(text_of(item, "kind"), kind) && streq(text_of(item, "name"), name))
			return item;
	return NULL;
}

bool storage_report_is_ok(const json_t *report, const char *kind, const char *name)
{
	const json_t *item = storage_report_find(report, kind, name);

	return item && streq(text_of(item, "state"), "ok");
}

bool storage_report_degrade(json_t *report, const char *kind, const char *name, const char *reason)
{
	json_t *item = storage_report_find(report, kind, name);

	if (!item || (streq(text_of(item, "state"), "degraded") && streq(text_of(item, "reason"), reason)))
		return false;
	json_object_set_new(item, "state", json_string("degraded"));
	set_text(item, "reason", reason);
	json_object_set_new(report, "state", json_string("degraded"));
	return true;
}

bool storage_report_volumes(json_t *report, const char *pool, int volumes, const char *note)
{
	json_t *item = storage_report_find(report, "pool", pool);

	if (!item || json_integer_value(json_object_get(item, "volumes")) == volumes)
		return false;
	json_object_set_new(item, "volumes", json_integer(volumes));
	set_text(item, "note", note);
	return true;
}

static void set_figure(json_t *item, const char *field, long long value)
{
	json_object_set_new(item, field, value < 0 ? json_null() : json_integer(value));
}

void storage_report_set_figures(json_t *item, const struct pool_look *look)
{
	set_figure(item, "latency_ms", look->latency_ms);
	set_figure(item, "free_bytes", look->free_bytes);
	set_figure(item, "size_bytes", look->size_bytes);
}

void storage_report_figures(json_t *report, const char *source, const struct pool_look *look)
{
	json_t *item = storage_report_find(report, "nfs", source);

	if (item)
		storage_report_set_figures(item, look);
}

bool storage_report_has_figures(const json_t *report, const char *source)
{
	const json_t *item = storage_report_find(report, "nfs", source);

	return !item || json_object_get(item, "latency_ms");
}

bool storage_report_sessions(json_t *report, const struct iscsi_seen_list *seen,
			     const struct iscsi_target *target)
{
	json_t *item = storage_report_find(report, "iscsi", target->name);
	autojson json_t *sessions = iscsi_sessions_json(seen, target);

	if (!item || json_equal(json_object_get(item, "sessions"), sessions))
		return false;
	json_object_set(item, "sessions", sessions);
	return true;
}

bool storage_report_maps(json_t *report, const char *root, const struct iscsi_seen_list *seen,
			 const struct iscsi_target *target)
{
	json_t *item = storage_report_find(report, "iscsi", target->name);
	autostrv char **faults = NULL;
	autojson json_t *maps = NULL;

	if (!item || !target->is_joined)
		return false;
	maps = multipath_look(root, seen, target->name, &faults);
	if (json_equal(json_object_get(item, "maps"), maps))
		return false;
	json_object_set(item, "maps", maps);
	return true;
}

void storage_report_print(const json_t *report, FILE *out)
{
	const json_t *item;
	size_t i;

	fprintf(out, "storage: %s\n", text_of(report, "state"));
	json_array_foreach(json_object_get(report, "items"), i, item) {
		const char *reason = text_of(item, "reason");
		const char *detail = *reason ? reason : text_of(item, "note");

		fprintf(out, "  %-8s %-8s %s%s%s\n", text_of(item, "state"), text_of(item, "kind"),
			text_of(item, "name"), *detail ? ": " : "", detail);
	}
}
