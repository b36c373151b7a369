// SPDX-License-Identifier: MIT
/* The nodes' calls: registration, kickstart, heartbeat, keytab, facts. */
#include "appliance/crash.h"
#include "appliance/keytabs.h"
#include "appliance/registrar.h"
#include "appliance/routes.h"
#include "common/clock.h"
#include "host/address_list.h"

#define TYPE_TEXT "text/plain; charset=utf-8"

static void get_ca(struct request *request, struct reply *reply)
{
	reply_text(reply, 200, "application/x-pem-file", xstrdup(ca_pem(request->appliance->ca)));
}

/* ---- Registration ------------------------------------------------------------------------------- */

static void answer_registered(const struct request *request, const char *id,
			      const struct registered *registered, struct reply *reply)
{
	const struct verdict *verdict = &registered->verdict;
	json_t *answer = json_pack("{ss, ss, ss*, ss*, ss*, ss*}", "id", id, "state",
				   verdict->state, "error", verdict->error, "field",
				   verdict->field, "certificate", registered->certificate, "pool",
				   registered->pool);

	if (verdict->retry_after_s)
		reply_header(reply, "Retry-After: %u", verdict->retry_after_s);
	reply_json(reply, verdict->status, answer);
	reply->note = xasprintf("host %s: %s%s%s", id, verdict->state,
				verdict->error ? ": " : verdict->is_new ? ", new" : "",
				verdict->error ? verdict->error : "");
	metrics_count(request->appliance->metrics.registrations, verdict->status);
}

static void register_checked(struct request *request, const struct registration *registration,
			     struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	struct registered registered = { 0 };
	struct csr csr = { 0 };
	struct newcomer newcomer = {
		.registration = registration,
		.csr = &csr,
		.token = bearer_of(request),
		.address = request->address,
		.now = request->now,
	};

	if (csr_read(registration->csr, &csr, &problems) < 0) {
		reply_problems(reply, 400, "csr", &problems);
		return;
	}
	if (register_host(request->appliance, &newcomer, &registered, &problems) < 0)
		reply_broken(reply, &problems);
	else
		answer_registered(request, registration->id, &registered, reply);
	registered_done(&registered);
	csr_done(&csr);
}

static void post_host(struct request *request, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	struct registration registration = { 0 };
	const char *field;

	if (!rate_take(&request->appliance->registrations, now_ms())) {
		reply_header(reply, "Retry-After: 2");
		reply_error(reply, 429, NULL, "too many hosts register at once");
		return;
	}
	if (registration_read(request->body, request->body_len, &registration, &field,
			      &problems) < 0) {
		reply_problems(reply, 400, *field ? field : NULL, &problems);
		return;
	}
	register_checked(request, &registration, reply);
	registration_done(&registration);
}

/* ---- Kickstart ---------------------------------------------------------------------------------- */

/* The host of the request, its kickstart and that text's generation; false when reply has the error. */
static bool read_kickstart(struct request *request, struct host_record *host, char **ret_text,
			   char **ret_generation, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	int r = store_host_get(request->appliance->store, request->params[0], host, &problems);

	if (r == 0) {
		reply_error(reply, 404, NULL, "this host is not on record");
		return false;
	}
	if (r < 0 || kickstart_of_host(request->appliance->store, host, ret_text, &problems) < 0) {
		reply_broken(reply, &problems);
		return false;
	}
	*ret_generation = kickstart_generation(*ret_text);
	return true;
}

/* Whether a list of entity tags ("a", W/"b" or *) has this one; quotes may be missing. */
static bool names_generation(const char *header, const char *generation)
{
	return header && (streq(header, "*") || strstr(header, generation) != NULL);
}

static void get_kickstart(struct request *request, struct reply *reply)
{
	autohost_record struct host_record host = { 0 };
	autofree char *text = NULL;
	autofree char *generation = NULL;

	if (!read_kickstart(request, &host, &text, &generation, reply))
		return;
	reply_header(reply, "ETag: \"%s\"", generation);
	/* It may hold passwords of iSCSI targets. */
	reply_header(reply, "Cache-Control: no-store");
	if (names_generation(request->if_none_match, generation))
		reply->status = 304;
	else
		reply_text(reply, 200, TYPE_TEXT, take_ptr(text));
}

