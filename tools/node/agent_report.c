// SPDX-License-Identifier: MIT
/* The node's own report, and the kickstart that the command line names; see agent.h. */
#include "common/cli.h"
#include "common/file.h"
#include "common/http.h"
#include "node/agent.h"
#include "node/agent_input.h"
#include "node/agent_replies.h"
#include "node/libvirt_probe.h"

#define FILE_MAX (256 * 1024)
#define LIBVIRT_TIMEOUT_MS 2000
#define STARTING_MS (3 * 60 * 1000) /* since the kernel's start; a slow machine needs its time */

static json_t *read_report(const struct agent *agent, const char *name)
{
	autofree char *path = xasprintf("%s/run/roost/%s", agent->root, name);

	return json_read_file(path, FILE_MAX, NULL);
}

void agent_report(struct agent *agent, json_t **ret_network, json_t **ret_storage,
		  struct node_report *ret)
{
	autojson json_t *config = read_report(agent, "config.json");
	autofree char *libvirt = libvirt_problem(agent->root, LIBVIRT_TIMEOUT_MS);
	struct node_inputs inputs;

	*ret_network = read_report(agent, "network.json");
	*ret_storage = read_report(agent, "storage.json");
	inputs = (struct node_inputs){
		.wanted_generation = agent->generation,
		.fetch_problem = agent->fetch_problem,
		.config = config,
		.network = *ret_network,
		.storage = *ret_storage,
		.libvirt_problem = libvirt,
		.may_still_start = now_ms() < STARTING_MS,
	};
	node_report_compute(&inputs, ret);
}

static int fetch(struct agent *agent, struct problems *problems)
{
	autofree char *path = path_in_root(agent->root, URL_KS_PATH);
	struct http_request request = { .url = agent->ks_url, .max_bytes = KICKSTART_MAX };
	autoresponse struct http_response response = { 0 };

	if (http_exchange(&request, &response, problems) != HTTP_OK)
		return -1;
	if (response.status != 200)
		return problem(problems, "%s: status %ld, expected 200", agent->ks_url,
			       response.status);
	if (!reply_is_text(response.body, response.body_len))
		return problem(problems, "%s: not a text in UTF-8", agent->ks_url);
	return file_write(path, 0600, response.body, response.body_len, problems);
}

void agent_fetch_url(struct agent *agent)
{
	autoproblems struct problems problems = { 0 };
	autofree char *reason = NULL;

	if (!agent->ks_url || until_ms(agent->ks_next_ms) > 0)
		return;
	agent->ks_next_ms = now_ms() + 1000;
	if (!address_is_ready(agent->root, &agent->address_wait, &reason) ||
	    !clock_is_ready(agent->root, false, &agent->clock_wait, &reason))
		return;
	if (fetch(agent, &problems) < 0) {
		cli_fail(&problems, 0);
		agent->ks_next_ms = now_ms() + backoff_next_ms(&agent->ks_backoff, 0);
		return;
	}
	log_info("fetched the kickstart %s", agent->ks_url);
	free(take_ptr(agent->ks_url));
}
