// SPDX-License-Identifier: MIT
/*
 * The image's lint: a sound little tree passes, and each thing that can break in it is found
 * (PAINS 22: the minimiser removed what a feature needs).
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/root.h"

#include "common/process.h"
#include "image/lint.h"

static void make_link(const char *path, const char *target)
{
	autofree char *full = path_in_root(root, path);

	assert_int_equal(make_parent_folders(full, NULL), 0);
	assert_int_equal(symlink(target, full), 0);
}

static void drop(const char *path)
{
	autofree char *full = path_in_root(root, path);

	assert_int_equal(remove_tree(full, NULL), 0);
}

/* This test's own program and the libraries that it is linked with make a real ELF closure. */
static void copy_program(void)
{
	autofree char *program = path_in_root(root, "/usr/bin/program");
	autofree char *folder = path_in_root(root, "/usr/lib/x86_64-linux-gnu");
	autofree char *loaders = path_in_root(root, "/usr/lib64");
	const char *const ldd[] = { "ldd", "/bin/ls", NULL };
	const struct process process = { .argv = ldd };
	struct process_result result = { 0 };
	autostrv char **words = NULL;

	assert_int_equal(make_folders(folder, 0755, NULL), 0);
	assert_int_equal(make_folders(loaders, 0755, NULL), 0);
	assert_int_equal(make_parent_folders(program, NULL), 0);
	assert_int_equal(process_call(NULL, "cp", "-L", "/bin/ls", program, NULL), 0);
	assert_int_equal(process_run(&process, &result, NULL), 0);
	words = strv_split(result.stdout_text, " \t\n", false);
	for (size_t i = 0; words[i]; i++)
		if (words[i][0] == '/')
			assert_int_equal(process_call(NULL, "cp", "-L", words[i],
						      str_after(words[i], "/lib64") ? loaders :
						      folder, NULL), 0);
	process_result_done(&result);
	make_link("/lib64", "usr/lib64");
}

static int make_tree(void **state)
{
	if (make_root(state) < 0)
		return -1;
	copy_program();
	put_mode("/usr/bin/sh", 0755, "\n");
	put_mode("/usr/bin/script", 0755, "#!/usr/bin/sh\n");
	put("/usr/lib/systemd/system/a.service", "[Service]\nExecStart=/usr/bin/program -x\n"
	    "ExecStartPre=-/usr/bin/may-be-missing\nExecStop=!sh -c true\n");
	put("/usr/lib/systemd/system/masked.service", "[Service]\nExecStart=/no/such\n");
	make_link("/etc/systemd/system/masked.service", "/dev/null");
	put("/usr/lib/systemd/system/reset.service", "[Service]\nExecStart=/no/such\n");
	put("/etc/systemd/system/reset.service.d/x.conf",
	    "[Service]\nExecStart=\nExecStart=/usr/bin/sh\n");
	put("/usr/lib/modules/6.1/modules.dep",
	    "kernel/a.ko.xz: kernel/b.ko.xz kernel/c.ko.xz\nkernel/b.ko.xz:\nkernel/gone.ko: kernel/d.ko\n");
	put("/usr/lib/modules/6.1/kernel/a.ko", "");
	put("/usr/lib/modules/6.1/kernel/b.ko", "");
	put("/usr/lib/modules/6.1/kernel/c.ko.xz", "");
	make_link("/etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf");
	make_link("/etc/program", "/usr/bin/program");
	put_mode("/etc/machine-id", 0444, "");
	put_mode("/etc/shadow", 0600, "root:*:1::::::\nnobody:!:1::::::\n");
	return 0;
}

static char *lint(void)
{
	const struct lint_tree tree = { .root = root };
	autoproblems struct problems problems = { 0 };
	int r = lint_run(&tree, &problems);
	char *text = problems_text(&problems);

	assert_int_equal(r < 0, problems_count(&problems) > 0);
	return text;
}

static void test_sound(void **state)
{
	autofree char *text = lint();

	(void)state;
	assert_string_equal(text, "");
}

static void break_library(void)
{
	drop("/usr/lib/x86_64-linux-gnu/libc.so.6");
}

static void break_loader(void)
{
	drop("/usr/lib64");
}

/* The dynamic section's first bytes are at the same place in any copy: cut the file before them. */
static void break_elf(void)
{
	autofree char *program = path_in_root(root, "/usr/bin/program");

	assert_int_equal(truncate(program, 100 * 1024), 0);
}

static void break_script(void)
{
	drop("/usr/bin/sh");
}

static void break_unit(void)
{
	put("/usr/lib/systemd/system/b.service", "[Service]\nExecStart=@/usr/bin/gone gone\n");
}

static void break_module(void)
{
	drop("/usr/lib/modules/6.1/kernel/b.ko");
}

static void break_link(void)
{
	make_link("/usr/bin/awk", "/etc/alternatives/awk");
}

static void break_link_outside(void)
{
	/* exists on this machine, not in the tree */
	make_link("/usr/bin/outside", "/proc/../etc/passwd");
	make_link("/usr/bin/hosts", "/etc/hosts");
}

static void add_machine_id(void)
{
	put_mode("/etc/machine-id", 0444, "0123456789abcdef0123456789abcdef\n");
}

static void add_iqn(void)
{
	put_mode("/etc/iscsi/initiatorname.iscsi", 0600, "InitiatorName=iqn.2026-01.test:same\n");
}

static void add_password(void)
{
	put_mode("/etc/shadow", 0600, "root:$y$hash:1::::::\n");
}

static void add_empty_password(void)
{
	put_mode("/etc/shadow", 0600, "root::1::::::\n");
}

static const struct {
	unsigned line;
	void (*damage)(void);
	const char *found;    /* part of the message */
} damages[] = {
	{ __LINE__, break_library, "elf: /usr/bin/program needs libc.so.6" },
	{ __LINE__, break_loader, "elf: /usr/bin/program: its loader is not in the image" },
	{ __LINE__, break_elf, "elf: /usr/bin/program: its dynamic section is broken" },
	{ __LINE__, break_script, "scripts: /usr/bin/script needs /usr/bin/sh" },
	{ __LINE__, break_unit,
	  "/usr/lib/systemd/system/b.service:2: units: /usr/bin/gone is not in the image" },
	{ __LINE__, break_module, "modules: kernel/a.ko.xz needs kernel/b.ko.xz" },
	{ __LINE__, break_link, "links: /usr/bin/awk leads to /etc/alternatives/awk" },
	{ __LINE__, break_link_outside, "links: /usr/bin/hosts leads to /etc/hosts" },
	{ __LINE__, add_machine_id, "identity: /etc/machine-id would be the same" },
	{ __LINE__, add_iqn, "identity: /etc/iscsi/initiatorname.iscsi would be the same" },
	{ __LINE__, add_password, "identity: root has a password" },
	{ __LINE__, add_empty_password, "identity: root has a password, or needs none" },
};

static void test_damages(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(damages); i++) {
		autofree char *text = NULL;

		remove_root(state);
		assert_int_equal(make_tree(state), 0);
		damages[i].damage();
		text = lint();
		if (!strstr(text, damages[i].found))
			fail_msg("line %u: got %s", damages[i].line, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sound, make_tree, remove_root),
		cmocka_unit_test_setup_teardown(test_damages, make_tree, remove_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
