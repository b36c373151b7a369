// SPDX-License-Identifier: MIT
/* The steps that talk to the appliance; see agent.h. The calls are those of DESIGN section 5. */
#include "common/cli.h"
#include "common/http.h"
#include "common/timeline.h"
#include "node/agent.h"
#include "node/agent_input.h"
#include "node/agent_replies.h"
#include "node/facts.h"

#define CONNECT_TIMEOUT_MS 5000
#define TIMEOUT_MS 20000
#define CA_MAX (64 * 1024)
#define REPLY_MAX (64 * 1024)

/* ---- What is common to the calls ------------------------------------------------------------------ */

/* "... the clock of this node says NOW, the appliance's CA is valid from ... to ...". */
static char *clock_reason(const struct agent *agent, const char *detail)
{
	autofree char *now = clock_text();
	autofree char *dates = agent->ca_pem ? certificate_dates(agent->ca_pem) : NULL;

	return xasprintf("the clock of this node says %s, and the appliance's certificate is outside "
			 "its dates (its CA is %s): %s", now, dates ? dates : "unknown", detail);
}

static enum agent_event event_of_failure(const struct agent *agent, enum http_failure failure,
					 const struct problems *problems,
					 struct step_result *result)
{
	autofree char *detail = problems_text(problems);

	switch (failure) {
	case HTTP_TLS_CLOCK:
		result->reason = clock_reason(agent, detail);
		return EVENT_TLS_CLOCK;
	case HTTP_TLS:
		result->reason = xasprintf("the server's certificate is not the appliance's: %s", detail);
		return EVENT_TLS;
	case HTTP_BAD_REPLY:
		result->reason = xasprintf("the appliance's answer cannot be used: %s", detail);
		return EVENT_BAD_REPLY;
	default:
		result->reason = xasprintf("the appliance does not answer: %s", detail);
		return EVENT_UNREACHABLE;
	}
}

/* Statuses that mean the same in every call; a call looks at its own ones first. */
static enum agent_event event_of_status(long status)
{
	switch (status) {
	case 401:
	case 403:
		return EVENT_DENIED;
	case 404:
		return EVENT_GONE;
	case 429:
	case 503:
		return EVENT_BUSY;
	default:
		return status >= 500 ? EVENT_UNREACHABLE : EVENT_BAD_REPLY;
	}
}

static enum agent_event unexpected(const struct http_response *response, const char *what,
				   struct step_result *result)
{
	autofree char *error = reply_error(response->body, response->body_len);

	result->reason = xasprintf("the appliance answered the %s with status %ld%s%s", what,
				   response->status, error ? ": " : "", error ? error : "");
	result->retry_after_ms = response->retry_after_ms;
	return event_of_status(response->status);
}

/* One exchange within the agent's bounds. EVENT_DONE when an HTTP answer came, whatever its status. */
static enum agent_event exchange(struct agent *agent, struct http_request *request,
				 struct http_response *ret, struct step_result *result)
{
	autoproblems struct problems problems = { 0 };
	enum http_failure failure;

	request->connect_timeout_ms = CONNECT_TIMEOUT_MS;
	request->timeout_ms = TIMEOUT_MS;
	if (!request->max_bytes)
		request->max_bytes = REPLY_MAX;
	failure = http_exchange(request, ret, &problems);
	if (failure != HTTP_OK)
		return event_of_failure(agent, failure, &problems, result);
	return EVENT_DONE;
}

/* A request that only this host may make. */
static struct http_request host_request(const struct agent *agent, const char *url)
{
	return (struct http_request){
		.url = url,
		.ca_pem = agent->ca_pem,
		.client_cert_pem = agent->identity.certificate_pem,
		.client_key_pem = agent->identity.key_pem,
	};
}

static enum agent_event bad_reply(const struct problems *problems, struct step_result *result)
{
	result->reason = problems_text(problems);
	return EVENT_BAD_REPLY;
}

/* ---- GET /v1/ca.pem -------------------------------------------------------------------------------- */

static enum agent_event compare_ca(struct agent *agent, const struct http_response *response,
				   struct step_result *result)
{
	autoproblems struct problems problems = { 0 };
	autofree char *pem = NULL, *fingerprint = NULL;

	if (certificate_read(response->body, response->body_len, &pem, &fingerprint, &problems) < 0) {
		problem(&problems, "asked %s for its CA", agent->config.server);
		return bad_reply(&problems, result);
	}
	if (!streq(fingerprint, agent->config.fingerprint)) {
		result->reason = xasprintf("%s is not the appliance of the configuration: its CA has the "
					   "fingerprint %s, expected %s; no token was sent",
					   agent->config.server, fingerprint,
					   agent->config.fingerprint);
		return EVENT_REFUSED;
	}
	free(agent->ca_pem);
	agent->ca_pem = take_ptr(pem);
	return EVENT_DONE;
}

