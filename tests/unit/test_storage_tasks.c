// SPDX-License-Identifier: MIT
/* Tasks with deadlines: one that hangs or crashes stops what depends on it, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>
#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "node/storage_probe.h"
#include "node/storage_tasks.h"

static int works(const void *arg, struct task_result *ret, struct problems *problems)
{
	(void)problems;
	ret->note = xasprintf("did %s \"well\"", (const char *)arg);
	ret->volumes = 3;
	return 0;
}

static int fails(const void *arg, struct task_result *ret, struct problems *problems)
{
	ret->code = EXIT_PERMANENT;
	problem(problems, "first");
	return problem(problems, "%s\nsecond line", (const char *)arg);
}

static int hangs(const void *arg, struct task_result *ret, struct problems *problems)
{
	(void)arg;
	(void)ret;
	(void)problems;
	signal(SIGTERM, SIG_IGN);
	for (;;)
		pause();
	return 0; /* not reached; gcc 12 asks for it */
}

static int crashes(const void *arg, struct task_result *ret, struct problems *problems)
{
	(void)arg;
	(void)ret;
	(void)problems;
	raise(SIGKILL);
	return 0;
}

static int floods(const void *arg, struct task_result *ret, struct problems *problems)
{
	(void)arg;
	ret->note = xmalloc(100000);
	memset(ret->note, 'x', 99999);
	ret->note[99999] = '\0';
	(void)problems;
	return 0;
}

static int add(struct tasks *tasks, const char *name, int after, __typeof__(works) *run)
{
	return tasks_add(tasks, (struct task){
		.kind = "test", .name = xstrdup(name), .after = after, .timeout_ms = 1000,
		.run = run, .arg = name,
	});
}

static void count_end(const struct task *task, void *userdata)
{
	(void)task;
	++*(int *)userdata;
}

static void independent(void **state)
{
	struct tasks tasks = { 0 };
	int64_t began_ms = now_ms();
	int ended = 0;
	int hang = add(&tasks, "hang", TASK_NONE, hangs);
	int crash = add(&tasks, "crash", TASK_NONE, crashes);
	int flood = add(&tasks, "flood", TASK_NONE, floods);
	int bad = add(&tasks, "bad", TASK_NONE, fails);
	int good = add(&tasks, "good", TASK_NONE, works);
	int then = add(&tasks, "then", good, works);
	int never = add(&tasks, "never", bad, works);
	int late = add(&tasks, "late", hang, works);

	(void)state;
	tasks_run(&tasks, count_end, &ended);
	assert_int_equal(ended, 8);
	assert_in_range(now_ms() - began_ms, 1000, 8000);
	assert_string_equal(tasks.items[hang].result.reason, "no answer within 1 s");
	assert_int_equal(tasks.items[hang].result.code, EXIT_TEMPORARY);
	assert_string_equal(tasks.items[crash].result.reason, "ended without a result");
	assert_false(task_is_done(&tasks.items[flood]));
	assert_string_equal(tasks.items[bad].result.reason, "first; bad\nsecond line");
	assert_int_equal(tasks.items[bad].result.code, EXIT_PERMANENT);
	assert_true(task_is_done(&tasks.items[good]));
	assert_string_equal(tasks.items[then].result.note, "did then \"well\"");
	assert_int_equal(tasks.items[then].result.volumes, 3);
	assert_string_equal(tasks.items[never].result.reason, "waits for test bad");
	assert_int_equal(tasks.items[never].result.code, EXIT_PERMANENT);
	assert_string_equal(tasks.items[late].result.reason, "waits for test hang");
	assert_int_equal(tasks_find(&tasks, "test", "late"), late);
	assert_int_equal(tasks_find(&tasks, "test", "none"), TASK_NONE);
	tasks_done(&tasks);
}

static void no_tasks(void **state)
{
	struct tasks tasks = { 0 };

	(void)state;
	tasks_run(&tasks, NULL, NULL);
	tasks_done(&tasks);
}

/* A port of loopback that nobody else has: open when the socket listens, refused when it does not. */
static void probe(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	autoclose int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	autoproblems struct problems problems = { 0 };

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	assert_int_equal(probe_tcp("127.0.0.1", ntohs(address.sin_port), 1000, &problems), -1);
	assert_non_null(strstr(problems.items[0], "refuses connections"));
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(probe_tcp("127.0.0.1", ntohs(address.sin_port), 1000, NULL), 0);
	assert_int_equal(probe_tcp("no such name", 1, 1000, &problems), -1);
	assert_non_null(strstr(problems.items[1], "has no address"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(independent),
		cmocka_unit_test(no_tasks),
		cmocka_unit_test(probe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
