// SPDX-License-Identifier: MIT
/*
 * The steps by which a node becomes a host of its appliance: the CA, and the registration. The token is
 * sent only to a server that showed a certificate of the CA whose fingerprint was right.
 */
#include "common/cli.h"
#include "common/timeline.h"
#include "node/agent_http.h"
#include "node/agent_pki.h"
#include "node/agent_replies.h"
#include "node/certificate.h"
#include "node/facts.h"

#define FACTS_SETTLE_MS (60 * 1000) /* until links are up and disks are found */

/* ---- GET /v1/ca.pem -------------------------------------------------------------------------------- */

static enum agent_event compare_ca(struct agent *agent, const struct http_response *response,
				   struct step_result *result)
{
	const struct agent_config *config = &agent->config;
	autoproblems struct problems problems = { 0 };
	autofree char *pem = NULL, *detail = NULL;
	enum ca_check check = ca_check(response, config->server, config->fingerprint, &pem, &problems);

	if (check == CA_UNREADABLE)
		return agent_bad_reply(&problems, result);
	if (check == CA_WRONG) {
		detail = problems_text(&problems);
		result->reason = xasprintf("%s is not the appliance of the configuration: %s; no token "
					   "was sent", config->server, detail);
		return EVENT_REFUSED;
	}
	free(agent->ca_pem);
	agent->ca_pem = take_ptr(pem);
	return EVENT_DONE;
}

enum agent_event step_ca(struct agent *agent, struct step_result *result)
{
	autofree char *url = agent_config_url(&agent->config, CA_PATH);
	struct http_request request = ca_request(url);
	autoresponse struct http_response response = { 0 };
	enum agent_event event = agent_exchange(agent, &request, &response, result);

	if (event != EVENT_DONE)
		return event;
	if (response.status != 200)
		return agent_unexpected(&response, "request for its CA", result);
	return compare_ca(agent, &response, result);
}

/* ---- POST /v1/hosts -------------------------------------------------------------------------------- */

json_t *agent_collect_facts(const struct agent *agent)
{
	autoproblems struct problems problems = { 0 };
	json_t *facts;

	if (facts_collect(agent->root, &facts, &problems) < 0)
		for (size_t i = 0; problems.items && problems.items[i]; i++)
			log_warning("%s", problems.items[i]);
	return facts;
}

/*
 * Facts that were collected early are brought up to date in what tells machines apart: a network card
 * may have appeared since. The rest follows with PUT /v1/hosts/{id}/facts.
 */
static json_t *current_facts(struct agent *agent)
{
	json_t *facts = take_ptr(agent->facts);

	if (!facts)
		return agent_collect_facts(agent);
	facts_nic.collect(agent->root, facts, NULL);
	facts_hostname.collect(agent->root, facts, NULL);
	return facts;
}

static char *registration_body(struct agent *agent)
{
	autojson json_t *body = json_object();
	autofree char *address = address_towards(agent->config.server);
	json_t *facts = current_facts(agent);

	agent_pki_tell(agent, facts, address);
	free(agent->told_facts);
	agent->told_facts = json_line(facts);
	json_object_set_new(body, "id", json_string(agent->id));
	json_object_set_new(body, "csr", json_string(agent->identity.csr_pem));
	json_object_set_new(body, "facts", facts);
	return json_line(body);
}

/* A new registration knows nothing of what was told before. */
static void note_registration(struct agent *agent, const struct reply_registration *reply)
{
	const char *no_kvm = facts_no_kvm(agent->root);

	free(take_ptr(agent->told_timeline));
	agent->facts_next_ms = now_ms() + FACTS_SETTLE_MS;
	timeline_mark(agent->root, "registered", "with %s in the pool %s", agent->config.server,
		      reply->pool ? reply->pool : "(none)");
	if (no_kvm)
		timeline_mark(agent->root, "no-kvm", "guests run slowly, if at all: %s", no_kvm);
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
		event = agent_bad_reply(&problems, result);
	else
		note_registration(agent, &reply);
	if (event == EVENT_DONE)
		agent_pki_write(agent);
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
	error = reply_error_text(response->body, response->body_len);
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
		agent_unexpected(response, "registration", result);
		return EVENT_DENIED;
	default:
		return agent_unexpected(response, "registration", result);
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
	event = agent_exchange(agent, &request, &response, result);
	return event == EVENT_DONE ? registration_answer(agent, &response, result) : event;
}
