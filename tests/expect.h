// SPDX-License-Identifier: MIT
/* For unit tests that are tables of structs: a failure names the row's line. A row has an `int line`. */
#ifndef TESTS_EXPECT_H
#define TESTS_EXPECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/str.h"

#define expect(row, condition) \
	do { \
		if (!(condition)) \
			fail_msg("row of line %d: %s", (int)(row)->line, #condition); \
	} while (0)

/* Either text may be NULL; a failure shows both. */
#define expect_text(row, found, expected) \
	do { \
		const char *found_ = (found), *expected_ = (expected); \
		if (!streq_null(found_, expected_)) \
			fail_msg("row of line %d: expected <%s>, found <%s>", (int)(row)->line, \
				 expected_ ? expected_ : "(null)", found_ ? found_ : "(null)"); \
	} while (0)

#endif
