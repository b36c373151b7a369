// SPDX-License-Identifier: MIT
/*
 * Who may register, as a table: what came, what is on record, which token; and the answer.
 * PAINS 8 (two boards with one SMBIOS UUID; the newcomer is held), 20 (a token that ran out while the
 * host was off), 21 (no new approval at every boot).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "appliance/policy.h"

#define NOW 1000000

static char *one_mac[] = { (char *)"52:54:00:00:00:01", NULL };
static char *new_mac[] = { (char *)"52:54:00:00:00:99", NULL };
static char *both_macs[] = { (char *)"52:54:00:00:00:01", (char *)"52:54:00:00:00:99", NULL };

static const struct hardware original = { one_mac, (char *)"S1", (char *)"B1" };
static const struct hardware with_new_nic = { both_macs, (char *)"S1", (char *)"B1" };
static const struct hardware all_nics_new = { new_mac, (char *)"S1", (char *)"B1" };
static const struct hardware new_board = { new_mac, (char *)"S1", (char *)"B2" };
static const struct hardware other = { new_mac, (char *)"S2", (char *)"B2" };
static const struct hardware nameless = { one_mac, NULL, NULL };
static const struct hardware other_nameless = { new_mac, NULL, NULL };
static const struct hardware bare = { NULL, NULL, NULL };

static const struct token_record automatic = { .id = (char *)"t1", .is_auto_approving = true };
static const struct token_record manual = { .id = (char *)"t2" };
static const struct token_record revoked = { .id = (char *)"t1", .is_auto_approving = true,
					     .revoked_at = 5 };
static const struct token_record expired = { .id = (char *)"t1", .is_auto_approving = true,
					     .expires_at = NOW };
static const struct token_record lasting = { .id = (char *)"t1", .is_auto_approving = true,
					     .expires_at = NOW + 1 };
static const struct token_record other_expired = { .id = (char *)"t3", .is_auto_approving = true,
						   .expires_at = NOW - 1 };
static const struct token_record used_up = { .id = (char *)"t3", .is_auto_approving = true,
					     .uses_max = 2, .used = 2 };
static const struct token_record one_left = { .id = (char *)"t3", .is_auto_approving = true,
					      .uses_max = 2, .used = 1 };

static const struct host_record approved = { .admission = HOST_APPROVED, .token_id = (char *)"t1" };
static const struct host_record pending = { .admission = HOST_PENDING, .token_id = (char *)"t2" };
static const struct host_record rejected = { .admission = HOST_REJECTED, .token_id = (char *)"t1" };

static const struct {
	unsigned line;
	const struct hardware *hardware;
	const struct host_record *host;
	const struct hardware *recorded;
	const struct token_record *token;
	unsigned status;
	bool is_new;
} cases[] = {
	/* New hosts. */
	{ __LINE__, &original, NULL, NULL, &automatic, 201, true },
	{ __LINE__, &original, NULL, NULL, &manual, 202, true },
	{ __LINE__, &original, NULL, NULL, NULL, 401, false },
	{ __LINE__, &original, NULL, NULL, &revoked, 401, false },
	{ __LINE__, &original, NULL, NULL, &expired, 401, false },
	{ __LINE__, &original, NULL, NULL, &lasting, 201, true },
	{ __LINE__, &original, NULL, NULL, &used_up, 401, false },
	{ __LINE__, &original, NULL, NULL, &one_left, 201, true },
	{ __LINE__, &bare, NULL, NULL, &automatic, 201, true },
	/* Hosts that return. */
	{ __LINE__, &original, &approved, &original, &automatic, 201, false },
	{ __LINE__, &original, &approved, &original, &manual, 201, false },
	{ __LINE__, &original, &approved, &original, NULL, 401, false },
	{ __LINE__, &original, &approved, &original, &revoked, 401, false },
	{ __LINE__, &original, &approved, &original, &expired, 201, false },
	{ __LINE__, &original, &approved, &original, &other_expired, 401, false },
	{ __LINE__, &original, &approved, &original, &used_up, 201, false },
	{ __LINE__, &original, &pending, &original, &manual, 202, false },
	{ __LINE__, &original, &pending, &original, &automatic, 202, false },
	{ __LINE__, &original, &rejected, &original, &automatic, 403, false },
	/* The same machine, altered. */
	{ __LINE__, &with_new_nic, &approved, &original, &automatic, 201, false },
	{ __LINE__, &all_nics_new, &approved, &original, &automatic, 201, false },
	/* Another machine. */
	{ __LINE__, &new_board, &approved, &original, &automatic, 409, false },
	{ __LINE__, &other, &approved, &original, &automatic, 409, false },
	{ __LINE__, &other, &pending, &original, &automatic, 409, false },
	{ __LINE__, &other, &rejected, &original, &automatic, 409, false },
	{ __LINE__, &nameless, &approved, &nameless, &automatic, 201, false },
	{ __LINE__, &other_nameless, &approved, &nameless, &automatic, 409, false },
	{ __LINE__, &bare, &approved, &original, &automatic, 409, false },
	{ __LINE__, &other, &approved, &original, NULL, 401, false },
};

