// SPDX-License-Identifier: MIT
/*
 * The agent's state machine: every pair of step and event that can happen, as a table, and how long
 * the agent waits. PAINS 7 (clock wrong, TLS fails), 8 (newcomer held), 23 (retries that give up).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "common/str.h"
#include "node/agent_state.h"

#define NOW 100000
#define ROW(step, event) __LINE__, STEP_##step, EVENT_##event
#define THEN(step, state) STEP_##step, AGENT_##state

static const struct row {
	unsigned line;
	enum agent_step step;
	enum agent_event event;
	enum agent_step next;
	enum agent_state state;
	int64_t least_ms, most_ms; /* the wait, without a Retry-After */
} rows[] = {
	{ ROW(CONFIG, DONE), THEN(ADDRESS, STARTING), 0, 0 },
	{ ROW(CONFIG, WAITING), THEN(CONFIG, IDLE), 1000, 1000 },
	{ ROW(CONFIG, REFUSED), THEN(CONFIG, REFUSED), 1000, 1000 },
	{ ROW(ADDRESS, DONE), THEN(CLOCK, STARTING), 0, 0 },
	{ ROW(ADDRESS, WAITING), THEN(ADDRESS, STARTING), 1000, 1000 },
	{ ROW(CLOCK, DONE), THEN(CA, CONNECTING), 0, 0 },
	{ ROW(CLOCK, WAITING), THEN(CLOCK, CLOCK), 1000, 1000 },
	{ ROW(CA, DONE), THEN(REGISTER, CONNECTING), 0, 0 },
	{ ROW(CA, UNREACHABLE), THEN(CA, CONNECTING), 500, 1000 },
	{ ROW(CA, BAD_REPLY), THEN(CA, CONNECTING), 500, 1000 },
	{ ROW(CA, BUSY), THEN(CA, CONNECTING), 500, 1000 },
	{ ROW(CA, TLS), THEN(CA, CONNECTING), 500, 1000 },
	{ ROW(CA, TLS_CLOCK), THEN(CLOCK, CLOCK), 500, 1000 },
	{ ROW(CA, REFUSED), THEN(CA, REFUSED), 30000, 33000 },
	{ ROW(CA, DENIED), THEN(CA, REFUSED), 30000, 33000 },
	{ ROW(CA, GONE), THEN(CA, CONNECTING), 30000, 33000 },
	{ ROW(REGISTER, DONE), THEN(KICKSTART, REGISTERED), 0, 0 },
	{ ROW(REGISTER, UNREACHABLE), THEN(REGISTER, CONNECTING), 500, 1000 },
	{ ROW(REGISTER, BAD_REPLY), THEN(REGISTER, CONNECTING), 500, 1000 },
	{ ROW(REGISTER, BUSY), THEN(REGISTER, CONNECTING), 500, 1000 },
	{ ROW(REGISTER, TLS), THEN(CA, CONNECTING), 500, 1000 },
	{ ROW(REGISTER, TLS_CLOCK), THEN(CLOCK, CLOCK), 500, 1000 },
	{ ROW(REGISTER, REFUSED), THEN(REGISTER, REFUSED), 30000, 33000 },
	{ ROW(REGISTER, DENIED), THEN(REGISTER, REFUSED), 30000, 33000 },
	{ ROW(REGISTER, GONE), THEN(REGISTER, CONNECTING), 30000, 33000 },
	{ ROW(REGISTER, PENDING), THEN(REGISTER, PENDING), 10000, 11000 },
	{ ROW(REGISTER, DUPLICATE), THEN(REGISTER, DUPLICATE), 10000, 11000 },
	{ ROW(KICKSTART, DONE), THEN(HEARTBEAT, REGISTERED), 1000, 1000 },
	{ ROW(KICKSTART, UNREACHABLE), THEN(KICKSTART, REGISTERED), 500, 1000 },
	{ ROW(KICKSTART, BUSY), THEN(KICKSTART, REGISTERED), 500, 1000 },
	{ ROW(KICKSTART, BAD_REPLY), THEN(HEARTBEAT, REGISTERED), 1000, 1000 },
	{ ROW(KICKSTART, TLS), THEN(CA, CONNECTING), 500, 1000 },
	{ ROW(KICKSTART, TLS_CLOCK), THEN(CLOCK, CLOCK), 500, 1000 },
	{ ROW(KICKSTART, DENIED), THEN(REGISTER, CONNECTING), 500, 1000 },
	{ ROW(KICKSTART, GONE), THEN(REGISTER, CONNECTING), 500, 1000 },
	{ ROW(HEARTBEAT, DONE), THEN(HEARTBEAT, REGISTERED), 10000, 11000 },
	{ ROW(HEARTBEAT, CHANGED), THEN(KICKSTART, REGISTERED), 0, 0 },
	{ ROW(HEARTBEAT, UNREACHABLE), THEN(HEARTBEAT, REGISTERED), 500, 1000 },
	{ ROW(HEARTBEAT, BUSY), THEN(HEARTBEAT, REGISTERED), 500, 1000 },
	{ ROW(HEARTBEAT, BAD_REPLY), THEN(HEARTBEAT, REGISTERED), 500, 1000 },
	{ ROW(HEARTBEAT, TLS), THEN(CA, CONNECTING), 500, 1000 },
	{ ROW(HEARTBEAT, TLS_CLOCK), THEN(CLOCK, CLOCK), 500, 1000 },
	{ ROW(HEARTBEAT, DENIED), THEN(REGISTER, CONNECTING), 500, 1000 },
	{ ROW(HEARTBEAT, GONE), THEN(REGISTER, CONNECTING), 500, 1000 },
};

