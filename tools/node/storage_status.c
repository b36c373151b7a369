// SPDX-License-Identifier: MIT
/* Gathers what `roost storage status` tells; see storage_status.h. */
#include "common/file.h"
#include "node/host_conf.h"
#include "node/report_print.h"
#include "node/storage_libvirt.h"
#include "node/storage_look.h"
#include "node/storage_multipath.h"
#include "node/storage_mounts.h"
#include "node/storage_report.h"
#include "node/storage_status.h"
#include "node/storage_sysfs.h"

#define LIBVIRT_LIMIT_MS 8000
#define POOLS_MAX (16 * 1024)

struct gathering {
	const char *root;
	const struct storage_plan *plan;
	struct pool_look *looks;
	struct seen_mounts mounts;
	struct iscsi_seen_list sessions;
	json_t *pools;          /* libvirt's, {name: is it active}; NULL: it was not asked, or does not answer */
	json_t *status;
};

static void differ(json_t *item, const char *fmt, ...) printf_like(2, 3);

static void differ(json_t *item, const char *fmt, ...)
{
	json_t *list = json_object_get(item, "differences");
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	json_array_append_new(list, json_string(text));
}

static json_t *new_item(const char *kind, const char *name)
{
	json_t *item = json_pack("{s:s, s:s*}", "kind", kind, "name", name);

	json_object_set_new(item, "differences", json_array());
	return item;
}

/* The report's item, or one that says that the configuration has not got there. */
static json_t *add_item(struct gathering *g, const json_t *report, const char *kind, const char *name)
{
	const json_t *told = storage_report_find(report, kind, name);
	json_t *item = told ? json_copy((json_t *)told) : new_item(kind, name);

	json_object_set_new(item, "differences", json_array());
	if (!told) {
		json_object_set_new(item, "state", json_string("waiting"));
		differ(item, "it was not attached yet");
	}
	json_array_append_new(json_object_get(g->status, "items"), item);
	return item;
}

static void add_mount(struct gathering *g, const json_t *report, const struct pool_plan *pool,
		      const struct pool_look *look)
{
	json_t *item;

	if (!pool->unit_name || pool->refused)
		return;
	item = add_item(g, report, "nfs", pool->mount_source);
	storage_report_set_figures(item, look);
	json_object_set_new(item, "mount_options", look->options ? json_string(look->options) : json_null());
	if (look->state != LOOK_UNKNOWN && look->reason)
		differ(item, "%s", look->reason);
	else if (!look->is_mounted)
		differ(item, "it is not mounted");
}

static void add_pool(struct gathering *g, const json_t *report, const struct pool_plan *pool)
{
	const char *name = pool->pool->name;
	json_t *item = add_item(g, report, "pool", name);
	const json_t *seen = json_object_get(g->pools, name);

	if (!g->pools || pool->refused)
		return;
	if (!seen)
		differ(item, "libvirt does not have it");
	else if (!json_is_true(seen))
		differ(item, "it does not run");
}

/* Each LUN's map with its paths. */
static void add_maps(struct gathering *g, json_t *item, const char *target)
{
	autostrv char **faults = NULL;

	json_object_set_new(item, "maps", multipath_look(g->root, &g->sessions, target, &faults));
	for (size_t i = 0; faults && faults[i]; i++)
		differ(item, "%s", faults[i]);
}

static void add_target(struct gathering *g, const json_t *report, const struct iscsi_target *target)
{
	json_t *item = add_item(g, report, "iscsi", target->name);

	for (size_t i = 0; i < target->count; i++) {
		autofree char *portal = iscsi_portal(&target->sessions[i]);
		enum iscsi_session_state state = iscsi_session_state(&g->sessions, &target->sessions[i]);

		if (state != ISCSI_SESSION_UP)
			differ(item, "%s: %s", portal, state == ISCSI_SESSION_NONE ? "there is no session" :
			       "the session is lost; the initiator keeps trying");
	}
	json_object_set_new(item, "sessions", iscsi_sessions_json(&g->sessions, target));
	if (target->is_joined)
		add_maps(g, item, target->name);
}

static void add_other(struct gathering *g, const char *kind, const char *name, const char *what)
{
	json_t *item = new_item(kind, name);

	differ(item, "%s", what);
	json_array_append_new(json_object_get(g->status, "others"), item);
}

/* What stands there and is in no configuration. */
static void add_others(struct gathering *g)
{
	const char *name;
	json_t *is_active;

	for (size_t i = 0; i < g->mounts.count; i++) {
		const struct seen_mount *mount = &g->mounts.items[i];
		bool is_ours = false;

		for (size_t j = 0; j < g->plan->pools_count; j++)
			is_ours = is_ours || streq_null(g->plan->pools[j].target, mount->target);
		if (!is_ours)
			add_other(g, "nfs", mount->source, "mounted by hand; it is in no configuration");
	}
	json_object_foreach(g->pools, name, is_active) {
		bool is_ours = storage_report_find(g->status, "pool", name);
		if (!is_ours)
			add_other(g, "pool", name, json_is_true(is_active) ?
				  "defined by hand, and runs; it is in no configuration" :
				  "defined by hand; it is in no configuration");
	}
}

