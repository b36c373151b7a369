// SPDX-License-Identifier: MIT
/*
 * What the agent knows while it runs, and its steps. The order of the steps is agent_state.h's matter;
 * what one step does is in agent_steps.c (configuration, address, clock), agent_join.c, agent_kickstart.c
 * and agent_heartbeat.c; the loop around them is roost-agent.c.
 */
#ifndef NODE_AGENT_H
#define NODE_AGENT_H

#include "common/json.h"
#include "node/agent_checks.h"
#include "node/agent_config.h"
#include "node/agent_identity.h"
#include "node/agent_state.h"
#include "node/node_state.h"

struct agent {
	const char *root;
	struct agent_machine machine;
	struct agent_config config;     /* in use; see agent_is_reconfigured */
	char *reason;                   /* why this state, in plain words; NULL when all is well */

	char *id;
	struct identity identity;
	char *ca_pem;                   /* the one certificate whose fingerprint was right */
	bool clock_is_suspect;          /* a peer's certificate was outside its dates */
	struct agent_wait_state address_wait, clock_wait;

	char *generation;               /* of the kickstart in /run/roost/input */
	char *offered;                  /* the generation that the appliance last named */
	char *fetch_problem;            /* why that one could not be taken */
	int64_t fetch_next_ms;          /* when to try it again; another one is tried at once */
	struct backoff fetch_backoff;
	struct node_report report;      /* how the node is, as last looked at */
	int64_t look_next_ms;           /* when to look again while it is not ready */

	char *told_names;               /* "NAME ADDRESS" of the last registration or heartbeat */
	char *certified;                /* the same, when the certificate was asked for */
	int64_t certificate_next_ms;    /* not before: when another one may be asked for */
	struct identity guests;         /* a key and a certificate for the programs that run guests */
	char *guests_certified;         /* as certified and certificate_next_ms, for that one */
	int64_t guests_next_ms;

	char *ssh_key;                  /* that a certificate was asked for last: the public half */
	char *ssh_certified;            /* as certified and certificate_next_ms, for that one */
	int64_t ssh_next_ms;

	char *offered_keytab;           /* SHA-256 of the one that the appliance has; NULL: it has none */
	char *tried_keytab;             /* that was asked for last */
	int64_t keytab_next_ms;         /* when to ask for the same one again */

	json_t *facts;                  /* collected while there was no address yet; may be NULL */
	char *told_facts;               /* what the appliance has, as text */
	int64_t facts_next_ms;          /* when to compare them again */
	bool has_cpu_model;             /* guests' CPU was there when it last looked: cpu_model.h */
	char *network;                  /* SHA-256 of the host.conf that the network was last of */
	char *told_timeline;            /* that the appliance has, as text */
	char *telling_timeline;         /* of the heartbeat that is on its way */

	char *ks_url;                   /* still to be fetched; NULL when there is none */
	int64_t ks_next_ms;
	struct backoff ks_backoff;
};

/* What a step adds to its event. */
struct step_result {
	int64_t retry_after_ms;         /* 0: the server named none */
	char *reason;                   /* owned; NULL when there is nothing to say */
};

void agent_start(struct agent *agent, const char *root);
/* Runs the step that is due and moves the machine on. Bounded: at most a minute. */
void agent_turn(struct agent *agent);
/* After a change in /run/roost: starts over when the configuration names another appliance. */
void agent_files_changed(struct agent *agent);
/* Fetches the command line's kickstart when that is due. */
void agent_fetch_url(struct agent *agent);
/* When agent_turn, agent_fetch_url or agent_look_again is due next. */
int64_t agent_next_ms(const struct agent *agent);
/* Writes /run/roost/agent.json when it changed. True when it did. */
bool agent_publish(const struct agent *agent);
void agent_done(struct agent *agent);

/* Looks at the node: brings agent->report up to date. True when it is not what it was. */
bool agent_look(struct agent *agent);
/* The same while the node is not ready, every other second; a change makes the heartbeat early. */
void agent_look_again(struct agent *agent);
/* The facts; what could not be read is in the log. Never NULL; owned by the caller. */
json_t *agent_collect_facts(const struct agent *agent);
/* null for NULL. */
json_t *agent_text_json(const char *text);

/* The steps: what each does, and the event that it ends with. */
typedef enum agent_event agent_step_fn(struct agent *agent, struct step_result *result);
agent_step_fn step_config, step_address, step_clock, step_ca, step_register, step_kickstart,
	step_heartbeat;

#endif
