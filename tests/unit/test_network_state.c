// SPDX-License-Identifier: MIT
/*
 * What roost-network says about the network: ok, waiting or degraded, and the reason in plain words.
 * PAINS 6: a slow answer is waited for, a missing one is named after a bound.
 */
#include "tests/root.h"

#include "node/network_state.h"

static char *note[] = { (char *)"ens9: this machine has no such NIC", NULL };
static char *address[] = { (char *)"192.0.2.5/24", NULL };

static const struct row {
	int line;
	struct network_state state;
	int64_t at_ms;
	const char *word, *reason;
} rows[] = {
	{ __LINE__, { .wanted = "none" }, 99000, "ok", NULL },
	{ __LINE__, { .device = (char *)"br0", .wanted = "none" }, 99000, "ok", NULL },
	{ __LINE__, { .device = (char *)"br0", .uplink = (char *)"ens3", .wanted = "dhcp",
		      .since_ms = 1000, .has_carrier = true }, 30999,
	  "waiting", "waiting for an address on br0 (ens3)" },
	{ __LINE__, { .device = (char *)"br0", .uplink = (char *)"ens3", .wanted = "dhcp",
		      .since_ms = 1000, .has_carrier = true }, 31000,
	  "degraded", "no DHCP answer on br0 (ens3) after 30 s: expected a DHCP server in this "
	  "network; still asking" },
	{ __LINE__, { .device = (char *)"br0", .uplink = (char *)"ens3", .wanted = "dhcp",
		      .since_ms = 1000 }, 31000,
	  "degraded", "no link on ens3, the port of br0: expected a cable to a switch that is on" },
	{ __LINE__, { .device = (char *)"br0", .wanted = "dhcp", .since_ms = 1000 }, 31000,
	  "degraded", "no link on any network card, the port of br0: expected a cable to a switch "
	  "that is on" },
	{ __LINE__, { .device = (char *)"br0", .uplink = (char *)"ens3", .wanted = "static",
		      .has_carrier = true }, 31000,
	  "degraded", "no address on br0 (ens3) after 30 s" },
	/* an address that was lost an hour later is waited for again */
	{ __LINE__, { .device = (char *)"br0", .uplink = (char *)"ens3", .wanted = "dhcp",
		      .since_ms = 1000, .lost_ms = 3600000, .has_carrier = true }, 3601000,
	  "waiting", "waiting for an address on br0 (ens3)" },
	{ __LINE__, { .device = (char *)"br0", .uplink = (char *)"ens3", .wanted = "dhcp",
		      .addresses = address }, 99000, "ok", NULL },
	{ __LINE__, { .device = (char *)"br0", .uplink = (char *)"ens3", .wanted = "dhcp",
		      .addresses = address, .notes = note }, 99000,
	  "degraded", "ens9: this machine has no such NIC" },
};

static void test_judgements(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *reason = NULL;
		const char *word = network_state_judge(&rows[i].state, rows[i].at_ms, &reason);

		if (!streq(word, rows[i].word) || !streq_null(reason, rows[i].reason))
			fail_msg("row of line %d: found %s <%s>", rows[i].line, word,
				 reason ? reason : "(null)");
	}
}

/* What apply writes, watch reads. */
static void test_written_and_read(void **state)
{
	struct network_state first = {
		.device = (char *)"br0", .uplink = (char *)"ens3", .mac = (char *)"52:54:00:12:34:56",
		.wanted = "dhcp", .notes = note, .since_ms = 4711, .configuration = (char *)"abc",
	};
	autonetstate struct network_state again = { 0 };
	bool changed;

	(void)state;
	assert_false(network_state_read(root, &again));
	assert_int_equal(network_state_write(root, &first, &changed, NULL), 0);
	assert_true(changed);
	assert_int_equal(network_state_write(root, &first, &changed, NULL), 0);
	assert_false(changed);
	assert_true(network_state_read(root, &again));
	assert_string_equal(again.device, "br0");
	assert_string_equal(again.uplink, "ens3");
	assert_string_equal(again.mac, "52:54:00:12:34:56");
	assert_string_equal(again.wanted, "dhcp");
	assert_string_equal(again.notes[0], note[0]);
	assert_string_equal(again.configuration, "abc");
	assert_int_equal(again.since_ms, 4711);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judgements),
		with_root(test_written_and_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
