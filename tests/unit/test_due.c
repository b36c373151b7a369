// SPDX-License-Identifier: MIT
/* Marks of what is due: there until they are taken, for each who follows a change. */
#include "tests/root.h"
#include "common/str.h"
#include "node/due.h"

static const char *const units[] = { "roost-network", "roost-firewall", "roost-log",    "roost-netconsole",
				     "roost-storage", "roost-services", "roost-network-probe" };

static const struct {
	enum due_change change;
	const char *followers; /* in the order of units */
} rows[] = {
	{ DUE_HOST_CONF, "roost-network roost-firewall" },
	{ DUE_LOGGING, "roost-log" },
	{ DUE_NETCONSOLE, "roost-netconsole" },
	{ DUE_NETWORK, "roost-storage" },
	{ DUE_PEERS, "roost-firewall" },
	{ DUE_FIREWALL, "roost-services" },
	{ DUE_PKI, "roost-services" },
	{ DUE_NO_ADDRESS, "roost-network-probe" },
};

static bool is_due(const char *unit)
{
	autofree char *folder = path_in_root(root, "/run/roost/due");
	autofree char *path = path_join(folder, unit);

	return path_exists(path);
}

static void test_marks(void **state)
{
	autoproblems struct problems problems = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autostrv char **found = NULL;
		autofree char *list = NULL;

		assert_int_equal(due_mark(root, rows[i].change, &problems), 0);
		for (size_t j = 0; j < ARRAY_SIZE(units); j++) {
			if (is_due(units[j]))
				strv_push(&found, units[j]);
			assert_int_equal(due_take(root, units[j], &problems), 0);
			assert_false(is_due(units[j]));
		}
		list = strv_join(found, " ");
		assert_string_equal(list, rows[i].followers);
	}
	assert_int_equal(problems_count(&problems), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { with_root(test_marks) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
