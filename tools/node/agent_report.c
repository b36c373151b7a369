// SPDX-License-Identifier: MIT
/* The node's own report, and the kickstart that the command line names; see agent.h. */
#include "common/cli.h"
#include "common/file.h"
#include "common/http.h"
#include "common/timeline.h"
#include "node/agent.h"
#include "node/agent_input.h"
#include "node/agent_replies.h"
#include "node/libvirt_probe.h"
#include "node/node_inputs.h"

#define LOOK_MS 2000

/*
 * libvirt is asked last, when all else is settled: it is started by the first question, and a host
 * that is still fetching its configuration has better things to do.
 */
static void compute(const struct agent *agent, struct node_report *ret)
{
	autoreports struct node_reports reports = { 0 };
	autofree char *libvirt = NULL;
	struct node_inputs inputs;

	node_reports_read(agent->root, &reports);
	inputs = node_reports_inputs(&reports);
	inputs.wanted_generation = agent->generation;
	inputs.fetch_problem = agent->fetch_problem;
	node_report_compute(&inputs, ret);
	if (ret->readiness == NODE_CONFIGURING)
		return;
	libvirt = libvirt_problem(agent->root, NODE_LIBVIRT_TIMEOUT_MS);
	if (!libvirt)
		return;
	inputs.libvirt_problem = libvirt;
	node_report_done(ret);
	node_report_compute(&inputs, ret);
}

static bool is_same_report(const struct node_report *a, const struct node_report *b)
{
	autofree char *a_text = strv_join(a->reasons, "\n");
	autofree char *b_text = strv_join(b->reasons, "\n");

	return a->readiness == b->readiness && streq(a_text, b_text) &&
	       streq_null(a->generation, b->generation);
}

static void note_change(const struct agent *agent, const struct node_report *before)
{
	autofree char *reasons = strv_join(agent->report.reasons, "; ");
	const char *generation = agent->report.generation;

	log_info("%s%s%s", node_readiness_name(agent->report.readiness), *reasons ? ": " : "", reasons);
	if (agent->report.readiness == NODE_READY && before->readiness != NODE_READY)
		timeline_mark(agent->root, "ready", "generation %s", generation ? generation : "(none)");
}

bool agent_look(struct agent *agent)
{
	struct node_report before = agent->report;
	bool is_changed;

	compute(agent, &agent->report);
	agent->look_next_ms = now_ms() + LOOK_MS;
	is_changed = !is_same_report(&before, &agent->report);
	if (is_changed)
		note_change(agent, &before);
	node_report_done(&before);
	return is_changed;
}

void agent_look_again(struct agent *agent)
{
	if (agent->machine.step != STEP_HEARTBEAT || agent->report.readiness == NODE_READY ||
	    until_ms(agent->look_next_ms) > 0)
		return;
	if (agent_look(agent))
		agent_machine_files_changed(&agent->machine, now_ms());
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
