// SPDX-License-Identifier: MIT
/*
 * manifest.json as a node reads it: what is accepted, and that each way to be wrong is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "common/manifest.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define LAYER(name) "{\"name\":\"" name "\",\"size_bytes\":4096,\"sha256\":\"" HEX "\"}"
#define WITH_LAYERS(layers) "{\"version\":\"2026.11\",\"ram_mib\":512,\"layers\":[" layers "]}"
#define WITH_MORE(more) "{\"version\":\"1\",\"ram_mib\":512,\"layers\":[" LAYER("a") "]," more "}"
#define WITH_LAYER(fields) WITH_LAYERS("{" fields "}")

static const struct {
	unsigned line;
	const char *text;
	const char *names;   /* joined with blanks; NULL: refused */
	const char *expected; /* in the problem */
} cases[] = {
	{ __LINE__, WITH_LAYERS(LAYER("packages.squashfs") "," LAYER("tools.squashfs")),
	  "packages.squashfs tools.squashfs", NULL },
	{ __LINE__, "{\"version\":\"1\",\"ram_mib\":16,\"packages\":[{}],\"layers\":[" LAYER("a") "]}", "a", NULL },
	{ __LINE__, "", NULL, "not JSON" },
	{ __LINE__, "[]", NULL, "object" },
	{ __LINE__, "{\"ram_mib\":512,\"layers\":[" LAYER("a") "]}", NULL, "\"version\" is missing" },
	{ __LINE__, "{\"version\":\"1\\u001b[2J\",\"ram_mib\":512,\"layers\":[" LAYER("a") "]}", NULL, "\"version\": expected printable" },
	{ __LINE__, "{\"version\":\"1\",\"layers\":[" LAYER("a") "]}", NULL, "\"ram_mib\"" },
	{ __LINE__, "{\"version\":\"1\",\"ram_mib\":15,\"layers\":[" LAYER("a") "]}", NULL, "\"ram_mib\"" },
	{ __LINE__, "{\"version\":\"1\",\"ram_mib\":1048577,\"layers\":[" LAYER("a") "]}", NULL, "\"ram_mib\"" },
	{ __LINE__, "{\"version\":\"1\",\"ram_mib\":512}", NULL, "\"layers\"" },
	{ __LINE__, "{\"version\":\"1\",\"ram_mib\":512,\"layers\":{}}", NULL, "\"layers\"" },
	{ __LINE__, WITH_LAYERS(""), NULL, "\"layers\"" },
	{ __LINE__, WITH_LAYERS("1"), NULL, "layers[0]: \"name\"" },
	{ __LINE__, WITH_LAYERS(LAYER("a") "," LAYER("a")), NULL, "layers[1]: a is there twice" },
	{ __LINE__, WITH_LAYERS(LAYER("")), NULL, "file name" },
	{ __LINE__, WITH_LAYERS(LAYER(".")), NULL, "file name" },
	{ __LINE__, WITH_LAYERS(LAYER("..")), NULL, "file name" },
	{ __LINE__, WITH_LAYERS(LAYER("-a")), NULL, "file name" },
	{ __LINE__, WITH_LAYERS(LAYER("a/b")), NULL, "file name" },
	{ __LINE__, WITH_LAYERS(LAYER("/etc/passwd")), NULL, "file name" },
	{ __LINE__, WITH_LAYERS(LAYER("a b")), NULL, "file name" },
	{ __LINE__, WITH_LAYERS(LAYER("a:b")), NULL, "file name" }, /* overlayfs' separator */
	{ __LINE__, WITH_LAYERS(LAYER("manifest.json")), NULL, "file name" },
	{ __LINE__, WITH_LAYERS(LAYER("a23456789012345678901234567890123456789012345678901234567890abcde")),
	  NULL, "longer than 64" },
	{ __LINE__, WITH_LAYER("\"name\":\"a\",\"sha256\":\"" HEX "\""), NULL, "\"size_bytes\"" },
	{ __LINE__, WITH_LAYER("\"name\":\"a\",\"size_bytes\":0,\"sha256\":\"" HEX "\""), NULL, "\"size_bytes\"" },
	{ __LINE__, WITH_LAYER("\"name\":\"a\",\"size_bytes\":-1,\"sha256\":\"" HEX "\""), NULL, "\"size_bytes\"" },
	{ __LINE__, WITH_LAYER("\"name\":\"a\",\"size_bytes\":17179869185,\"sha256\":\"" HEX "\""), NULL, "\"size_bytes\"" },
	{ __LINE__, WITH_LAYER("\"name\":\"a\",\"size_bytes\":1.5,\"sha256\":\"" HEX "\""), NULL, "\"size_bytes\"" },
	{ __LINE__, WITH_LAYER("\"name\":\"a\",\"size_bytes\":1"), NULL, "\"sha256\"" },
	{ __LINE__, WITH_LAYER("\"name\":\"a\",\"size_bytes\":1,\"sha256\":\"abc\""), NULL, "\"sha256\"" },
	{ __LINE__, WITH_LAYER("\"name\":\"a\",\"size_bytes\":1,\"sha256\":\"" HEX "0\""), NULL, "\"sha256\"" },
	{ __LINE__, WITH_LAYER("\"name\":\"a\",\"size_bytes\":1,\"sha256\":"
	  "\"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef\""), NULL, "\"sha256\"" },
	{ __LINE__, WITH_LAYER("\"name\":\"a\",\"size_bytes\":1,\"sha256\":\"" HEX "\",\"early\":1"), NULL, "\"early\"" },
	{ __LINE__, WITH_LAYER("\"name\":\"a\",\"size_bytes\":1,\"sha256\":\"" HEX "\",\"early\":true"), "a", NULL },
	{ __LINE__, WITH_LAYERS(LAYER("1") "," LAYER("2") "," LAYER("3") "," LAYER("4") "," LAYER("5") ","
	  LAYER("6") "," LAYER("7") "," LAYER("8") "," LAYER("9") "," LAYER("10") "," LAYER("11") ","
	  LAYER("12") "," LAYER("13") "," LAYER("14") "," LAYER("15") "," LAYER("16") "," LAYER("17")),
	  NULL, "1 to 16 layers" },
	{ __LINE__, WITH_MORE("\"boot\":[" LAYER("vmlinuz") "]"), "a", NULL },
	{ __LINE__, WITH_MORE("\"boot\":[" LAYER("b") "," LAYER("b") "]"), NULL, "boot[1]: b is there twice" },
	{ __LINE__, WITH_MORE("\"boot\":[" LAYER("../b") "]"), NULL, "boot[0]: \"name\"" },
	{ __LINE__, WITH_MORE("\"bootloader\":{\"append\":\"quiet\",\"timeout_s\":0}"), "a", NULL },
	{ __LINE__, WITH_MORE("\"bootloader\":{\"timeout_s\":0}"), NULL, "\"append\" is missing" },
	{ __LINE__, WITH_MORE("\"bootloader\":{\"append\":\"\",\"timeout_s\":3601}"), NULL, "\"timeout_s\"" },
	{ __LINE__, WITH_MORE("\"bootloader\":{\"append\":\"a\\nb\",\"timeout_s\":0}"), NULL, "\"append\": expected printable" },
	{ __LINE__, WITH_MORE("\"bootloader\":1"), NULL, "\"append\" is missing" },
};

