// SPDX-License-Identifier: MIT
/* The agent's transitions as a table; see agent_state.h. */
#include "common/str.h"
#include "node/agent_state.h"

#define BACKOFF_FIRST_MS 1000
#define BACKOFF_MAX_MS 30000
#define SOON_MS 1000
#define LOOK_AGAIN_MS 1000
#define LONG_MS 30000
#define ASK_MS 10000
#define INTERVAL_MS 10000
#define EARLY_MS 300 /* files change in groups: one heartbeat for all of them */

struct transition {
	enum agent_step next;
	enum agent_wait wait;
	enum agent_state state;
	bool is_expected;
};

#define GO(next_, wait_, state_) { STEP_##next_, WAIT_##wait_, AGENT_##state_, true }

/*
 * Rows that are missing cannot happen; agent_machine_turn treats them as a failure of the step. After
 * a certificate's date was wrong the clock comes first; after a strange certificate, the CA; after
 * the appliance has forgotten or thrown out the host, the registration.
 */
static const struct transition transitions[STEP_COUNT][EVENT_COUNT] = {
	[STEP_CONFIG] = {
		[EVENT_DONE] = GO(ADDRESS, NONE, STARTING),
		[EVENT_WAITING] = GO(CONFIG, FILES, IDLE),
		[EVENT_REFUSED] = GO(CONFIG, FILES, REFUSED),
	},
	[STEP_ADDRESS] = {
		[EVENT_DONE] = GO(CLOCK, NONE, STARTING),
		[EVENT_WAITING] = GO(ADDRESS, FILES, STARTING),
	},
	[STEP_CLOCK] = {
		[EVENT_DONE] = GO(CA, NONE, CONNECTING),
		[EVENT_WAITING] = GO(CLOCK, FILES, CLOCK),
	},
	[STEP_CA] = {
		[EVENT_DONE] = GO(REGISTER, NONE, CONNECTING),
		[EVENT_UNREACHABLE] = GO(CA, BACKOFF, CONNECTING),
		[EVENT_BAD_REPLY] = GO(CA, BACKOFF, CONNECTING),
		[EVENT_BUSY] = GO(CA, BACKOFF, CONNECTING),
		[EVENT_TLS] = GO(CA, BACKOFF, CONNECTING),
		[EVENT_TLS_CLOCK] = GO(CLOCK, BACKOFF, CLOCK),
		[EVENT_REFUSED] = GO(CA, LONG, REFUSED),
		[EVENT_DENIED] = GO(CA, LONG, REFUSED),
		[EVENT_GONE] = GO(CA, LONG, CONNECTING),
	},
	[STEP_REGISTER] = {
		[EVENT_DONE] = GO(KICKSTART, NONE, REGISTERED),
		[EVENT_UNREACHABLE] = GO(REGISTER, BACKOFF, CONNECTING),
		[EVENT_BAD_REPLY] = GO(REGISTER, BACKOFF, CONNECTING),
		[EVENT_BUSY] = GO(REGISTER, BACKOFF, CONNECTING),
		[EVENT_TLS] = GO(CA, BACKOFF, CONNECTING),
		[EVENT_TLS_CLOCK] = GO(CLOCK, BACKOFF, CLOCK),
		[EVENT_REFUSED] = GO(REGISTER, LONG, REFUSED),
		[EVENT_DENIED] = GO(REGISTER, LONG, REFUSED),
		[EVENT_GONE] = GO(REGISTER, LONG, CONNECTING),
		[EVENT_PENDING] = GO(REGISTER, ASK, PENDING),
		[EVENT_DUPLICATE] = GO(REGISTER, ASK, DUPLICATE),
	},
	[STEP_KICKSTART] = {
		[EVENT_DONE] = GO(HEARTBEAT, SOON, REGISTERED),
		[EVENT_UNREACHABLE] = GO(KICKSTART, BACKOFF, REGISTERED),
		[EVENT_BUSY] = GO(KICKSTART, BACKOFF, REGISTERED),
		/* The heartbeat tells the appliance, and its answer leads here again, in time. */
		[EVENT_BAD_REPLY] = GO(HEARTBEAT, SOON, REGISTERED),
		[EVENT_TLS] = GO(CA, BACKOFF, CONNECTING),
		[EVENT_TLS_CLOCK] = GO(CLOCK, BACKOFF, CLOCK),
		[EVENT_DENIED] = GO(REGISTER, BACKOFF, CONNECTING),
		[EVENT_GONE] = GO(REGISTER, BACKOFF, CONNECTING),
	},
	[STEP_HEARTBEAT] = {
		[EVENT_DONE] = GO(HEARTBEAT, INTERVAL, REGISTERED),
		[EVENT_CHANGED] = GO(KICKSTART, NONE, REGISTERED),
		[EVENT_UNREACHABLE] = GO(HEARTBEAT, BACKOFF, REGISTERED),
		[EVENT_BUSY] = GO(HEARTBEAT, BACKOFF, REGISTERED),
		[EVENT_BAD_REPLY] = GO(HEARTBEAT, BACKOFF, REGISTERED),
		[EVENT_TLS] = GO(CA, BACKOFF, CONNECTING),
		[EVENT_TLS_CLOCK] = GO(CLOCK, BACKOFF, CLOCK),
		[EVENT_DENIED] = GO(REGISTER, BACKOFF, CONNECTING),
		[EVENT_GONE] = GO(REGISTER, BACKOFF, CONNECTING),
	},
};

