// SPDX-License-Identifier: MIT
/* The steps before the agent talks to anyone, and the turning of the machine; see agent.h. */
#include "common/cli.h"
#include "common/file.h"
#include "common/timeline.h"
#include "node/agent.h"
#include "node/agent_input.h"
#include "node/agent_peers.h"
#include "node/agent_pki.h"
#include "node/agent_ssh.h"
#include "node/agent_trial.h"
#include "node/cpu_model.h"
#include "node/node_id.h"

#define AGENT_JSON_PATH "/run/roost/agent.json"

static agent_step_fn *const steps[STEP_COUNT] = {
	[STEP_CONFIG] = step_config,       [STEP_ADDRESS] = step_address,
	[STEP_CLOCK] = step_clock,         [STEP_CA] = step_ca,
	[STEP_REGISTER] = step_register,   [STEP_KICKSTART] = step_kickstart,
	[STEP_HEARTBEAT] = step_heartbeat,
};

void agent_start(struct agent *agent, const char *root)
{
	*agent = (struct agent){
		.root = root,
		.generation = appliance_kickstart_generation(root),
		.ks_url = kickstart_url(root),
		.fetch_backoff = { .first_ms = 2000, .max_ms = 60000 },
		.ks_backoff = { .first_ms = 1000, .max_ms = 60000 },
	};
	agent_machine_start(&agent->machine, now_ms());
}

void agent_done(struct agent *agent)
{
	agent_config_done(&agent->config);
	identity_done(&agent->identity);
	free(agent->reason);
	free(agent->id);
	free(agent->ca_pem);
	free(agent->generation);
	free(agent->offered);
	free(agent->fetch_problem);
	node_report_done(&agent->report);
	json_decref(agent->facts);
	free(agent->told_facts);
	free(agent->told_timeline);
	free(agent->telling_timeline);
	free(agent->ks_url);
	free(agent->network);
	free(agent->told_names);
	free(agent->certified);
	free(agent->offered_keytab);
	free(agent->tried_keytab);
	identity_done(&agent->guests);
	free(agent->guests_certified);
	free(agent->ssh_key);
	free(agent->ssh_certified);
	*agent = (struct agent){ 0 };
}

/* ---- Steps --------------------------------------------------------------------------------------- */

/* A key pair for the host's id; made once a boot, when the network cards are known. */
static enum agent_event make_identity(struct agent *agent, struct step_result *result)
{
	autoproblems struct problems problems = { 0 };

	if (agent->identity.key_pem)
		return EVENT_DONE;
	if (!agent->id)
		agent->id = node_id(agent->root);
	if (!agent->id) {
		result->reason = xstrdup("this machine has neither a usable SMBIOS UUID nor a network "
					 "card to derive one from");
		return EVENT_REFUSED;
	}
	if (identity_new(agent->id, &agent->identity, &problems) < 0) {
		result->reason = problems_text(&problems);
		return EVENT_REFUSED;
	}
	return EVENT_DONE;
}

static void take_config(struct agent *agent, struct agent_config *config)
{
	bool is_other_appliance = !streq_null(agent->config.server, config->server) ||
				  !streq_null(agent->config.fingerprint, config->fingerprint);

	agent_config_done(&agent->config);
	agent->config = *config;
	agent->address_wait = (struct agent_wait_state){ 0 };
	agent->clock_wait = (struct agent_wait_state){ 0 };
	if (is_other_appliance) {
		identity_forget_certificate(&agent->identity);
		identity_forget_certificate(&agent->guests);
		free(take_ptr(agent->ca_pem));
		agent_pki_remove(agent);
		agent_peers_remove(agent);
		agent_ssh_remove(agent);
	}
}

enum agent_event step_config(struct agent *agent, struct step_result *result)
{
	autoproblems struct problems problems = { 0 };
	struct agent_config config;

	if (agent_config_read(agent->root, &config, &problems) < 0) {
		result->reason = problems_text(&problems);
		return EVENT_REFUSED;
	}
	take_config(agent, &config);
	if (!config.server) {
		result->reason = xstrdup("no appliance configured");
		return EVENT_WAITING;
	}
	if (!config.fingerprint) {
		result->reason = xasprintf("the appliance %s has no fingerprint in the configuration "
					   "(appliance --fingerprint or roost.fingerprint=): it could "
					   "not be told from an impostor", config.server);
		return EVENT_REFUSED;
	}
	return make_identity(agent, result);
}

