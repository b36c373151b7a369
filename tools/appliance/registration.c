// SPDX-License-Identifier: MIT
/* Reading what nodes send; see registration.h. */
#include <ctype.h>
#include <stdint.h>

#include "appliance/registration.h"
#include "common/digest.h"
#include "common/uuid.h"
#include "host/address_list.h"

bool is_hostname(const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len > HOSTNAME_LEN_MAX || !isalnum((unsigned char)text[0]))
		return false;
	for (const char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '.')
			return false;
	return true;
}

static int get_hostname(const json_t *object, char **ret, const char **ret_field,
			struct problems *problems)
{
	const char *text;

	*ret_field = "hostname";
	if (json_get_optional_string(object, "hostname", HOSTNAME_LEN_MAX, &text, "request",
				     problems) < 0)
		return -1;
	if (text && !is_hostname(text))
		return problem(problems, "request: \"hostname\": expected letters, digits, hyphens "
			       "and dots");
	*ret = text ? xstrdup(text) : NULL;
	return 0;
}

/* ---- POST /v1/hosts ----------------------------------------------------------------------------- */

static int read_id(const json_t *body, struct registration *registration, struct problems *problems)
{
	const char *id;

	if (json_get_string(body, "id", UUID_TEXT_LEN, &id, "request", problems) < 0)
		return -1;
	if (!is_uuid(id))
		return problem(problems, "request: \"id\": expected a UUID");
	registration->id = xstrdup(id);
	for (char *p = registration->id; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (is_placeholder_uuid(registration->id))
		return problem(problems, "request: \"id\": %s is a placeholder that many boards have; "
			       "the node has to derive another one", registration->id);
	return 0;
}

static int read_csr(const json_t *body, struct registration *registration,
		    struct problems *problems)
{
	const char *csr;

	if (json_get_string(body, "csr", 64 * 1024, &csr, "request", problems) < 0)
		return -1;
	registration->csr = xstrdup(csr);
	return 0;
}

static int read_facts(const json_t *body, struct registration *registration,
		      struct problems *problems)
{
	json_t *facts = json_object_get(body, "facts");

	if (!json_is_object(facts))
		return problem(problems, "request: \"facts\": expected an object");
	if (hardware_read(facts, &registration->hardware, problems) < 0)
		return -1;
	registration->facts = json_incref(facts);
	return 0;
}

static const struct part {
	const char *field;
	int (*read)(const json_t *body, struct registration *registration,
		    struct problems *problems);
} parts[] = {
	{ "id", read_id },
	{ "csr", read_csr },
	{ "facts", read_facts },
};

int registration_read(const char *body, size_t len, struct registration *ret,
		      const char **ret_field, struct problems *problems)
{
	struct registration registration = { 0 };
	autojson json_t *object = NULL;

	*ret_field = "";
	object = json_read(body, len, BODY_MAX, "request", problems);
	if (!object)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		*ret_field = parts[i].field;
		if (parts[i].read(object, &registration, problems) < 0)
			goto fail;
	}
	if (get_hostname(registration.facts, &registration.hostname, ret_field, problems) < 0)
		goto fail;
	*ret = registration;
	return 0;
fail:
	registration_done(&registration);
	return -1;
}

void registration_done(struct registration *registration)
{
	free(registration->id);
	free(registration->csr);
	free(registration->hostname);
	json_decref(registration->facts);
	hardware_done(&registration->hardware);
	*registration = (struct registration){ 0 };
}

int facts_read(const char *body, size_t len, json_t **ret, struct hardware *ret_hardware,
	       const char **ret_field, struct problems *problems)
{
	autojson json_t *facts = NULL;

	*ret_field = "";
	facts = json_read(body, len, BODY_MAX, "facts", problems);
	if (!facts || hardware_read(facts, ret_hardware, problems) < 0)
		return -1;
	*ret = take_ptr(facts);
	return 0;
}

/* ---- Heartbeats --------------------------------------------------------------------------------- */

static int check_state(const json_t *body, struct problems *problems)
{
	const char *state;

	if (json_get_string(body, "state", 64, &state, "request", problems) < 0)
		return -1;
	if (streq(state, "ready") || streq(state, "degraded") || streq(state, "configuring"))
		return 0;
	return problem(problems, "request: \"state\": expected ready, degraded or configuring");
}