static void check_names(unsigned line, const struct manifest *manifest, const char *expected)
{
	autostrv char **names = NULL;
	autofree char *joined = NULL;

	for (size_t i = 0; i < manifest->count; i++)
		strv_push(&names, manifest->layers[i].name);
	joined = strv_join(names, " ");
	if (!streq(joined, expected))
		fail_msg("line %u: got %s", line, joined);
}

static void test_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autoproblems struct problems problems = { 0 };
		automanifest struct manifest manifest = { 0 };
		int r = manifest_read(cases[i].text, strlen(cases[i].text), "m", &manifest, &problems);
		autofree char *text = problems_text(&problems);

		if ((r == 0) != (cases[i].names != NULL))
			fail_msg("line %u: got %d (%s)", cases[i].line, r, text);
		if (r < 0 && (!strstr(text, cases[i].expected) || manifest.layers))
			fail_msg("line %u: got %s", cases[i].line, text);
		if (r == 0)
			check_names(cases[i].line, &manifest, cases[i].names);
	}
}

static void test_values(void **state)
{
	static const char text[] = WITH_LAYERS(LAYER("a") "," LAYER("b"));
	automanifest struct manifest manifest = { 0 };

	(void)state;
	assert_int_equal(manifest_read(text, strlen(text), "m", &manifest, NULL), 0);
	assert_string_equal(manifest.version, "2026.11");
	assert_int_equal(manifest.ram_mib, 512);
	assert_int_equal(manifest.layers[1].size_bytes, 4096);
	assert_string_equal(manifest.layers[1].sha256, HEX);
	assert_int_equal(manifest_bytes(&manifest), 8192);
	assert_null(manifest.append);
	assert_null(manifest_boot_file(&manifest, "a"));
}

static void test_boot(void **state)
{
	static const char text[] = WITH_MORE("\"boot\":[" LAYER("vmlinuz") "," LAYER("initrd.img") "],"
		"\"bootloader\":{\"append\":\"console=tty0 quiet\",\"timeout_s\":3}");
	automanifest struct manifest manifest = { 0 };

	(void)state;
	assert_int_equal(manifest_read(text, strlen(text), "m", &manifest, NULL), 0);
	assert_string_equal(manifest_boot_file(&manifest, "initrd.img")->sha256, HEX);
	assert_null(manifest_boot_file(&manifest, "a"));
	assert_string_equal(manifest.append, "console=tty0 quiet");
	assert_int_equal(manifest.timeout_s, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read), cmocka_unit_test(test_values), cmocka_unit_test(test_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