enum agent_event step_ca(struct agent *agent, struct step_result *result)
{
	autofree char *url = agent_config_url(&agent->config, "/v1/ca.pem");
	/* Nothing is known of the server yet, and nothing is told to it. */
	struct http_request request = { .url = url, .insecure_ca_fetch = true, .max_bytes = CA_MAX };
	autoresponse struct http_response response = { 0 };
	enum agent_event event = exchange(agent, &request, &response, result);

	if (event != EVENT_DONE)
		return event;
	if (response.status != 200)
		return unexpected(&response, "request for its CA", result);
	return compare_ca(agent, &response, result);
}

/* ---- POST /v1/hosts -------------------------------------------------------------------------------- */

static char *registration_body(struct agent *agent)
{
	autoproblems struct problems problems = { 0 };
	autojson json_t *body = json_object();
	json_t *facts;

	if (facts_collect(agent->root, &facts, &problems) < 0)
		for (size_t i = 0; problems.items && problems.items[i]; i++)
			log_warning("%s", problems.items[i]);
	json_object_set_new(body, "id", json_string(agent->id));
	json_object_set_new(body, "csr", json_string(agent->identity.csr_pem));
	json_object_set_new(body, "facts", facts);
	return json_line(body);
}

static enum agent_event take_certificate(struct agent *agent, const struct http_response *response,
					 struct step_result *result)
{
	autoproblems struct problems problems = { 0 };
	struct reply_registration reply = { 0 };
	enum agent_event event = EVENT_DONE;

	if (reply_registration_read(response->body, response->body_len, agent->id, &reply,
				    &problems) < 0 ||
	    identity_set_certificate(&agent->identity, agent->id, reply.certificate, &problems) < 0)
		event = bad_reply(&problems, result);
	else
		timeline_mark(agent->root, "registered", "with %s in the pool %s",
			      agent->config.server, reply.pool ? reply.pool : "(none)");
	reply_registration_done(&reply);
	return event;
}

static enum agent_event registration_answer(struct agent *agent,
					    const struct http_response *response,
					    struct step_result *result)
{
	autofree char *error = NULL;

	if (response->status == 200 || response->status == 201)
		return take_certificate(agent, response, result);
	error = reply_error(response->body, response->body_len);
	result->retry_after_ms = response->retry_after_ms;
	switch (response->status) {
	case 202:
		result->reason = xasprintf("waits for approval by the appliance's operator%s%s",
					   error ? ": " : "", error ? error : "");
		return EVENT_PENDING;
	case 409:
		result->reason = xasprintf("held by the appliance: %s",
					   error ? error : "other hardware has this id");
		return EVENT_DUPLICATE;
	case 401:
		result->reason = xasprintf("the appliance does not accept the join token%s%s",
					   error ? ": " : "", error ? error : "");
		return EVENT_DENIED;
	case 400:
	case 413:
		unexpected(response, "registration", result);
		return EVENT_DENIED;
	default:
		return unexpected(response, "registration", result);
	}
}

enum agent_event step_register(struct agent *agent, struct step_result *result)
{
	autofree char *url = agent_config_url(&agent->config, "/v1/hosts");
	autofree char *body = NULL;
	struct http_request request = { .method = "POST", .url = url, .ca_pem = agent->ca_pem };
	autoresponse struct http_response response = { 0 };
	enum agent_event event;

	if (!agent->config.token) {
		result->reason = xstrdup("no join token: give one as the systemd credential "
					 "roost.token or on the OEMDRV volume");
		return EVENT_REFUSED;
	}
	body = registration_body(agent);
	request.bearer = agent->config.token;
	request.body = body;
	request.body_len = strlen(body);
	event = exchange(agent, &request, &response, result);
	return event == EVENT_DONE ? registration_answer(agent, &response, result) : event;
}

/* ---- GET /v1/hosts/{id}/kickstart ------------------------------------------------------------------ */

static int store_kickstart(struct agent *agent, const struct http_response *response,
			   struct problems *problems)
{
	autofree char *generation = response->etag ? generation_of_etag(response->etag) : NULL;

	if (!generation)
		return problem(problems, "the appliance's kickstart has no usable ETag");
	if (!reply_is_text(response->body, response->body_len))
		return problem(problems, "the appliance's kickstart is not a text in UTF-8");
	if (appliance_kickstart_write(agent->root, response->body, response->body_len, generation,
				      problems) < 0)
		return -1;
	free(agent->generation);
	agent->generation = take_ptr(generation);
	timeline_mark(agent->root, "kickstart", "generation %s", agent->generation);
	return 0;
}

