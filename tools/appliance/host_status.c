// SPDX-License-Identifier: MIT
/* One word and one reason for a host; see host_status.h. */
#include "appliance/host_status.h"

#define LOST_AFTER(heartbeat_s) ((int64_t)(heartbeat_s) * 7 / 2 + 1)

static const char *const names[HOST_STATES] = {
	[STATE_PENDING] = "pending",         [STATE_REJECTED] = "rejected",
	[STATE_REGISTERED] = "registered",   [STATE_CONFIGURING] = "configuring",
	[STATE_DEGRADED] = "degraded",       [STATE_READY] = "ready",
	[STATE_LOST] = "lost",
};

const char *host_state_name(enum host_state state)
{
	return names[state];
}

/* The node's own words, which were checked when they came. */
static enum host_state reported_state(const struct host_record *host)
{
	autojson json_t *report = json_loads(host->heartbeat, 0, NULL);
	const char *text = json_string_value(json_object_get(report, "state"));

	for (int i = STATE_CONFIGURING; text && i <= STATE_READY; i++)
		if (streq(text, names[i]))
			return (enum host_state)i;
	return STATE_CONFIGURING;
}

enum host_state host_state(const struct host_record *host, unsigned heartbeat_s, int64_t now)
{
	if (host->admission == HOST_PENDING)
		return STATE_PENDING;
	if (host->admission == HOST_REJECTED)
		return STATE_REJECTED;
	/* It registered again after its last heartbeat: it has booted since. */
	if (!host->heartbeat || host->seen_at < host->registered_at)
		return STATE_REGISTERED;
	if (now - host->seen_at > LOST_AFTER(heartbeat_s))
		return STATE_LOST;
	return reported_state(host);
}

static char *reported_reasons(const struct host_record *host)
{
	autojson json_t *report = json_loads(host->heartbeat, 0, NULL);
	const json_t *reasons = json_object_get(report, "reasons");
	autostrv char **list = NULL;
	const json_t *reason;
	size_t i;

	json_array_foreach(reasons, i, reason)
		strv_push(&list, json_string_value(reason));
	return list ? strv_join(list, "; ") : xstrdup("");
}

char *host_reason(const struct host_record *host, enum host_state state, int64_t now)
{
	switch (state) {
	case STATE_PENDING:
		return xstrdup("waits for approval");
	case STATE_REJECTED:
		return xstrdup("rejected by an operator");
	case STATE_REGISTERED:
		return xstrdup("no heartbeat yet");
	case STATE_LOST:
		return xasprintf("no heartbeat for %lld s", (long long)(now - host->seen_at));
	default:
		return reported_reasons(host);
	}
}

/* The address that the node says it has, else where its requests come from. */
static const char *shown_address(const struct host_record *host, const json_t *report)
{
	const char *address = json_string_value(json_object_get(report, "address"));

	return address && *address ? address : host->address;
}

static json_t *time_or_null(int64_t seconds)
{
	return seconds ? json_integer(seconds) : json_null();
}

json_t *host_json(const struct host_record *host, unsigned heartbeat_s, int64_t now, bool is_whole)
{
	enum host_state state = host_state(host, heartbeat_s, now);
	autofree char *reason = host_reason(host, state, now);
	autojson json_t *report = host->heartbeat ? json_loads(host->heartbeat, 0, NULL) : NULL;
	json_t *value = json_pack("{ss, ss?, ss, ss, ss, ss, ss?, ss?, sb}", "id", host->id, "name",
				  host->name, "pool", host->pool, "state", host_state_name(state),
				  "admission", admission_name(host->admission), "reason", reason,
				  "address", shown_address(host, report), "generation",
				  json_string_value(json_object_get(report, "generation")),
				  "has_own_kickstart", host->kickstart != NULL);

	json_object_set_new(value, "created_at", time_or_null(host->created_at));
	json_object_set_new(value, "registered_at", time_or_null(host->registered_at));
	json_object_set_new(value, "seen_at", time_or_null(host->seen_at));
	if (is_whole) {
		json_object_set_new(value, "facts", json_loads(host->facts, 0, NULL));
		json_object_set(value, "heartbeat", report ? report : json_null());
	}
	return value;
}
