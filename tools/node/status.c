// SPDX-License-Identifier: MIT
/* The node's state for people; see status.h. */
#include "common/file.h"
#include "node/addresses.h"
#include "node/image_digest.h"
#include "node/node_state.h"
#include "node/status.h"

#define FILE_MAX (256 * 1024)
#define TEXT_MAX 4096

/* A field's text, or NULL; borrowed. */
static const char *text_of(const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));

	return text && *text ? text : NULL;
}

static json_t *copy_of(const json_t *object, const char *field)
{
	json_t *value = json_object_get(object, field);

	return value ? json_incref(value) : json_null();
}

static json_t *host_name(const char *root)
{
	autofree char *path = path_in_root(root, "/proc/sys/kernel/hostname");
	autofree char *name = file_read_line(path);

	return name && *name ? json_string(name) : json_null();
}

static bool is_registered(const json_t *agent)
{
	const char *state = text_of(agent, "state");

	return state && streq(state, "registered");
}

/* What stands between this host and its appliance; NULL when nothing does. Owned by the caller. */
static char *registration_reason(const json_t *agent)
{
	const char *state = text_of(agent, "state"), *reason = text_of(agent, "reason");

	if (!agent)
		return xstrdup("appliance: not contacted yet");
	if (is_registered(agent))
		return reason ? xasprintf("appliance: %s", reason) : NULL;
	return xasprintf("appliance: %s", reason ? reason : state ? state : "unknown");
}

/* From the files alone: the agent, which also asks libvirt, has not said anything yet. */
static enum node_readiness compute(const json_t *status, const json_t *config, json_t *reasons)
{
	const json_t *network = json_object_get(status, "network");
	const json_t *storage = json_object_get(status, "storage");
	const struct node_inputs inputs = {
		.config = config,
		.network = json_is_object(network) ? network : NULL,
		.storage = json_is_object(storage) ? storage : NULL,
	};
	struct node_report report;
	enum node_readiness readiness;
	autojson json_t *found = NULL;

	node_report_compute(&inputs, &report);
	found = json_strings(report.reasons);
	json_array_extend(reasons, found);
	readiness = report.readiness;
	node_report_done(&report);
	return readiness;
}

/*
 * A registered agent looks at everything, and its word is used. Before that the files are looked at
 * here, and without an appliance a host is not ready whatever they say.
 */
static void add_state(json_t *status, const json_t *agent, const json_t *config)
{
	const char *readiness = is_registered(agent) ? text_of(agent, "readiness") : NULL;
	autofree char *registration = registration_reason(agent);
	json_t *reasons = json_array();

	if (registration)
		json_array_append_new(reasons, json_string(registration));
	if (readiness) {
		json_array_extend(reasons, json_object_get(agent, "reasons"));
	} else {
		enum node_readiness computed = compute(status, config, reasons);

		if (computed == NODE_READY && registration)
			computed = NODE_CONFIGURING;
		readiness = node_readiness_name(computed);
	}
	json_object_set_new(status, "state", json_string(readiness));
	json_object_set_new(status, "reasons", reasons);
}

json_t *status_read(const char *root)
{
	autofree char *digest = image_digest(root);
	autojson json_t *agent = json_read_report(root, "/run/roost/agent.json", FILE_MAX);
	autojson json_t *config = json_read_report(root, "/run/roost/config.json", FILE_MAX);
	json_t *network = json_read_report(root, "/run/roost/network.json", FILE_MAX);
	json_t *storage = json_read_report(root, "/run/roost/storage.json", FILE_MAX);
	json_t *status = json_object();

	json_object_set_new(status, "name", host_name(root));
	json_object_set_new(status, "addresses", addresses_read(root));
	json_object_set_new(status, "appliance", copy_of(agent, "appliance"));
	json_object_set_new(status, "id", copy_of(agent, "id"));
	json_object_set_new(status, "image_sha256", digest ? json_string(digest) : json_null());
	json_object_set_new(status, "registration",
			    agent ? json_pack("{s:o, s:o}", "state", copy_of(agent, "state"), "reason",
					      copy_of(agent, "reason")) : json_null());
	json_object_set_new(status, "config", copy_of(config, "sources"));
	json_object_set_new(status, "network", network ? network : json_null());
	json_object_set_new(status, "storage", storage ? storage : json_null());
	add_state(status, agent, config);
	return status;
}

const char *status_word(const json_t *status)
{
	const char *state = text_of(status, "state");

	return state && streq(state, "configuring") ? "not ready" : state ? state : "not ready";
}