static int check_generation(const json_t *body, struct problems *problems)
{
	const char *generation;

	return json_get_optional_string(body, "generation", 256, &generation, "request", problems);
}

static int check_address(const json_t *body, struct problems *problems)
{
	const char *address;

	return json_get_optional_string(body, "address", 256, &address, "request", problems);
}

static int check_addresses(const json_t *body, struct problems *problems)
{
	autostrv char **addresses = NULL;

	return address_list_read(body, "addresses", HOST_ADDRESSES_MAX, &addresses, "request", problems);
}

/* Compared, never used otherwise. */
static int check_peers(const json_t *body, struct problems *problems)
{
	const char *digest;

	return json_get_optional_string(body, "peers", SHA256_HEX_LEN, &digest, "request", problems);
}

/* A list of at most max items, or nothing. */
static int check_list(const json_t *body, const char *field, size_t max, json_t **ret,
		      struct problems *problems)
{
	json_t *list = json_object_get(body, field);

	if (!list || json_is_null(list)) {
		*ret = NULL;
		return 0;
	}
	if (!json_is_array(list) || json_array_size(list) > max)
		return problem(problems, "request: \"%s\": expected a list of at most %zu items",
			       field, max);
	*ret = list;
	return 0;
}

static int check_reasons(const json_t *body, struct problems *problems)
{
	json_t *reasons, *reason;
	size_t i;

	if (check_list(body, "reasons", REASONS_MAX, &reasons, problems) < 0)
		return -1;
	json_array_foreach(reasons, i, reason)
		if (!json_is_string(reason) || json_string_length(reason) > REASON_LEN_MAX)
			return problem(problems, "request: \"reasons\": expected strings of at most "
				       "%d bytes", REASON_LEN_MAX);
	return 0;
}

static int check_timeline(const json_t *body, struct problems *problems)
{
	json_t *timeline, *entry;
	const char *text;
	long long t_ms;
	size_t i;

	if (check_list(body, "timeline", TIMELINE_MAX, &timeline, problems) < 0)
		return -1;
	json_array_foreach(timeline, i, entry)
		if (json_get_int(entry, "t_ms", 0, INT64_MAX, &t_ms, "request: timeline",
				 problems) < 0 ||
		    json_get_string(entry, "event", 64, &text, "request: timeline", problems) < 0 ||
		    json_get_string(entry, "text", REASON_LEN_MAX, &text, "request: timeline",
				    problems) < 0)
			return -1;
	return 0;
}

static int check_object(const json_t *body, const char *field, struct problems *problems)
{
	const json_t *value = json_object_get(body, field);

	if (!value || json_is_null(value) || json_is_object(value))
		return 0;
	return problem(problems, "request: \"%s\": expected an object", field);
}

static int check_storage(const json_t *body, struct problems *problems)
{
	return check_object(body, "storage", problems);
}

static int check_network(const json_t *body, struct problems *problems)
{
	return check_object(body, "network", problems);
}

static const struct check {
	const char *field;
	int (*check)(const json_t *body, struct problems *problems);
} checks[] = {
	{ "state", check_state },       { "generation", check_generation },
	{ "address", check_address },   { "reasons", check_reasons },
	{ "timeline", check_timeline }, { "storage", check_storage },
	{ "network", check_network },   { "addresses", check_addresses },
	{ "peers", check_peers },
};

int heartbeat_read(const char *body, size_t len, struct heartbeat *ret, const char **ret_field,
		   struct problems *problems)
{
	autojson json_t *report = NULL;
	char *hostname;

	*ret_field = "";
	report = json_read(body, len, BODY_MAX, "request", problems);
	if (!report)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		*ret_field = checks[i].field;
		if (checks[i].check(report, problems) < 0)
			return -1;
	}
	if (get_hostname(report, &hostname, ret_field, problems) < 0)
		return -1;
	ret->generation = json_string_value(json_object_get(report, "generation"));
	ret->hostname = hostname;
	ret->report = take_ptr(report);
	return 0;
}

void heartbeat_done(struct heartbeat *heartbeat)
{
	json_decref(heartbeat->report);
	free(heartbeat->hostname);
	*heartbeat = (struct heartbeat){ 0 };
}
