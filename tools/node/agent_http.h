// SPDX-License-Identifier: MIT
/* What the agent's calls have in common: bounds, and how an answer becomes an event and a reason. */
#ifndef NODE_AGENT_HTTP_H
#define NODE_AGENT_HTTP_H

#include "common/http.h"
#include "node/agent.h"

/*
 * One exchange within the agent's bounds. EVENT_DONE when an HTTP answer came, whatever its status;
 * otherwise the event of the failure, with the reason in `result`.
 */
enum agent_event agent_exchange(const struct agent *agent, struct http_request *request,
				struct http_response *ret, struct step_result *result);
/* The same beside the steps, where anything but a 200 is a problem. */
int agent_ask(const struct agent *agent, struct http_request *request, struct http_response *ret,
	      struct problems *problems);
/* A request that only this host may make: over TLS with its certificate. */
struct http_request agent_host_request(const struct agent *agent, const char *url);
/* agent_ask with such a request, a POST of `body`. */
int agent_ask_with(const struct agent *agent, const char *url, const json_t *body, struct http_response *ret,
		   struct problems *problems);
/* For a status that `what` (a noun) does not expect: its general meaning. */
enum agent_event agent_unexpected(const struct http_response *response, const char *what,
				  struct step_result *result);
/* For an answer whose content is wrong. */
enum agent_event agent_bad_reply(const struct problems *problems, struct step_result *result);

#endif