/* In a child: libvirtd may be held by what we want to know. */
static json_t *ask_libvirt(const char *root, const char *uri, json_t *items)
{
	struct tasks tasks = { 0 };
	const struct task_result *result;
	json_t *pools = NULL;

	if (!streq(root, "/"))
		return NULL;
	tasks_add(&tasks, (struct task){
		.kind = "libvirt", .name = xstrdup(uri), .after = TASK_NONE,
		.timeout_ms = LIBVIRT_LIMIT_MS, .run = pools_list, .arg = uri,
	});
	tasks_run(&tasks, NULL, NULL);
	result = &tasks.items[0].result;
	if (task_is_done(&tasks.items[0]) && result->note) {
		pools = json_read(result->note, strlen(result->note), POOLS_MAX, "libvirt", NULL);
	} else {
		json_t *item = new_item("libvirt", uri);

		json_object_set_new(item, "state", json_string("degraded"));
		differ(item, "%s", result->reason ? result->reason : "libvirt does not answer");
		json_array_append_new(items, item);
	}
	tasks_done(&tasks);
	return pools;
}

static bool is_well(const json_t *status)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(status, "items"), i, item) {
		const char *state = json_string_value(json_object_get(item, "state"));

		if (json_array_size(json_object_get(item, "differences")) || !state || !streq(state, "ok"))
			return false;
	}
	return json_is_true(json_object_get(status, "is_applied")) &&
	       json_array_size(json_object_get(status, "others")) == 0;
}

/* What the report has beyond the plan: libvirt itself, a pool that is held. */
static void add_rest(struct gathering *g, const json_t *report)
{
	const json_t *told;
	size_t i;

	json_array_foreach(json_object_get(report, "items"), i, told) {
		const char *kind = json_string_value(json_object_get(told, "kind"));
		const char *name = json_string_value(json_object_get(told, "name"));

		if (kind && name && !storage_report_find(g->status, kind, name))
			add_item(g, report, kind, name);
	}
}

static void gather(struct gathering *g, const char *uri, const json_t *report)
{
	mounts_read(g->root, &g->mounts);
	iscsi_sessions_read(g->root, &g->sessions);
	g->looks = looks_take(g->root, g->plan, NULL);
	g->pools = ask_libvirt(g->root, uri, json_object_get(g->status, "items"));
	for (size_t i = 0; i < g->plan->targets_count; i++)
		add_target(g, report, &g->plan->targets[i].target);
	for (size_t i = 0; i < g->plan->pools_count; i++) {
		add_mount(g, report, &g->plan->pools[i], &g->looks[i]);
		add_pool(g, report, &g->plan->pools[i]);
	}
	add_rest(g, report);
	add_others(g);
	json_object_set_new(g->status, "differs", json_boolean(!is_well(g->status)));
	looks_free(g->looks, g->plan->pools_count);
	mounts_done(&g->mounts);
	iscsi_sessions_done(&g->sessions);
	json_decref(g->pools);
}

json_t *storage_status_read(const char *root, const char *uri, struct problems *problems)
{
	autofree char *configuration = NULL;
	autojson json_t *report = storage_report_read(root);
	struct gathering g = { .root = root };
	autohost struct host host = { 0 };
	struct storage_plan plan;
	const char *applied;

	if (host_conf_read(root, &host, &configuration, problems) < 0)
		return NULL;
	storage_plan_make(root, uri, &host, &plan);
	g.plan = &plan;
	applied = json_string_value(json_object_get(report, "configuration"));
	g.status = json_pack("{s:s, s:b, s:[], s:[]}", "configuration", configuration, "is_applied",
			     streq_null(applied, configuration), "items", "others");
	json_object_set_new(g.status, "state", report ? json_incref(json_object_get(report, "state")) :
							json_string("waiting"));
	gather(&g, uri, report);
	storage_plan_done(&plan);
	return g.status;
}

static const char *text_of(const json_t *item, const char *field)
{
	const char *text = json_string_value(json_object_get(item, field));

	return text ? text : "";
}

static void print_item(const json_t *item, const char *state, FILE *out)
{
	const json_t *latency = json_object_get(item, "latency_ms"), *text;
	autofree char *took = json_is_integer(latency) ?
		xasprintf("%lld ms", json_integer_value(latency)) : xstrdup("-");
	const char *why = *text_of(item, "reason") ? text_of(item, "reason") : text_of(item, "note");
	size_t i;

	fprintf(out, "%-8s %-40s %-9s %8s%s%s\n", text_of(item, "kind"), text_of(item, "name"), state, took,
		*why ? "  " : "", why);
	json_array_foreach(json_object_get(item, "differences"), i, text)
		if (!streq(json_string_value(text), why))
			fprintf(out, "%-8s ! %s\n", "", json_string_value(text));
}

void storage_status_print(const json_t *status, FILE *out)
{
	const json_t *item;
	size_t i;

	fprintf(out, "%-8s %-40s %-9s %8s  %s\n", "KIND", "NAME", "STATE", "LATENCY", "WHY");
	json_array_foreach(json_object_get(status, "items"), i, item)
		print_item(item, text_of(item, "state"), out);
	json_array_foreach(json_object_get(status, "others"), i, item)
		print_item(item, "other", out);
	if (!json_is_true(json_object_get(status, "is_applied")))
		fputs("! the present configuration is not applied yet\n", out);
	fputs(report_differs(status) ?
	      "Storage is not as configured: see the states that are not \"ok\", and the lines with \"!\".\n" :
	      "Storage is as configured.\n", out);
}