enum agent_event step_address(struct agent *agent, struct step_result *result)
{
	if (address_is_ready(agent->root, &agent->address_wait, &result->reason))
		return EVENT_DONE;
	/* The wait is long enough to look at the hardware meanwhile. */
	if (!agent->facts)
		agent->facts = agent_collect_facts(agent);
	return EVENT_WAITING;
}

enum agent_event step_clock(struct agent *agent, struct step_result *result)
{
	return clock_is_ready(agent->root, agent->clock_is_suspect, &agent->clock_wait,
			      &result->reason) ? EVENT_DONE : EVENT_WAITING;
}

/* ---- Turning ------------------------------------------------------------------------------------- */

static void log_change(const struct agent *agent)
{
	const char *state = agent_state_name(agent->machine.state);

	if (agent->reason)
		log_warning("%s: %s", state, agent->reason);
	else
		log_info("%s", state);
}

static void set_reason(struct agent *agent, enum agent_state before, char *reason)
{
	bool is_same = agent->machine.state == before && streq_null(agent->reason, reason);

	free(agent->reason);
	agent->reason = reason;
	if (!is_same)
		log_change(agent);
}

void agent_turn(struct agent *agent)
{
	struct step_result result = { 0 };
	enum agent_state before = agent->machine.state;
	enum agent_event event;

	if (until_ms(agent->machine.next_ms) > 0)
		return;
	event = steps[agent->machine.step](agent, &result);
	if (event == EVENT_TLS_CLOCK) {
		agent->clock_is_suspect = true;
		agent->clock_wait = (struct agent_wait_state){ 0 };
	}
	agent_machine_turn(&agent->machine, event, result.retry_after_ms, now_ms());
	set_reason(agent, before, result.reason);
}

static void look_at_network(struct agent *agent)
{
	char *network = agent_network_configuration(agent->root);

	if (!streq_null(network, agent->network))
		agent_machine_network_changed(&agent->machine, now_ms());
	free(agent->network);
	agent->network = network;
}

/* Other facts change by themselves; this one follows from what was just configured. */
static void look_at_cpu_model(struct agent *agent)
{
	autofree char *path = path_in_root(agent->root, CPU_MODEL_JSON);
	bool has_it = path_exists(path);

	if (has_it && !agent->has_cpu_model)
		agent->facts_next_ms = now_ms();
	agent->has_cpu_model = has_it;
}

void agent_files_changed(struct agent *agent)
{
	struct agent_config config;

	look_at_network(agent);
	look_at_cpu_model(agent);

	if (agent->machine.step != STEP_CONFIG &&
	    agent_config_read(agent->root, &config, NULL) == 0) {
		if (!agent_config_equal(&config, &agent->config)) {
			log_info("the configuration of the appliance has changed");
			agent_machine_turn(&agent->machine, EVENT_RECONFIGURED, 0, now_ms());
		}
		agent_config_done(&config);
	}
	agent_machine_files_changed(&agent->machine, now_ms());
}

int64_t agent_next_ms(const struct agent *agent)
{
	int64_t next = agent->machine.next_ms;

	if (agent->ks_url && agent->ks_next_ms < next)
		next = agent->ks_next_ms;
	if (agent->machine.step == STEP_HEARTBEAT && agent->report.readiness != NODE_READY &&
	    agent->look_next_ms < next)
		next = agent->look_next_ms;
	return next;
}

json_t *agent_text_json(const char *text)
{
	return text ? json_string(text) : json_null();
}

bool agent_publish(const struct agent *agent)
{
	autofree char *path = path_in_root(agent->root, AGENT_JSON_PATH);
	autojson json_t *state = json_object();
	autofree char *text = NULL;

	json_object_set_new(state, "state", json_string(agent_state_name(agent->machine.state)));
	json_object_set_new(state, "reason", agent_text_json(agent->reason));
	json_object_set_new(state, "appliance", agent_text_json(agent->config.server));
	json_object_set_new(state, "id", agent_text_json(agent->id));
	if (agent->machine.state == AGENT_REGISTERED) {
		const char *readiness = node_readiness_name(agent->report.readiness);

		json_object_set_new(state, "readiness", json_string(readiness));
		json_object_set_new(state, "reasons", json_strings(agent->report.reasons));
	}
	text = json_text(state);
	if (file_has(path, text, strlen(text)))
		return false;
	return file_write_text(path, 0644, text, NULL) == 0;
}
