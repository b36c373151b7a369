// SPDX-License-Identifier: MIT
/* OpenSSH's keys and certificates: what is taken, and that what is written can be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "common/ssh_wire.h"
#include "node/ssh_key.h"

#define KEY "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB"

static void test_own_key(void **state)
{
	autofree char *pem = NULL, *public = NULL, *blob = NULL, *again = NULL, *longer = NULL;
	unsigned char point[SSH_POINT_LEN];
	size_t len;

	(void)state;
	assert_int_equal(ssh_key_new(&pem, &public, NULL), 0);
	assert_true(ssh_key_read(public, point));
	blob = ssh_key_blob(point, &len);
	again = ssh_line(SSH_P256, blob, len);
	assert_string_equal(again, public);
	longer = xasprintf("%s comment", public);
	assert_false(ssh_key_read(longer, point));
}

static const char *const no_keys[] = {
	"", SSH_P256, SSH_P256 " ", SSH_P256 " =", SSH_P256 " AAAA", SSH_P256 " " KEY, "ssh-ed25519 " KEY,
	SSH_P256 "  " KEY, SSH_P256 " ////////",
};

static void test_no_keys(void **state)
{
	unsigned char point[SSH_POINT_LEN];
	struct ssh_certificate certificate;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(no_keys); i++)
		if (ssh_key_read(no_keys[i], point) || ssh_certificate_read(no_keys[i], &certificate))
			fail_msg("row %zu was taken", i);
}

static const struct {
	unsigned line;
	unsigned char bytes[3];
	size_t len;
	const char *written;
	size_t written_len;
} numbers[] = {
	{ __LINE__, { 0 }, 0, "\0\0\0\0", 4 },
	{ __LINE__, { 0, 0 }, 2, "\0\0\0\0", 4 },
	{ __LINE__, { 0, 0x7f, 1 }, 3, "\0\0\0\2\x7f\1", 6 },
	{ __LINE__, { 0x80, 0 }, 2, "\0\0\0\3\0\x80\0", 7 },
};

static void test_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		autofree char *text = NULL;
		size_t len;
		FILE *out = xopen_memstream(&text, &len);

		ssh_put_mpint(out, numbers[i].bytes, numbers[i].len);
		fclose(out);
		if (len != numbers[i].written_len || memcmp(text, numbers[i].written, len) != 0)
			fail_msg("row of line %u", numbers[i].line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_key), cmocka_unit_test(test_no_keys), cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
