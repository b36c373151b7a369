// SPDX-License-Identifier: MIT
/* The last crash of a host stays, dated, when the host has forgotten it. PAINS 19. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "appliance/crash.h"

#define A "{\"records\":1,\"summary\":\"Kernel panic - a\",\"lines\":[\"1\"]"
#define B "{\"records\":1,\"summary\":\"Kernel panic - b\",\"lines\":[\"1\"]"

static const struct row {
	unsigned line;
	const char *facts, *stored, *kept;
} rows[] = {
	{ __LINE__, "{\"cpu\":1}", NULL, "{\"cpu\":1}" },
	{ __LINE__, "{\"cpu\":1,\"crash\":null}", "{\"cpu\":0,\"crash\":null}", "{\"cpu\":1,\"crash\":null}" },
	/* News is dated. */
	{ __LINE__, "{\"crash\":" A "}}", NULL, "{\"crash\":" A ",\"told_at\":7}}" },
	{ __LINE__, "{\"crash\":" B "}}", "{\"crash\":" A ",\"told_at\":3}}", "{\"crash\":" B ",\"told_at\":7}}" },
	/* Told again, or not any more: the first date stays. */
	{ __LINE__, "{\"crash\":" A "}}", "{\"crash\":" A ",\"told_at\":3}}", "{\"crash\":" A ",\"told_at\":3}}" },
	{ __LINE__, "{\"cpu\":1,\"crash\":null}", "{\"crash\":" A ",\"told_at\":3}}",
	  "{\"cpu\":1,\"crash\":" A ",\"told_at\":3}}" },
	{ __LINE__, "{\"cpu\":1}", "{\"crash\":" A ",\"told_at\":3}}", "{\"cpu\":1,\"crash\":" A ",\"told_at\":3}}" },
	/* Of another shape. */
	{ __LINE__, "{\"crash\":\"text\"}", "not JSON", "{\"crash\":\"text\"}" },
	{ __LINE__, "{\"crash\":null}", "{\"crash\":[1]}", "{\"crash\":null}" },
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autojson json_t *facts = json_loads(rows[i].facts, 0, NULL);
		autojson json_t *expected = json_loads(rows[i].kept, 0, NULL), *kept = NULL;
		autofree char *text = rows[i].stored ? xstrdup(rows[i].stored) : NULL;

		crash_keep(facts, &text, 7);
		kept = json_loads(text, 0, NULL);
		if (!expected || !json_equal(kept, expected))
			fail_msg("row of line %u: %s", rows[i].line, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };

	return cmocka_run_group_tests_name("appliance_crash", tests, NULL, NULL);
}
