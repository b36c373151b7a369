// SPDX-License-Identifier: MIT
/* Exchanges with the appliance; see agent_http.h. */
#include "node/agent_http.h"
#include "node/agent_replies.h"
#include "node/agent_trial.h"
#include "node/certificate.h"

#define CONNECT_TIMEOUT_MS 5000
#define TIMEOUT_MS 20000
#define REPLY_MAX (64 * 1024)

static enum agent_event event_of_failure(const struct agent *agent, enum http_failure failure,
					 const struct problems *problems,
					 struct step_result *result)
{
	autofree char *detail = problems_text(problems);

	switch (failure) {
	case HTTP_TLS_CLOCK:
		result->reason = certificate_clock_text(agent->ca_pem, detail);
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

enum agent_event agent_unexpected(const struct http_response *response, const char *what,
				   struct step_result *result)
{
	autofree char *error = reply_error_text(response->body, response->body_len);

	result->reason = xasprintf("the appliance answered the %s with status %ld%s%s", what,
				   response->status, error ? ": " : "", error ? error : "");
	result->retry_after_ms = response->retry_after_ms;
	return event_of_status(response->status);
}

enum agent_event agent_exchange(const struct agent *agent, struct http_request *request,
				 struct http_response *ret, struct step_result *result)
{
	autoproblems struct problems problems = { 0 };
	struct agent_trial trial = agent_trial_begin(agent->root);
	enum http_failure failure;

	request->connect_timeout_ms = CONNECT_TIMEOUT_MS;
	request->timeout_ms = TIMEOUT_MS;
	if (!request->max_bytes)
		request->max_bytes = REPLY_MAX;
	failure = http_exchange(request, ret, &problems);
	if (failure == HTTP_OK && request->ca_pem)
		agent_trial_answered(agent->root, &trial);
	free(trial.configuration);
	if (failure != HTTP_OK)
		return event_of_failure(agent, failure, &problems, result);
	return EVENT_DONE;
}

int agent_ask(const struct agent *agent, struct http_request *request, struct http_response *ret,
	      struct problems *problems)
{
	struct step_result result = { 0 };
	enum agent_event event = agent_exchange(agent, request, ret, &result);
	autofree char *reason = result.reason, *error = NULL;

	if (event != EVENT_DONE)
		return problem(problems, "%s", reason ? reason : "no answer");
	if (ret->status == 200)
		return 0;
	error = reply_error_text(ret->body, ret->body_len);
	return problem(problems, "the appliance answers %ld%s%s", ret->status, error ? ": " : "", error ? error : "");
}

struct http_request agent_host_request(const struct agent *agent, const char *url)
{
	return (struct http_request){
		.url = url,
		.ca_pem = agent->ca_pem,
		.client_cert_pem = agent->identity.certificate_pem,
		.client_key_pem = agent->identity.key_pem,
	};
}

int agent_ask_with(const struct agent *agent, const char *url, const json_t *body, struct http_response *ret,
		   struct problems *problems)
{
	struct http_request request = agent_host_request(agent, url);
	autofree char *text = json_line(body);

	request.method = "POST";
	request.body = text;
	request.body_len = strlen(text);
	return agent_ask(agent, &request, ret, problems);
}

enum agent_event agent_bad_reply(const struct problems *problems, struct step_result *result)
{
	result->reason = problems_text(problems);
	return EVENT_BAD_REPLY;
}
