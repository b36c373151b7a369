// SPDX-License-Identifier: MIT
/* What libvirt is told before it starts a guest. */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utime.h>

#include "tests/expect.h"
#include "tests/root.h"

#include "node/guest_hook.h"

#define DISK "<disk type='file' device='disk'><driver name='qemu'/><source file='%s'/><target dev='vda'/>%s</disk>"
#define VOLUME "<domain><disk type='volume' device='disk'><source pool='%s' volume='%s'/><target dev='vda'/></disk></domain>"

static char *locked, *unlocked;
static pid_t holder;

/* Another process has the lock: this one's own would be no obstacle to it. */
static int set_up(void **state)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };
	int fds[2];
	char byte;

	if (make_root(state) < 0)
		return -1;
	put("/one & only.img", "x");
	put("/two.img", "x");
	locked = path_join(root, "one & only.img");
	unlocked = path_join(root, "two.img");
	assert_int_equal(pipe(fds), 0);
	holder = fork();
	if (holder == 0) {
		int fd = open(locked, O_RDWR | O_CLOEXEC);

		if (fcntl(fd, F_SETLK, &lock) < 0 || write(fds[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(fds[0], &byte, 1), 1);
	close(fds[0]);
	close(fds[1]);
	return 0;
}

static int tear_down(void **state)
{
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
	free(locked);
	free(unlocked);
	return remove_root(state);
}

static void disks(void **state)
{
	autofree char *escaped = path_join(root, "one &amp; only.img");
	autofree char *missing = path_join(root, "three.img");
	autofree char *none = xstrdup("<domain><devices/></domain>");
	autofree char *good = xasprintf("<domain>" DISK DISK "</domain>", unlocked, "", missing, "");
	autofree char *bad = xasprintf("<domain>" DISK DISK "</domain>", unlocked, "", escaped, "");
	autofree char *shared = xasprintf("<domain>" DISK "</domain>", escaped, "<shareable/>");
	autofree char *read_only = xasprintf("<domain>" DISK "</domain>", escaped, "<readonly/>");
	autofree char *below = xasprintf("<domain><disk type='block'><source dev='/dev/null'/></disk>" DISK "</domain>", escaped, "");
	autofree char *pool = xasprintf("<poolstate>\n<pool type='netfs'>\n  <source>\n    <dir path='/export'/>\n  </source>\n"
					"  <target>\n    <path>%s</path>\n  </target>\n</pool>\n</poolstate>\n", root);
	autofree char *volume = xasprintf(VOLUME, "images", "one &amp; only.img");
	autofree char *free_volume = xasprintf(VOLUME, "images", "two.img");
	autofree char *no_pool = xasprintf(VOLUME, "../storage/images", "one &amp; only.img");
	autofree char *no_folder = xasprintf(VOLUME, "luns", "one &amp; only.img");
	autofree char *cut = xasprintf("<domain><disk type='file'><source file='%s'/>", escaped);
	const struct { int line; const char *operation, *xml; int result; } rows[] = {
		{ __LINE__, "prepare", none, 0 }, { __LINE__, "prepare", good, 0 }, { __LINE__, "prepare", bad, -1 },
		{ __LINE__, "prepare", shared, 0 }, { __LINE__, "prepare", read_only, 0 },
		{ __LINE__, "prepare", below, -1 }, { __LINE__, "prepare", cut, 0 }, { __LINE__, "started", bad, 0 },
		{ __LINE__, "release", bad, 0 }, { __LINE__, "prepare", volume, -1 },
		{ __LINE__, "prepare", free_volume, 0 }, { __LINE__, "prepare", no_pool, 0 },
		{ __LINE__, "prepare", no_folder, 0 },
	};

	(void)state;
	put("/run/libvirt/storage/images.xml", pool);
	put("/run/libvirt/storage/luns.xml", "<poolstate><pool type='iscsi'><name>luns</name></pool></poolstate>");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autoproblems struct problems problems = { 0 };

		expect(&rows[i], guest_hook(root, "web", rows[i].operation, rows[i].xml, &problems) == rows[i].result);
		if (rows[i].result < 0)
			assert_non_null(strstr(problems.items[0], "one & only.img: is locked"));
	}
}

/* Where it comes from has its disks locked until it is here: once, and not for long. */
static void incoming(void **state)
{
	autofree char *escaped = path_join(root, "one &amp; only.img");
	autofree char *xml = xasprintf("<domain>" DISK "</domain>", escaped, "");
	autofree char *mark = xasprintf("%s" GUEST_HOOK_MARKS "/web", root);
	autoproblems struct problems problems = { 0 };

	(void)state;
	assert_int_equal(guest_hook(root, "web", "migrate", xml, &problems), 0);
	assert_int_equal(guest_hook(root, "other", "prepare", xml, &problems), -1);
	assert_int_equal(guest_hook(root, "web", "prepare", xml, &problems), 0);
	assert_int_equal(guest_hook(root, "web", "prepare", xml, &problems), -1);
	assert_int_equal(guest_hook(root, "web", "migrate", xml, &problems), 0);
	assert_int_equal(utime(mark, &(struct utimbuf){ 1, 1 }), 0);
	assert_int_equal(guest_hook(root, "web", "prepare", xml, &problems), -1);
	assert_false(path_exists(mark));
	assert_int_equal(guest_hook(root, "../web", "migrate", xml, &problems), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(disks), cmocka_unit_test(incoming) };

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
