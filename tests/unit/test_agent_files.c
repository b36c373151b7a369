// SPDX-License-Identifier: MIT
/*
 * What the agent reads and writes below a root folder: its configuration, the kickstart that it
 * leaves for roost-config, and the files that tell it about address and clock.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/root.h"

#include "node/agent_checks.h"
#include "node/agent_config.h"
#include "node/agent_input.h"

#define FINGERPRINT "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const struct {
	unsigned line;
	const char *conf;
	const char *server; /* "!" when the configuration cannot be read */
} configs[] = {
	{ __LINE__, "appliance --server=192.0.2.1 --fingerprint=" FINGERPRINT "\n", "192.0.2.1:8443" },
	{ __LINE__, "appliance --server=a.example:1 --fingerprint=" FINGERPRINT "\n", "a.example:1" },
	{ __LINE__, "appliance --server=[2001:db8::1]:8443\n", "[2001:db8::1]:8443" },
	{ __LINE__, "appliance --server=2001:db8::1\n", "[2001:db8::1]:8443" },
	{ __LINE__, "network --device=ens3 --bootproto=dhcp\n", NULL },
	{ __LINE__, "", NULL },
	{ __LINE__, "nonsense\n", "!" },
};

static void test_config(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(configs); i++) {
		struct agent_config config = { 0 };
		const char *got;

		put("run/roost/host.conf", configs[i].conf);
		put("run/roost/token", " secret\n");
		got = agent_config_read(root, &config, NULL) < 0 ? "!" : config.server;
		if (!streq_null(got, configs[i].server))
			fail_msg("row of line %u: %s", configs[i].line, got ? got : "NULL");
		if (!got || !streq(got, "!"))
			assert_string_equal(config.token, "secret");
		agent_config_done(&config);
	}
}

static void test_no_files_at_all(void **state)
{
	struct agent_config config = { 0 };

	(void)state;
	assert_int_equal(agent_config_read(root, &config, NULL), 0);
	assert_null(config.server);
	assert_null(config.token);
	assert_null(appliance_kickstart_generation(root));
	assert_null(kickstart_url(root));
	agent_config_done(&config);
}

/* The generation is read from the text itself, so a reader never sees a pair that does not match. */
static void test_kickstart_carries_its_generation(void **state)
{
	static const char text[] = "# generation: forged\nnetwork --device=br0";
	autofree char *path = path_in_root(root, APPLIANCE_KS_PATH);
	autofree char *etag_path = path_in_root(root, APPLIANCE_ETAG_PATH);
	autofree char *generation = NULL, *written = NULL, *etag = NULL;
	struct stat st;

	(void)state;
	assert_int_equal(appliance_kickstart_write(root, text, strlen(text), "g7", NULL), 0);
	generation = appliance_kickstart_generation(root);
	assert_string_equal(generation, "g7");
	assert_int_equal(file_read(path, 4096, &written, NULL, NULL), 0);
	assert_string_equal(written, "# generation: forged\nnetwork --device=br0\n# generation: g7\n");
	etag = file_read_line(etag_path);
	assert_string_equal(etag, "g7");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static const struct {
	unsigned line;
	const char *cmdline, *url;
} cmdlines[] = {
	{ __LINE__, "quiet ks=http://192.0.2.1/a.ks\n", "http://192.0.2.1/a.ks" },
	{ __LINE__, "inst.ks=https://a.example/b.ks quiet", "https://a.example/b.ks" },
	{ __LINE__, "ks=http://one inst.ks=http://two", "http://two" },
	{ __LINE__, "ks=hd:sda1:/ks.cfg", NULL },
	{ __LINE__, "ks=file:/ks.cfg", NULL },
	{ __LINE__, "xks=http://a", NULL },
	{ __LINE__, "", NULL },
};

static void test_kickstart_url(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cmdlines); i++) {
		autofree char *url = NULL;

		put("proc/cmdline", cmdlines[i].cmdline);
		url = kickstart_url(root);
		if (!streq_null(url, cmdlines[i].url))
			fail_msg("row of line %u: %s", cmdlines[i].line, url ? url : "NULL");
	}
}

static void test_address(void **state)
{
	struct agent_wait_state wait = { 0 };
	autofree char *reason = NULL;

	(void)state;
	put("run/systemd/netif/state", "OPER_STATE=degraded\nADDRESS_STATE=degraded\n");
	assert_false(address_is_ready(root, &wait, &reason));
	assert_string_equal(reason, "waiting for a network address");
	wait.deadline_ms = 1; /* long ago: the wait is over */
	assert_true(address_is_ready(root, &wait, &reason));
	put("run/systemd/netif/state", "OPER_STATE=routable\nADDRESS_STATE=routable\n");
	wait = (struct agent_wait_state){ 0 };
	assert_true(address_is_ready(root, &wait, &reason));
}

#define BUILT 1795000000 /* 2026-11-18 */

static const struct {
	unsigned line;
	const char *rtc;       /* NULL: there is none */
	time_t built;          /* 0: unknown */
	bool is_suspect, is_synchronized, is_ready;
} clocks[] = {
	{ __LINE__, "1795000001", BUILT, false, false, true },
	{ __LINE__, "315532800", BUILT, false, false, false },
	{ __LINE__, "315532800", BUILT, false, true, true },
	{ __LINE__, "1795000001", BUILT, true, false, false },
	{ __LINE__, "1795000001", BUILT, true, true, true },
	{ __LINE__, "315532800", 0, false, false, true },
	/* Without a hardware clock PID 1 starts at the floor: a time just above it says nothing. */
	{ __LINE__, NULL, -1, false, false, false },
	{ __LINE__, NULL, BUILT / 2, false, false, true },
};

static void set_built(time_t built)
{
	autofree char *path = path_in_root(root, "usr/lib/clock-epoch");
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = built } };

	unlink(path);
	if (built == 0)
		return;
	put("usr/lib/clock-epoch", "");
	if (built > 0)
		assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void test_clock(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(clocks); i++) {
		struct agent_wait_state wait = { 0 };
		autofree char *reason = NULL;

		remove_root(NULL);
		make_root(NULL);
		set_built(clocks[i].built);
		if (clocks[i].rtc)
			put("sys/class/rtc/rtc0/since_epoch", clocks[i].rtc);
		if (clocks[i].is_synchronized)
			put("run/systemd/timesync/synchronized", "");
		if (clock_is_ready(root, clocks[i].is_suspect, &wait, &reason) != clocks[i].is_ready)
			fail_msg("row of line %u", clocks[i].line);
		wait.deadline_ms = 1;
		free(take_ptr(reason));
		if (!clock_is_ready(root, clocks[i].is_suspect, &wait, &reason))
			fail_msg("row of line %u: the wait has no end", clocks[i].line);
	}
}

static void test_address_towards(void **state)
{
	autofree char *v4 = address_towards("127.0.0.1:8443");
	autofree char *bad = address_towards("nonsense");

	(void)state;
	assert_string_equal(v4, "127.0.0.1");
	assert_null(bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_root(test_config),
		with_root(test_no_files_at_all),
		with_root(test_kickstart_carries_its_generation),
		with_root(test_kickstart_url),
		with_root(test_address),
		with_root(test_clock),
		cmocka_unit_test(test_address_towards),
	};

	return cmocka_run_group_tests_name("agent_files", tests, NULL, NULL);
}
