// SPDX-License-Identifier: MIT
/*
 * The step that fetches the host's kickstart, GET /v1/hosts/{id}/kickstart, and leaves it for
 * roost-config, which checks what it says.
 */
#include "common/timeline.h"
#include "node/agent_http.h"
#include "node/agent_input.h"
#include "node/agent_replies.h"
#include "node/agent_trial.h"

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

/* A kickstart that cannot be taken is told to the appliance, with heartbeats that go on as before. */
static enum agent_event kickstart_failed(struct agent *agent, enum agent_event event,
					 const struct step_result *result)
{
	free(take_ptr(agent->fetch_problem));
	if (event != EVENT_BAD_REPLY)
		return event;
	agent->fetch_problem = xstrdup(result->reason);
	agent->fetch_next_ms = now_ms() + backoff_next_ms(&agent->fetch_backoff, 0);
	return event;
}

enum agent_event step_kickstart(struct agent *agent, struct step_result *result)
{
	autofree char *url = agent_config_url(&agent->config, "/v1/hosts/%s/kickstart", agent->id);
	autofree char *etag = agent->generation ? xasprintf("\"%s\"", agent->generation) : NULL;
	struct http_request request = agent_host_request(agent, url);
	struct agent_trial trial = agent_trial_begin(agent->root);
	autoresponse struct http_response response = { 0 };
	autoproblems struct problems problems = { 0 };
	enum agent_event event;

	request.if_none_match = etag;
	request.max_bytes = KICKSTART_MAX;
	event = agent_exchange(agent, &request, &response, result);
	/* Before the new kickstart changes the network: what carried it is what to go back to. */
	agent_trial_end(agent->root, &trial, event == EVENT_DONE && response.status < 400);
	if (event != EVENT_DONE)
		return kickstart_failed(agent, event, result);
	if (response.status != 200 && response.status != 304)
		return kickstart_failed(agent, agent_unexpected(&response, "request for the kickstart", result),
					result);
	if (response.status == 200 && store_kickstart(agent, &response, &problems) < 0)
		return kickstart_failed(agent, agent_bad_reply(&problems, result), result);
	free(take_ptr(agent->fetch_problem));
	backoff_reset(&agent->fetch_backoff);
	return EVENT_DONE;
}
