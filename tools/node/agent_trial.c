// SPDX-License-Identifier: MIT
/* Confirming a network by heartbeat; see agent_trial.h. */
#include "common/cli.h"
#include "common/clock.h"
#include "node/agent_trial.h"
#include "node/network_generations.h"
#include "node/network_state.h"

char *agent_network_configuration(const char *root)
{
	autonetstate struct network_state state = { 0 };

	(void)network_state_read(root, &state);
	return take_ptr(state.configuration);
}

/* *ret_has_former: another network was in use before. */
static bool is_on_trial(const char *root, bool *ret_has_former)
{
	autogenerations struct generations generations = { 0 };
	const struct generation *current;

	generations_read(root, &generations);
	current = generations_current(&generations);
	if (ret_has_former)
		*ret_has_former = current && (generations.count > 1 || current->tries);
	return current && current->state == GENERATION_TRIAL;
}

/*
 * Not at once: networkd takes the new files over within moments, and until then packets still go the
 * old way. The first network of a boot has none before it.
 */
struct agent_trial agent_trial_begin(const char *root)
{
	autonetstate struct network_state state = { 0 };
	struct agent_trial trial = { 0 };
	bool has_former;

	if (!is_on_trial(root, &has_former) || !network_state_read(root, &state))
		return trial;
	if (!has_former || now_ms() - state.since_ms >= GENERATION_SETTLE_MS)
		trial.configuration = take_ptr(state.configuration);
	return trial;
}

void agent_trial_answered(const char *root, const struct agent_trial *trial)
{
	autofree char *now = agent_network_configuration(root);

	if (trial->configuration && streq_null(trial->configuration, now) &&
	    generation_keep(root, now))
		log_info("the network is kept: the appliance answers over it");
}

bool agent_trial_end(const char *root, struct agent_trial *trial, bool is_accepted)
{
	autofree char *configuration = take_ptr(trial->configuration);
	autofree char *now = agent_network_configuration(root);
	autoproblems struct problems problems = { 0 };

	if (is_accepted && configuration && streq_null(configuration, now) &&
	    generation_confirm(root, configuration, "the appliance answered over it", &problems))
		log_info("the network is confirmed: the appliance answered over it");
	cli_fail(&problems, 0);
	return is_on_trial(root, NULL);
}