static const struct transition reconfigured = GO(CONFIG, NONE, STARTING);

void agent_machine_start(struct agent_machine *machine, int64_t now)
{
	*machine = (struct agent_machine){
		.step = STEP_CONFIG,
		.state = AGENT_STARTING,
		.next_ms = now,
		.interval_ms = INTERVAL_MS,
		.backoff = { .first_ms = BACKOFF_FIRST_MS, .max_ms = BACKOFF_MAX_MS },
	};
}

static int64_t at_least(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t delay_ms(struct agent_machine *machine, enum agent_wait wait, int64_t retry_after_ms)
{
	/* A fresh one only adds jitter: asking again is no failure. */
	struct backoff jitter = { .first_ms = 0, .max_ms = 0 };

	switch (wait) {
	case WAIT_NONE:
		return 0;
	case WAIT_SOON:
		return SOON_MS;
	case WAIT_FILES:
		return LOOK_AGAIN_MS;
	case WAIT_INTERVAL:
		return backoff_next_ms(&jitter, machine->interval_ms);
	case WAIT_BACKOFF:
		return backoff_next_ms(&machine->backoff, retry_after_ms);
	case WAIT_LONG:
		return backoff_next_ms(&machine->backoff, at_least(retry_after_ms, LONG_MS));
	case WAIT_ASK:
		return backoff_next_ms(&jitter, retry_after_ms ? retry_after_ms : ASK_MS);
	}
	return LONG_MS;
}

static struct transition find_transition(enum agent_step step, enum agent_event event)
{
	if (event == EVENT_RECONFIGURED)
		return reconfigured;
	return transitions[step][event];
}

void agent_machine_turn(struct agent_machine *machine, enum agent_event event,
			int64_t retry_after_ms, int64_t now)
{
	struct transition row = find_transition(machine->step, event);

	if (!row.is_expected)
		row = (struct transition){ machine->step, WAIT_LONG, machine->state, true };
	/*
	 * Only an accepted heartbeat proves that the appliance works with this host: an appliance
	 * that registers it and then turns it away must not make it register in a tight loop.
	 */
	if (machine->step == STEP_HEARTBEAT && event == EVENT_DONE)
		backoff_reset(&machine->backoff);
	if (event == EVENT_RECONFIGURED)
		backoff_reset(&machine->backoff);
	machine->step = row.next;
	machine->state = row.state;
	machine->wait = row.wait;
	machine->next_ms = now + delay_ms(machine, row.wait, retry_after_ms);
}

void agent_machine_files_changed(struct agent_machine *machine, int64_t now)
{
	int64_t early = machine->wait == WAIT_FILES ? now : now + EARLY_MS;

	if (machine->wait != WAIT_FILES && machine->wait != WAIT_INTERVAL)
		return;
	if (early < machine->next_ms)
		machine->next_ms = early;
}

void agent_machine_network_changed(struct agent_machine *machine, int64_t now)
{
	if (machine->wait != WAIT_BACKOFF)
		return;
	backoff_reset(&machine->backoff);
	if (now + SOON_MS < machine->next_ms)
		machine->next_ms = now + SOON_MS;
}

bool agent_machine_expects(enum agent_step step, enum agent_event event)
{
	return find_transition(step, event).is_expected;
}

const char *agent_state_name(enum agent_state state)
{
	static const char *const names[AGENT_STATE_COUNT] = {
		"starting", "idle",      "clock",   "connecting",
		"pending",  "duplicate", "refused", "registered",
	};

	return names[state];
}

const char *agent_step_name(enum agent_step step)
{
	static const char *const names[STEP_COUNT] = {
		"config", "address", "clock", "CA", "register", "kickstart", "heartbeat",
	};

	return names[step];
}
