// SPDX-License-Identifier: MIT
/*
 * The agent's state machine, without effects: what happened in a step decides which step comes next,
 * when, and what the node says about itself meanwhile. The table in agent_state.c is the whole of it.
 *
 *   config -> address -> clock -> CA -> register -> kickstart -> heartbeat --+
 *     ^                    ^       ^        ^           ^            |       |
 *     +- reconfigured      |       |        |           +- changed --+       |
 *                          +-------+--------+-- clock, CA or host refused ---+
 */
#ifndef NODE_AGENT_STATE_H
#define NODE_AGENT_STATE_H

#include <stdbool.h>

#include "common/clock.h"

enum agent_step {
	STEP_CONFIG,     /* find the appliance's address and fingerprint in host.conf */
	STEP_ADDRESS,    /* wait for a network address */
	STEP_CLOCK,      /* wait until the clock can be believed */
	STEP_CA,         /* fetch the appliance's CA and compare its fingerprint */
	STEP_REGISTER,   /* facts and a signing request against a certificate */
	STEP_KICKSTART,  /* fetch the host's kickstart */
	STEP_HEARTBEAT,  /* say how the node is */
	STEP_COUNT,
};

enum agent_event {
	EVENT_DONE,         /* the step is complete */
	EVENT_WAITING,      /* what it needs is not there yet */
	EVENT_CHANGED,      /* heartbeat: the appliance has another kickstart for us */
	EVENT_UNREACHABLE,  /* no answer, or the appliance reports a fault of its own */
	EVENT_BAD_REPLY,    /* an answer that cannot be used */
	EVENT_BUSY,         /* 429 or 503 */
	EVENT_TLS,          /* the server's certificate is not from the CA that we know */
	EVENT_TLS_CLOCK,    /* the certificate is outside its dates */
	EVENT_REFUSED,      /* by us: wrong fingerprint, incomplete configuration, no token */
	EVENT_DENIED,       /* by the appliance: 401, 403 */
	EVENT_GONE,         /* 404: the appliance does not know this host */
	EVENT_PENDING,      /* 202: waits for a person's approval */
	EVENT_DUPLICATE,    /* 409: other hardware has registered with our id */
	EVENT_RECONFIGURED, /* in any step: host.conf names another appliance, or the token changed */
	EVENT_COUNT,
};

/* What /run/roost/agent.json and the console say. */
enum agent_state {
	AGENT_STARTING,
	AGENT_IDLE,
	AGENT_CLOCK,
	AGENT_CONNECTING,
	AGENT_PENDING,
	AGENT_DUPLICATE,
	AGENT_REFUSED,
	AGENT_REGISTERED,
	AGENT_STATE_COUNT,
};

enum agent_wait {
	WAIT_NONE,     /* at once */
	WAIT_SOON,     /* a second: bounds what a confused appliance can make us do */
	WAIT_FILES,    /* until a file changes; looks again every second in any case */
	WAIT_INTERVAL, /* the heartbeat's; a changed file makes it early */
	WAIT_BACKOFF,  /* longer with every failure, and at least Retry-After */
	WAIT_LONG,     /* the same, at least half a minute: trying at once cannot help */
	WAIT_ASK,      /* Retry-After, else ten seconds: someone else has to decide */
};

struct agent_machine {
	enum agent_step step;
	enum agent_state state;
	enum agent_wait wait;
	int64_t next_ms;       /* when the step is due, on now_ms's clock */
	int64_t interval_ms;   /* between heartbeats */
	struct backoff backoff;
};

void agent_machine_start(struct agent_machine *machine, int64_t now);
/* The step that was due ended with `event`. retry_after_ms is the server's, 0 when it named none. */
void agent_machine_turn(struct agent_machine *machine, enum agent_event event,
			int64_t retry_after_ms, int64_t now);
/* A file that the node's programs meet through has changed. */
void agent_machine_files_changed(struct agent_machine *machine, int64_t now);
/* The network is another one than before: what failed may work now, so it is tried at once. */
void agent_machine_network_changed(struct agent_machine *machine, int64_t now);
/* Whether the table has a row for the pair: for the unit test. */
bool agent_machine_expects(enum agent_step step, enum agent_event event);

const char *agent_state_name(enum agent_state state);
const char *agent_step_name(enum agent_step step);

#endif