/* A kickstart that cannot be taken is told to the appliance with the next heartbeat. */
static enum agent_event kickstart_failed(struct agent *agent, enum agent_event event,
					 const struct step_result *result)
{
	free(take_ptr(agent->fetch_problem));
	if (event == EVENT_BAD_REPLY)
		agent->fetch_problem = xstrdup(result->reason);
	return event;
}

enum agent_event step_kickstart(struct agent *agent, struct step_result *result)
{
	autofree char *url = agent_config_url(&agent->config, "/v1/hosts/%s/kickstart", agent->id);
	autofree char *etag = agent->generation ? xasprintf("\"%s\"", agent->generation) : NULL;
	struct http_request request = host_request(agent, url);
	autoresponse struct http_response response = { 0 };
	autoproblems struct problems problems = { 0 };
	enum agent_event event;

	request.if_none_match = etag;
	request.max_bytes = KICKSTART_MAX;
	event = exchange(agent, &request, &response, result);
	if (event != EVENT_DONE)
		return kickstart_failed(agent, event, result);
	if (response.status != 200 && response.status != 304)
		return kickstart_failed(agent, unexpected(&response, "request for the kickstart", result),
					result);
	if (response.status == 200 && store_kickstart(agent, &response, &problems) < 0)
		return kickstart_failed(agent, bad_reply(&problems, result), result);
	free(take_ptr(agent->fetch_problem));
	return EVENT_DONE;
}

/* ---- POST /v1/hosts/{id}/heartbeat ----------------------------------------------------------------- */

static json_t *report_or_null(const struct agent *agent, const char *name)
{
	json_t *report = agent_read_report(agent, name);

	return report ? report : json_null();
}

static json_t *bounded_text(const char *text)
{
	json_t *bounded = fact_string(text);

	return json_is_string(bounded) ? bounded : json_string("");
}

/* Other programs write the timeline; the appliance takes no text beyond its bounds. */
static json_t *bounded_timeline(const char *root)
{
	json_t *timeline = timeline_json(root), *event;
	size_t i;

	json_array_foreach(timeline, i, event) {
		json_object_set_new(event, "event",
				    bounded_text(json_string_value(json_object_get(event, "event"))));
		json_object_set_new(event, "text",
				    bounded_text(json_string_value(json_object_get(event, "text"))));
	}
	return timeline;
}

static char *heartbeat_body(const struct agent *agent)
{
	const struct node_report *report = &agent->report;
	autofree char *address = address_towards(agent->config.server);
	autojson json_t *body = json_object();

	json_object_set_new(body, "state", json_string(node_readiness_name(report->readiness)));
	json_object_set_new(body, "reasons", agent_reasons_json(report));
	json_object_set_new(body, "generation", agent_text_json(report->generation));
	json_object_set_new(body, "address", agent_text_json(address));
	facts_hostname.collect(agent->root, body, NULL);
	json_object_set_new(body, "timeline", bounded_timeline(agent->root));
	json_object_set_new(body, "network", report_or_null(agent, "network.json"));
	json_object_set_new(body, "storage", report_or_null(agent, "storage.json"));
	return json_line(body);
}

static enum agent_event heartbeat_answer(struct agent *agent, const struct http_response *response,
					 struct step_result *result)
{
	autoproblems struct problems problems = { 0 };
	struct reply_heartbeat reply = { 0 };
	bool is_current;

	if (response->status != 200)
		return unexpected(response, "heartbeat", result);
	if (reply_heartbeat_read(response->body, response->body_len, &reply, &problems) < 0)
		return bad_reply(&problems, result);
	agent->machine.interval_ms = (int64_t)reply.interval_s * 1000;
	agent->clock_is_suspect = false;
	is_current = !reply.generation || streq_null(reply.generation, agent->generation);
	reply_heartbeat_done(&reply);
	return is_current ? EVENT_DONE : EVENT_CHANGED;
}

enum agent_event step_heartbeat(struct agent *agent, struct step_result *result)
{
	autofree char *url = agent_config_url(&agent->config, "/v1/hosts/%s/heartbeat", agent->id);
	struct http_request request = host_request(agent, url);
	autoresponse struct http_response response = { 0 };
	autofree char *body = NULL;
	enum agent_event event;

	agent_look(agent);
	body = heartbeat_body(agent);
	request.method = "POST";
	request.body = body;
	request.body_len = strlen(body);
	event = exchange(agent, &request, &response, result);
	return event == EVENT_DONE ? heartbeat_answer(agent, &response, result) : event;
}