/* Only who would get in is held for its initiator name; who is refused hears why that is. */
static void test_initiator_taken(void **state)
{
	static const struct {
		unsigned line;
		const struct host_record *host;
		const struct token_record *token;
		unsigned status;
	} rows[] = {
		{ __LINE__, NULL, &automatic, 409 },
		{ __LINE__, &approved, &automatic, 409 },
		{ __LINE__, &pending, &manual, 409 },
		{ __LINE__, NULL, NULL, 401 },
		{ __LINE__, NULL, &revoked, 401 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct policy_case policy_case = {
			&original, rows[i].host, rows[i].host ? &original : NULL, rows[i].token, NOW,
			.is_initiator_taken = true,
		};
		struct verdict verdict = policy_decide(&policy_case);

		if (verdict.status != rows[i].status)
			fail_msg("line %u: got %u", rows[i].line, verdict.status);
		if (verdict.status == 409 && !streq(verdict.field, "iscsi_initiator"))
			fail_msg("line %u: field %s", rows[i].line, verdict.field);
	}
}

static void test_decisions(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct policy_case policy_case = { cases[i].hardware, cases[i].host,
						   cases[i].recorded, cases[i].token, NOW };
		struct verdict verdict = policy_decide(&policy_case);

		if (verdict.status != cases[i].status || verdict.is_new != cases[i].is_new)
			fail_msg("line %u: got %u%s", cases[i].line, verdict.status,
				 verdict.is_new ? ", new" : "");
		/* Everything but an admission says why. */
		if (verdict.status != 201 && !verdict.error)
			fail_msg("line %u: no reason", cases[i].line);
		if ((verdict.status == 202 || verdict.status == 409) && !verdict.retry_after_s)
			fail_msg("line %u: no Retry-After", cases[i].line);
	}
}

static const struct {
	unsigned line;
	const char *facts;
	const char *serial; /* NULL: none that counts; "!": the facts are refused */
	size_t macs;
} readings[] = {
	{ __LINE__, "{\"system\": {\"serial\": \"S1\"}, \"nics\": []}", "S1", 0 },
	{ __LINE__, "{\"system\": {\"serial\": \"To Be Filled By O.E.M.\"}, \"nics\": []}", NULL, 0 },
	{ __LINE__, "{\"system\": {\"serial\": \"DEFAULT STRING\"}, \"nics\": []}", NULL, 0 },
	{ __LINE__, "{\"system\": {\"serial\": \"\"}, \"nics\": []}", NULL, 0 },
	{ __LINE__, "{\"system\": {\"serial\": null}, \"nics\": []}", NULL, 0 },
	{ __LINE__, "{\"system\": {\"serial\": 1}, \"nics\": []}", "!", 0 },
	{ __LINE__, "{\"system\": [], \"nics\": []}", "!", 0 },
	{ __LINE__, "{\"nics\": []}", "!", 0 },
	{ __LINE__, "{\"system\": {}}", "!", 0 },
	{ __LINE__, "{\"system\": {}, \"nics\": {}}", "!", 0 },
	{ __LINE__, "{\"system\": {}, \"nics\": [1]}", "!", 0 },
	{ __LINE__, "{\"system\": {}, \"nics\": [{\"mac\": \"AA:bb:cc:dd:ee:ff\"}]}", NULL, 1 },
	{ __LINE__, "{\"system\": {}, \"nics\": [{\"mac\": \"aa:bb:cc:dd:ee:ff\"},"
		    "{\"mac\": \"AA:BB:CC:DD:EE:FF\"}]}", NULL, 1 },
	{ __LINE__, "{\"system\": {}, \"nics\": [{\"mac\": \"00:00:00:00:00:00\"}]}", NULL, 0 },
	{ __LINE__, "{\"system\": {}, \"nics\": [{\"name\": \"eth0\"}]}", NULL, 0 },
	{ __LINE__, "{\"system\": {}, \"nics\": [{\"mac\": \"aa:bb:cc:dd:ee\"}]}", "!", 0 },
	{ __LINE__, "{\"system\": {}, \"nics\": [{\"mac\": \"aa:bb:cc:dd:ee:fff\"}]}", "!", 0 },
};

static void test_hardware(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(readings); i++) {
		autoproblems struct problems problems = { 0 };
		autohardware struct hardware hardware = { 0 };
		autojson json_t *facts = json_loads(readings[i].facts, 0, NULL);
		int r = hardware_read(facts, &hardware, &problems);
		bool is_refused = readings[i].serial && streq(readings[i].serial, "!");

		if ((r < 0) != is_refused || (r < 0) != (problems_count(&problems) > 0))
			fail_msg("line %u: returned %d", readings[i].line, r);
		if (r == 0 && (!streq_null(hardware.serial, readings[i].serial) ||
			       strv_len(hardware.macs) != readings[i].macs))
			fail_msg("line %u: serial %s, %zu addresses", readings[i].line,
				 hardware.serial ? hardware.serial : "(none)",
				 strv_len(hardware.macs));
	}
}

static void test_digest_names_the_machine(void **state)
{
	autofree char *a = hardware_digest(&original);
	autofree char *b = hardware_digest(&original);
	autofree char *c = hardware_digest(&other);

	(void)state;
	assert_string_equal(a, b);
	assert_string_not_equal(a, c);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decisions),
		cmocka_unit_test(test_initiator_taken),
		cmocka_unit_test(test_hardware),
		cmocka_unit_test(test_digest_names_the_machine),
	};

	return cmocka_run_group_tests_name("appliance policy", tests, NULL, NULL);
}
