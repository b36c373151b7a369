// SPDX-License-Identifier: MIT
/*
 * The agent's part in the trial of a changed network (network_generations.h): a heartbeat that the
 * appliance accepted proves the network that carried it.
 */
#ifndef NODE_AGENT_TRIAL_H
#define NODE_AGENT_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#define TRIAL_INTERVAL_MS 3000 /* between heartbeats while a network is on trial */

/* The network as network.json had it before an exchange began. */
struct agent_trial {
	char *configuration;    /* NULL: not on trial, or not settled yet */
};

struct agent_trial agent_trial_begin(const char *root);
/* After the appliance accepted the heartbeat. True while a trial goes on. Frees what begin made. */
bool agent_trial_end(const char *root, struct agent_trial *trial, bool is_accepted);

/* After any answer of the appliance's, known by its CA: a first network is kept then. Frees nothing. */
void agent_trial_answered(const char *root, const struct agent_trial *trial);

/* SHA-256 of the host.conf that the network is of, or NULL. Owned by the caller. */
char *agent_network_configuration(const char *root);

#endif