static void fail_at(unsigned line, const char *what)
{
	fail_msg("row of line %u: %s", line, what);
}

static void test_every_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		struct agent_machine machine;
		int64_t waits;

		agent_machine_start(&machine, NOW);
		machine.step = row->step;
		agent_machine_turn(&machine, row->event, 0, NOW);
		waits = machine.next_ms - NOW;
		if (machine.step != row->next)
			fail_at(row->line, agent_step_name(machine.step));
		if (machine.state != row->state)
			fail_at(row->line, agent_state_name(machine.state));
		if (waits < row->least_ms || waits > row->most_ms)
			fail_msg("row of line %u: waits %lld ms", row->line, (long long)waits);
	}
}

static bool is_in_rows(enum agent_step step, enum agent_event event)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].step == step && rows[i].event == event)
			return true;
	return false;
}

/* The table above and the one under test name the same pairs; host.conf may change at any time. */
static void test_no_other_rows(void **state)
{
	(void)state;
	for (enum agent_step step = 0; step < STEP_COUNT; step++) {
		for (enum agent_event event = 0; event < EVENT_COUNT; event++) {
			bool expected = event == EVENT_RECONFIGURED || is_in_rows(step, event);

			if (agent_machine_expects(step, event) != expected)
				fail_msg("step %s, event %d", agent_step_name(step), event);
		}
	}
}

static void test_retry_after_is_honoured(void **state)
{
	static const enum agent_event events[] = { EVENT_BUSY, EVENT_PENDING, EVENT_DUPLICATE };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		struct agent_machine machine;

		agent_machine_start(&machine, NOW);
		machine.step = STEP_REGISTER;
		agent_machine_turn(&machine, events[i], 120000, NOW);
		assert_in_range(machine.next_ms - NOW, 120000, 132000);
	}
}

static void test_backoff_grows_to_its_bound(void **state)
{
	struct agent_machine machine;

	(void)state;
	agent_machine_start(&machine, NOW);
	machine.step = STEP_CA;
	for (int i = 0; i < 50; i++)
		agent_machine_turn(&machine, EVENT_UNREACHABLE, 0, NOW);
	assert_in_range(machine.next_ms - NOW, 15000, 30000);
}

/* An appliance that registers us and then denies us: no tight loop. */
static void test_registration_does_not_reset_the_backoff(void **state)
{
	struct agent_machine machine;

	(void)state;
	agent_machine_start(&machine, NOW);
	machine.step = STEP_REGISTER;
	for (int i = 0; i < 20; i++) {
		agent_machine_turn(&machine, EVENT_DONE, 0, NOW);
		agent_machine_turn(&machine, EVENT_DENIED, 0, NOW);
		assert_int_equal(machine.step, STEP_REGISTER);
	}
	assert_in_range(machine.next_ms - NOW, 15000, 30000);
	machine.step = STEP_HEARTBEAT;
	agent_machine_turn(&machine, EVENT_DONE, 0, NOW);
	assert_int_equal(machine.backoff.failures, 0);
}

static void test_files_wake_only_those_who_wait_for_them(void **state)
{
	struct agent_machine machine;

	(void)state;
	agent_machine_start(&machine, NOW);
	agent_machine_turn(&machine, EVENT_WAITING, 0, NOW);
	agent_machine_files_changed(&machine, NOW + 10);
	assert_int_equal(machine.next_ms, NOW + 10);

	machine.step = STEP_HEARTBEAT;
	agent_machine_turn(&machine, EVENT_DONE, 0, NOW);
	agent_machine_files_changed(&machine, NOW + 10);
	assert_int_equal(machine.next_ms, NOW + 310);
	/* More changes do not push it away. */
	agent_machine_files_changed(&machine, NOW + 200);
	assert_int_equal(machine.next_ms, NOW + 310);

	agent_machine_turn(&machine, EVENT_BUSY, 60000, NOW);
	agent_machine_files_changed(&machine, NOW + 10);
	assert_in_range(machine.next_ms - NOW, 60000, 66000);
}

static void test_reconfigured_starts_over_from_any_step(void **state)
{
	(void)state;
	for (enum agent_step step = 0; step < STEP_COUNT; step++) {
		struct agent_machine machine;

		agent_machine_start(&machine, NOW);
		machine.step = step;
		machine.backoff.failures = 9;
		agent_machine_turn(&machine, EVENT_RECONFIGURED, 0, NOW);
		assert_int_equal(machine.step, STEP_CONFIG);
		assert_int_equal(machine.next_ms, NOW);
		assert_int_equal(machine.backoff.failures, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_no_other_rows),
		cmocka_unit_test(test_retry_after_is_honoured),
		cmocka_unit_test(test_backoff_grows_to_its_bound),
		cmocka_unit_test(test_registration_does_not_reset_the_backoff),
		cmocka_unit_test(test_files_wake_only_those_who_wait_for_them),
		cmocka_unit_test(test_reconfigured_starts_over_from_any_step),
	};

	return cmocka_run_group_tests_name("agent_state", tests, NULL, NULL);
}
