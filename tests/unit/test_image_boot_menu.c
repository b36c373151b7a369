// SPDX-License-Identifier: MIT
/*
 * What becomes of the boot menus' templates.
 */
#include "image/boot_menu.h"
#include "tests/root.h"

static const struct {
	unsigned line;
	const char *template;
	const char *append;
	int timeout_s;
	const char *wanted;
} cases[] = {
	{ __LINE__, "linux root=roost @APPEND@\n", "a b=c", 3, "linux root=roost a b=c\n" },
	{ __LINE__, "@APPEND@|@APPEND@", "x", 3, "x|x" },
	{ __LINE__, "[@APPEND@]", NULL, 3, "[]" },
	{ __LINE__, "timeout=@TIMEOUT_S@ TIMEOUT @TIMEOUT_DS@", NULL, 3, "timeout=3 TIMEOUT 30" },
	/* 0 seconds: GRUB does not wait; syslinux would wait for ever. */
	{ __LINE__, "timeout=@TIMEOUT_S@ TIMEOUT @TIMEOUT_DS@", NULL, 0, "timeout=0 TIMEOUT 1" },
	{ __LINE__, "no words, no @OTHER@ ones", "x", 3, "no words, no @OTHER@ ones" },
};

static void test_cases(void **state)
{
	autofree char *path = path_in_root(root, "template");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct image_bootloader bootloader = {
			.append = (char *)cases[i].append, .timeout_s = cases[i].timeout_s,
		};
		autofree char *text = NULL;

		put("template", cases[i].template);
		if (boot_menu_text(path, &bootloader, &text, NULL) < 0 || !streq(text, cases[i].wanted))
			fail_msg("line %u: got: %s", cases[i].line, text);
	}
}

/* A template and a builder that know different words: the menu would show them to people. */
static void test_templates(void **state)
{
	static const char *const templates[] = { "boot/isolinux/isolinux.cfg", "boot/grub/grub.cfg" };
	const struct image_bootloader bootloader = { .append = (char *)"APPENDED", .timeout_s = 7 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(templates); i++) {
		autofree char *text = NULL;
		char *at;

		assert_return_code(boot_menu_text(templates[i], &bootloader, &text, NULL), 0);
		at = strchr(text, '@');
		if (at)
			fail_msg("%s: %.20s is not filled in", templates[i], at);
		assert_non_null(strstr(text, "root=roost roost.label=ROOST APPENDED"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_root(test_cases),
		cmocka_unit_test(test_templates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
