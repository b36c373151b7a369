// SPDX-License-Identifier: MIT
/* Readiness from the programs' own reports; see node_state.h. */
#include "node/agent_replies.h"
#include "node/facts.h"
#include "node/node_state.h"

#define REASON_MAX 500 /* the appliance takes a thousand bytes */
#define TEXT_MAX 4096

/* What one part says, in the order of badness; the worst part decides. */
static void add_reason(struct node_report *report, enum node_area area, enum node_readiness readiness,
		       const char *part, const char *text)
{
	autofree char *line = xasprintf("%s: %s", part, text);
	autojson json_t *clean = clean_string(line, REASON_MAX);
	size_t count = strv_len(report->reasons);

	if (report->readiness != NODE_DEGRADED)
		report->readiness = readiness;
	if (count == NODE_REASONS_MAX)
		return;
	strv_push(&report->reasons, json_string_value(clean));
	report->about[count].area = area;
	report->about[count].readiness = readiness;
}

static const char *text_of(const json_t *object, const char *field)
{
	const char *text = NULL;

	json_get_optional_string(object, field, TEXT_MAX, &text, "", NULL);
	return text;
}

/* Sources that were not taken: "oemdrv: ks.cfg:3: unknown command". */
static void check_sources(const struct node_inputs *inputs, struct node_report *report)
{
	const json_t *source, *error;
	size_t i, j;

	json_array_foreach(json_object_get(inputs->config, "sources"), i, source) {
		const char *state = text_of(source, "state"), *name = text_of(source, "name");
		const json_t *errors = json_object_get(source, "errors");

		if (!state || !name || !streq(state, "broken"))
			continue;
		if (json_array_size(errors) == 0)
			add_reason(report, AREA_CONFIGURATION, NODE_DEGRADED, name, "this configuration is broken");
		json_array_foreach(errors, j, error)
			if (json_is_string(error))
				add_reason(report, AREA_CONFIGURATION, NODE_DEGRADED, name, json_string_value(error));
	}
}

static void check_config(const struct node_inputs *inputs, struct node_report *report)
{
	const char *etag = inputs->config ? text_of(inputs->config, "generation") : NULL;

	report->generation = etag && *etag ? generation_of_etag(etag) : NULL;
	check_sources(inputs, report);
	if (inputs->fetch_problem)
		add_reason(report, AREA_CONFIGURATION, NODE_DEGRADED, "kickstart", inputs->fetch_problem);
	else if (!inputs->config)
		add_reason(report, AREA_CONFIGURATION, NODE_CONFIGURING, "configuration", "not read yet");
	else if (inputs->wanted_generation &&
		 !streq_null(inputs->wanted_generation, report->generation))
		add_reason(report, AREA_CONFIGURATION, NODE_CONFIGURING, "configuration",
			   "the appliance's kickstart is not applied yet");
}

/* What a program says is of its last run; a newer host.conf may have come since. */
static bool is_outdated(const struct node_inputs *inputs, const json_t *file)
{
	const char *applied = text_of(file, "configuration");

	return inputs->configuration && applied && !streq(inputs->configuration, applied);
}

static void check_part(const struct node_inputs *inputs, const json_t *file, enum node_area area,
		       const char *part, struct node_report *report)
{
	const char *state = file ? text_of(file, "state") : NULL;
	const char *reason = file ? text_of(file, "reason") : NULL;

	if (!state)
		add_reason(report, area, NODE_CONFIGURING, part, "not set up yet");
	else if (is_outdated(inputs, file))
		add_reason(report, area, NODE_CONFIGURING, part, "the new configuration is not applied yet");
	else if (streq(state, "degraded"))
		add_reason(report, area, NODE_DEGRADED, part, reason && *reason ? reason : "degraded");
	else if (!streq(state, "ok") && !streq(state, "none"))
		add_reason(report, area, NODE_CONFIGURING, part, reason && *reason ? reason : state);
}

/* The items of storage.json say more than its state. */
static void check_storage(const struct node_inputs *inputs, struct node_report *report)
{
	const json_t *storage = inputs->storage;
	size_t before = strv_len(report->reasons), i;
	const json_t *item;

	if (is_outdated(inputs, storage)) {
		check_part(inputs, storage, AREA_STORAGE, "storage", report);
		return;
	}
	json_array_foreach(json_object_get(storage, "items"), i, item) {
		const char *state = text_of(item, "state"), *reason = text_of(item, "reason");
		const char *name = text_of(item, "name"), *kind = text_of(item, "kind");
		autofree char *part = NULL;

		if (!state || streq(state, "ok"))
			continue;
		part = xasprintf("%s %s", kind ? kind : "storage", name ? name : "");
		add_reason(report, AREA_STORAGE, NODE_DEGRADED, part, reason && *reason ? reason : "degraded");
	}
	if (strv_len(report->reasons) == before)
		check_part(inputs, storage, AREA_STORAGE, "storage", report);
}

void node_report_compute(const struct node_inputs *inputs, struct node_report *ret)
{
	*ret = (struct node_report){ .readiness = NODE_READY };
	ret->configuration = inputs->configuration ? xstrdup(inputs->configuration) : NULL;
	check_config(inputs, ret);
	check_part(inputs, inputs->network, AREA_NETWORK, "network", ret);
	if (inputs->is_on_trial)
		add_reason(ret, AREA_NETWORK, NODE_CONFIGURING, "network",
			   "on trial until the appliance has answered over it");
	check_storage(inputs, ret);
	if (inputs->firewall)
		check_part(inputs, inputs->firewall, AREA_SERVICES, "firewall", ret);
	if (inputs->services)
		check_part(inputs, inputs->services, AREA_SERVICES, "services", ret);
	if (inputs->libvirt_problem)
		add_reason(ret, AREA_LIBVIRT, inputs->may_still_start ? NODE_CONFIGURING : NODE_DEGRADED,
			   "libvirt", inputs->libvirt_problem);
}

void node_report_done(struct node_report *report)
{
	strv_free(report->reasons);
	free(report->generation);
	free(report->configuration);
	*report = (struct node_report){ 0 };
}

const char *node_readiness_name(enum node_readiness readiness)
{
	static const char *const names[] = { "configuring", "ready", "degraded" };

	return names[readiness];
}