/* ---- Heartbeat ---------------------------------------------------------------------------------- */

/* Nodes send the timeline only while it grows: the last one is kept. */
static void keep_timeline(const struct host_record *host, json_t *report)
{
	autojson json_t *old = NULL;

	if (json_object_get(report, "timeline") || !host->heartbeat)
		return;
	old = json_loads(host->heartbeat, 0, NULL);
	if (json_object_get(old, "timeline"))
		json_object_set(report, "timeline", json_object_get(old, "timeline"));
}

static void update_heartbeat(struct host_record *host, struct request *request,
			     struct heartbeat *heartbeat)
{
	keep_timeline(host, heartbeat->report);
	free(host->heartbeat);
	host->heartbeat = json_line(heartbeat->report);
	free(host->address);
	host->address = xstrdup(request->address);
	if (heartbeat->hostname) {
		free(host->name);
		host->name = take_ptr(heartbeat->hostname);
	}
	host->seen_at = request->now;
}

/* The list of the host's peers; NULL when it has just that one. -1 when the store cannot be read. */
static int peers_answer(struct request *request, const struct host_record *host, const json_t *report, json_t **ret,
			struct problems *problems)
{
	struct appliance *appliance = request->appliance;
	autostrv char **peers = NULL;
	autofree char *digest = NULL;

	if (peers_of(&appliance->peers, appliance->store, host, now_ms(), request->now, &peers, problems) < 0)
		return -1;
	digest = address_list_digest(peers);
	if (!streq_null(digest, json_string_value(json_object_get(report, "peers"))))
		*ret = json_strings(peers);
	return 0;
}

static void post_heartbeat(struct request *request, struct reply *reply)
{
	struct appliance *appliance = request->appliance;
	autoproblems struct problems problems = { 0 };
	autohost_record struct host_record host = { 0 };
	autofree char *text = NULL;
	autofree char *generation = NULL;
	struct heartbeat heartbeat = { 0 };
	const char *field;

	if (heartbeat_read(request->body, request->body_len, &heartbeat, &field, &problems) < 0) {
		reply_problems(reply, 400, *field ? field : NULL, &problems);
		return;
	}
	if (read_kickstart(request, &host, &text, &generation, reply)) {
		autofree char *keytab = keytab_generation(&host);
		json_t *peers = NULL;

		update_heartbeat(&host, request, &heartbeat);
		if (store_host_heartbeat(appliance->store, &host, &problems) < 0 ||
		    peers_answer(request, &host, heartbeat.report, &peers, &problems) < 0)
			reply_broken(reply, &problems);
		else
			reply_json(reply, 200, json_pack("{ss, ss*, so*, si}", "generation", generation, "keytab", keytab,
							 "peers", peers, "interval_s", (int)appliance->heartbeat_s));
		atomic_fetch_add(&appliance->metrics.heartbeats, 1);
	}
	heartbeat_done(&heartbeat);
}

/* ---- Keytab ------------------------------------------------------------------------------------- */

static void get_keytab(struct request *request, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	autohost_record struct host_record host = { 0 };
	int r = store_host_get(request->appliance->store, request->params[0], &host, &problems);
	size_t len = 0;
	char *data = r == 1 ? keytab_of_host(&host, &len) : NULL;

	if (r < 0) {
		reply_broken(reply, &problems);
		return;
	}
	if (!data) {
		reply_error(reply, 404, NULL, "there is no keytab for this host");
		return;
	}
	reply_header(reply, "Cache-Control: no-store");
	reply->status = 200;
	reply->content_type = "application/octet-stream";
	reply->body = data;
	reply->body_len = len;
}

/* ---- Facts -------------------------------------------------------------------------------------- */

static int replace_facts(struct request *request, const json_t *facts, struct problems *problems)
{
	struct store *store = request->appliance->store;
	autohost_record struct host_record host = { 0 };
	int r;

	if (store_begin(store, problems) < 0)
		return -1;
	r = store_host_get(store, request->params[0], &host, problems);
	if (r == 1) {
		crash_keep(facts, &host.facts, request->now);
		r = store_host_put(store, &host, problems);
	}
	if (r == 0)
		return store_commit(store, problems);
	store_rollback(store);
	return r;
}

