// SPDX-License-Identifier: MIT
/* A host's identity: PAINS 8 (placeholder UUIDs), and the same name at every boot. */
#include "tests/root.h"

#include "common/uuid.h"
#include "node/node_id.h"

static const struct {
	unsigned line;
	const char *uuid;       /* SMBIOS; NULL: there is none */
	const char *macs[3];    /* of eth0, eth1, eth2 */
	const char *id;         /* "derived": from eth0's address */
} rows[] = {
	{ __LINE__, "4C4C4544-0042-3510-8052-B4C04F4D3132", { 0 },
	  "4c4c4544-0042-3510-8052-b4c04f4d3132" },
	{ __LINE__, "00000000-0000-0000-0000-000000000000", { "3c:fd:fe:00:00:01" }, "derived" },
	{ __LINE__, "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", { "3c:fd:fe:00:00:01" }, "derived" },
	{ __LINE__, "03000200-0400-0500-0006-000700080009", { "3c:fd:fe:00:00:01" }, "derived" },
	{ __LINE__, "12345678-1234-5678-90ab-cddeefaabbcc", { "3c:fd:fe:00:00:01" }, "derived" },
	{ __LINE__, "Not Settable", { "3c:fd:fe:00:00:01" }, "derived" },
	{ __LINE__, NULL, { "3c:fd:fe:00:00:01" }, "derived" },
	/* The lowest counts, in whatever order the kernel found them, and however they are written. */
	{ __LINE__, NULL, { "3c:fd:fe:00:00:01", "3c:fd:fe:00:00:02" }, "derived" },
	{ __LINE__, NULL, { "3c:fd:fe:00:00:01", "F0:00:00:00:00:02" }, "derived" },
	/* Not one that a driver made up. */
	{ __LINE__, NULL, { "3c:fd:fe:00:00:01", "02:00:00:00:00:01" }, "derived" },
	{ __LINE__, NULL, { "52:54:00:00:00:01" }, "derived" },
	{ __LINE__, NULL, { NULL }, NULL },
	{ __LINE__, "Not Settable", { "no address" }, NULL },
};

static void put_nic(unsigned number, const char *file, const char *text)
{
	autofree char *path = xasprintf("sys/class/net/eth%u/%s", number, file);

	put(path, text);
}

static char *id_of(const char *uuid, const char *const *macs, bool is_reversed)
{
	remove_root(NULL);
	make_root(NULL);
	if (uuid)
		put("sys/class/dmi/id/product_uuid", uuid);
	for (unsigned i = 0; i < 3 && macs[i]; i++) {
		unsigned number = is_reversed ? 2 - i : i;

		put_nic(number, "address", macs[i]);
		put_nic(number, "type", "1");
		put_nic(number, "device/modalias", "x");
	}
	return node_id(root);
}

static void test_ids(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *first[3] = { rows[i].macs[0] };
		autofree char *derived = id_of(NULL, first, false);
		autofree char *id = id_of(rows[i].uuid, rows[i].macs, false);
		autofree char *again = id_of(rows[i].uuid, rows[i].macs, true);
		const char *expected =
			rows[i].id && streq(rows[i].id, "derived") ? derived : rows[i].id;

		if (!streq_null(id, expected) || !streq_null(again, expected))
			fail_msg("row of line %u: %s, %s", rows[i].line, id ? id : "NULL",
				 again ? again : "NULL");
	}
}

static void test_derived_is_a_proper_uuid(void **state)
{
	const char *macs[3] = { "3c:fd:fe:00:00:01" }, *others[3] = { "3c:fd:fe:00:00:03" };
	autofree char *id = id_of(NULL, macs, false);
	autofree char *other = id_of(NULL, others, false);

	(void)state;
	assert_true(is_uuid(id));
	assert_false(is_placeholder_uuid(id));
	assert_int_equal(id[14], '8');
	assert_non_null(strchr("89ab", id[19]));
	assert_string_not_equal(id, other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_derived_is_a_proper_uuid),
	};

	return cmocka_run_group_tests_name("node_id", tests, make_root, remove_root);
}
