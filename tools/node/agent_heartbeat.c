// SPDX-License-Identifier: MIT
/*
 * The step that tells the appliance how the node is, POST /v1/hosts/{id}/heartbeat, and hears whether
 * there is a new kickstart; now and then also whether the facts have changed.
 */
#include "common/timeline.h"
#include "node/agent_http.h"
#include "node/agent_keytab.h"
#include "node/agent_peers.h"
#include "node/agent_pki.h"
#include "node/agent_replies.h"
#include "node/agent_ssh.h"
#include "node/agent_trial.h"
#include "node/facts.h"
#include "node/storage_summary.h"

#define FACTS_MS (10 * 60 * 1000)
#define REPORT_MAX (1024 * 1024)
#define EVENT_TEXT_MAX 64
#define TIMELINE_TEXT_MAX 500

static json_t *network_or_null(const struct agent *agent)
{
	json_t *report = json_read_report(agent->root, "/run/roost/network.json", REPORT_MAX);

	return report ? report : json_null();
}

static json_t *storage_or_null(const struct agent *agent)
{
	autojson json_t *report = json_read_report(agent->root, "/run/roost/storage.json", REPORT_MAX);

	return report ? storage_summary(report, agent->report.configuration) : json_null();
}

static json_t *bounded_text(const json_t *event, const char *field, size_t max)
{
	json_t *bounded = clean_string(json_string_value(json_object_get(event, field)), max);

	return json_is_string(bounded) ? bounded : json_string("");
}

/* Other programs write the timeline; the appliance takes no text beyond its bounds. */
static json_t *bounded_timeline(const char *root)
{
	json_t *timeline = timeline_json(root), *event;
	size_t i;

	json_array_foreach(timeline, i, event) {
		json_object_set_new(event, "event", bounded_text(event, "event", EVENT_TEXT_MAX));
		json_object_set_new(event, "text", bounded_text(event, "text", TIMELINE_TEXT_MAX));
	}
	return timeline;
}

/* The timeline only when it has grown: the appliance keeps the last one. */
static void add_timeline(struct agent *agent, json_t *body)
{
	autojson json_t *timeline = bounded_timeline(agent->root);

	free(agent->telling_timeline);
	agent->telling_timeline = json_line(timeline);
	if (!streq_null(agent->telling_timeline, agent->told_timeline))
		json_object_set(body, "timeline", timeline);
}

static char *heartbeat_body(struct agent *agent)
{
	const struct node_report *report = &agent->report;
	autofree char *address = address_towards(agent->config.server);
	autojson json_t *body = json_object();

	json_object_set_new(body, "state", json_string(node_readiness_name(report->readiness)));
	json_object_set_new(body, "reasons", json_strings(report->reasons));
	json_object_set_new(body, "generation", agent_text_json(report->generation));
	json_object_set_new(body, "address", agent_text_json(address));
	facts_hostname.collect(agent->root, body, NULL);
	agent_pki_tell(agent, body, address);
	agent_peers_tell(agent, body);
	add_timeline(agent, body);
	json_object_set_new(body, "network", network_or_null(agent));
	json_object_set_new(body, "storage", storage_or_null(agent));
	return json_line(body);
}

/* Whether to fetch the kickstart that the appliance names. Takes the text over. */
static bool is_worth_fetching(struct agent *agent, char *generation)
{
	bool is_news = !streq_null(generation, agent->offered);

	free(agent->offered);
	agent->offered = generation;
	if (!generation || streq_null(generation, agent->generation))
		return false;
	return is_news || !agent->fetch_problem || until_ms(agent->fetch_next_ms) == 0;
}

static enum agent_event heartbeat_answer(struct agent *agent, const struct http_response *response,
					 struct step_result *result)
{
	autoproblems struct problems problems = { 0 };
	struct reply_heartbeat reply = { 0 };
	char *generation;

	if (response->status != 200)
		return agent_unexpected(response, "heartbeat", result);
	if (reply_heartbeat_read(response->body, response->body_len, &reply, &problems) < 0)
		return agent_bad_reply(&problems, result);
	free(agent->told_timeline);
	agent->told_timeline = take_ptr(agent->telling_timeline);
	agent->machine.interval_ms = (int64_t)reply.interval_s * 1000;
	agent->clock_is_suspect = false;
	free(agent->offered_keytab);
	agent->offered_keytab = take_ptr(reply.keytab);
	agent_peers_take(agent, &reply);
	generation = take_ptr(reply.generation);
	reply_heartbeat_done(&reply);
	return is_worth_fetching(agent, generation) ? EVENT_CHANGED : EVENT_DONE;
}

/*
 * PUT /v1/hosts/{id}/facts: links come up, cards and disks are changed while a host runs. Best effort;
 * the next look is soon enough.
 */
static void tell_facts(struct agent *agent)
{
	autofree char *url = agent_config_url(&agent->config, "/v1/hosts/%s/facts", agent->id);
	struct http_request request = agent_host_request(agent, url);
	autoresponse struct http_response response = { 0 };
	struct step_result result = { 0 };
	autojson json_t *facts = NULL;
	autofree char *text = NULL;

	agent->facts_next_ms = now_ms() + FACTS_MS;
	facts = agent_collect_facts(agent);
	text = json_line(facts);
	if (streq_null(text, agent->told_facts))
		return;
	request.method = "PUT";
	request.body = text;
	request.body_len = strlen(text);
	if (agent_exchange(agent, &request, &response, &result) == EVENT_DONE &&
	    response.status == 204) {
		free(agent->told_facts);
		agent->told_facts = take_ptr(text);
	}
	free(result.reason);
}

enum agent_event step_heartbeat(struct agent *agent, struct step_result *result)
{
	autofree char *url = agent_config_url(&agent->config, "/v1/hosts/%s/heartbeat", agent->id);
	struct http_request request = agent_host_request(agent, url);
	autoresponse struct http_response response = { 0 };
	struct agent_trial trial = agent_trial_begin(agent->root);
	autofree char *body = NULL;
	enum agent_event event;

	agent_look(agent);
	body = heartbeat_body(agent);
	request.method = "POST";
	request.body = body;
	request.body_len = strlen(body);
	event = agent_exchange(agent, &request, &response, result);
	if (event == EVENT_DONE)
		event = heartbeat_answer(agent, &response, result);
	if (agent_trial_end(agent->root, &trial, event == EVENT_DONE || event == EVENT_CHANGED) &&
	    agent->machine.interval_ms > TRIAL_INTERVAL_MS)
		agent->machine.interval_ms = TRIAL_INTERVAL_MS;
	if (event == EVENT_DONE)
		agent_pki_renew(agent);
	if (event == EVENT_DONE)
		agent_keytab_renew(agent);
	if (event == EVENT_DONE)
		agent_ssh_renew(agent);
	if (event == EVENT_DONE && until_ms(agent->facts_next_ms) == 0)
		tell_facts(agent);
	return event;
}