static void put_facts(struct request *request, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	autohardware struct hardware hardware = { 0 };
	autojson json_t *facts = NULL;
	const char *field;

	if (facts_read(request->body, request->body_len, &facts, &hardware, &field, &problems) < 0)
		reply_problems(reply, 400, NULL, &problems);
	else if (replace_facts(request, facts, &problems) < 0)
		reply_broken(reply, &problems);
	else
		reply->status = 204;
}

const struct route routes_hosts[] = {
	{ "GET", "/v1/ca.pem", AUTH_NONE, ON_NODES | ON_ADMIN, get_ca,
	  "The certificate of the appliance's authority. A node compares the SHA-256 of its DER form "
	  "with the fingerprint\nthat it was given, before it trusts anything else.",
	  "200 PEM." },
	{ "POST", "/v1/hosts", AUTH_JOIN, ON_NODES, post_host,
	  "Registers a host: `{\"id\": UUID, \"csr\": PEM, \"facts\": {...}}`. The id is the SMBIOS "
	  "UUID, or one that the\nnode derives when the board has a placeholder there. The key of the "
	  "request is ECDSA, P-256 or P-384. The node\nasks again, with the same key, until it gets "
	  "201; asking again costs no use of the token.",
	  "201 `{\"id\", \"state\": \"registered\", \"certificate\": PEM, \"pool\"}`; 202 "
	  "`\"state\": \"pending\"`, an operator\nhas to approve, Retry-After; 401 `\"field\": "
	  "\"token\"`; 403 `\"state\": \"rejected\"`; 409 `\"state\": \"duplicate\"`,\nother "
	  "hardware has this id, Retry-After; 429 with Retry-After." },
	{ "GET", "/v1/hosts/{id}/kickstart", AUTH_HOST, ON_NODES, get_kickstart,
	  "The host's kickstart: its own, else its pool's. The ETag is its generation.",
	  "200 plain text; 304 when If-None-Match names it; 403 for another host's certificate, a "
	  "replaced one, or a\nrejected host; 404 when the host was removed (register again)." },
	{ "POST", "/v1/hosts/{id}/heartbeat", AUTH_HOST, ON_NODES, post_heartbeat,
	  "How the host is doing: `{\"state\": \"ready|degraded|configuring\", \"generation\", "
	  "\"reasons\": [text], \"address\",\n\"hostname\", \"timeline\": [{\"t_ms\", \"event\", "
	  "\"text\"}], \"storage\": {}, \"network\": {}, \"addresses\": [text], \"peers\"}`. Only the state is\nrequired. A "
	  "missing timeline leaves the last one. The storage is `roost storage status --json` without the mounts' options "
	  "and without\nwhat nobody configured: at most 128 items, those that are not well first, with "
	  "`counts` by state and the number of\nthose `left_out`; at most 64 multipath `maps`, those with a lost path first, "
	  "and the number of `maps_left_out`. The addresses\nare all of the host's, 32 at most; peers is "
	  "the SHA-256 of those that it was told of last, with newlines between them.",
	  "200 `{\"generation\", \"keytab\", \"peers\": [text], \"interval_s\"}`: another generation than the applied one means a "
	  "new\nkickstart; keytab is the SHA-256 of the host's keytab, when it has one; peers are the addresses of the other "
	  "hosts of its\npool, from which guests may migrate to it, 1024 at most: missing when the host has that list already; "
	  "interval_s is the\ntime until the next heartbeat." },
	{ "GET", "/v1/hosts/{id}/keytab", AUTH_HOST, ON_NODES, get_keytab,
	  "The host's keytab for Kerberos, as the operator left it. For this host alone.",
	  "200; 404 when there is none." },
	{ "PUT", "/v1/hosts/{id}/facts", AUTH_HOST, ON_NODES, put_facts,
	  "Replaces the host's facts after a change of hardware or software.", "204." },
	{ 0 },
};
