// SPDX-License-Identifier: MIT
/* A host's identity: PAINS 8 (placeholder UUIDs), and the same name at every boot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "common/file.h"
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

static char root[] = "/tmp/test_node_id.XXXXXX";

static void put(const char *text, const char *fmt, ...) printf_like(2, 3);
static void put(const char *text, const char *fmt, ...)
{
	autofree char *path = NULL, *full = NULL;
	va_list ap;

	va_start(ap, fmt);
	path = xvasprintf(fmt, ap);
	va_end(ap);
	full = path_in_root(root, path);
	assert_int_equal(file_write_text(full, 0644, text, NULL), 0);
}

static char *id_of(const char *uuid, const char *const *macs, bool is_reversed)
{
	remove_tree(root, NULL);
	assert_int_equal(make_folders(root, 0755, NULL), 0);
	if (uuid)
		put(uuid, "sys/class/dmi/id/product_uuid");
	for (unsigned i = 0; i < 3 && macs[i]; i++) {
		unsigned name = is_reversed ? 2 - i : i;

		put(macs[i], "sys/class/net/eth%u/address", name);
		put("1", "sys/class/net/eth%u/type", name);
		put("x", "sys/class/net/eth%u/device/modalias", name);
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

static int make_root(void **state)
{
	(void)state;
	return mkdtemp(root) ? 0 : -1;
}

static int drop_root(void **state)
{
	(void)state;
	return remove_tree(root, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_derived_is_a_proper_uuid),
	};

	return cmocka_run_group_tests_name("node_id", tests, make_root, drop_root);
}
