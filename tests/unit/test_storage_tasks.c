// SPDX-License-Identifier: MIT
/* Tasks with deadlines: one that hangs or crashes stops what depends on it, and nothing else. */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include "tests/expect.h"

#include "common/clock.h"
#include "common/json.h"
#include "node/storage_probe.h"
#include "node/storage_report.h"
#include "node/storage_tasks.h"

static int works(const void *arg, struct task_result *ret, struct problems *problems)
{
	(void)problems;
	ret->note = xasprintf("did %s \"well\"", (const char *)arg);
	ret->volumes = 3;
	return 0;
}

static int partly(const void *arg, struct task_result *ret, struct problems *problems)
{
	(void)problems;
	ret->note = xasprintf("did some of %s", (const char *)arg);
	ret->reason = xstrdup("1 of 2 is missing");
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
	ret->note = xmalloc(300000);
	memset(ret->note, 'x', 299999);
	ret->note[299999] = '\0';
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
	int part = add(&tasks, "part", TASK_NONE, partly);
	int follows = add(&tasks, "follows", part, works);
	int then = add(&tasks, "then", good, works);
	int never = add(&tasks, "never", bad, works);
	int late = add(&tasks, "late", hang, works);

	(void)state;
	tasks_run(&tasks, count_end, &ended);
	assert_int_equal(ended, 10);
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
	assert_true(task_is_done(&tasks.items[part]));
	assert_false(task_is_whole(&tasks.items[part]));
	assert_string_equal(tasks.items[part].result.reason, "1 of 2 is missing");
	assert_string_equal(tasks.items[part].result.note, "did some of part");
	assert_true(task_is_whole(&tasks.items[follows]));
	assert_false(task_is_whole(&tasks.items[bad]));
	assert_int_equal(tasks_find(&tasks, "test", "late"), late);
	assert_int_equal(tasks_find(&tasks, "test", "none"), TASK_NONE);
	tasks_done(&tasks);
}

static int waits_a_second(const void *arg, struct task_result *ret, struct problems *problems)
{
	(void)arg;
	(void)ret;
	(void)problems;
	poll(NULL, 0, 1000);
	return 0;
}

static void note_end(const struct task *task, void *userdata)
{
	strv_push((char ***)userdata, task->name);
}

/* What yields starts when all others have ended, or when none of them has for its time. */
static void yielding(void **state)
{
	static const struct {
		unsigned line;
		int yields_ms;
		const char *order;
	} rows[] = {
		{ __LINE__, 0, "early yields late" },
		{ __LINE__, 200, "early yields late" },
		{ __LINE__, 20000, "early late yields" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct tasks tasks = { 0 };
		autostrv char **order = NULL;
		autofree char *text = NULL;
		int64_t began_ms = now_ms();
		int early = add(&tasks, "early", TASK_NONE, works);
		int yields = add(&tasks, "yields", early, works);
		int late = add(&tasks, "late", TASK_NONE, waits_a_second);

		tasks.items[yields].kind = "other";
		tasks.items[yields].yields_ms = rows[i].yields_ms;
		tasks.items[late].timeout_ms = 5000;
		tasks_run(&tasks, note_end, &order);
		text = strv_join(order, " ");
		expect_text(&rows[i], text, rows[i].order);
		assert_in_range(now_ms() - began_ms, 1000, 4000);
		tasks_done(&tasks);
	}
}

/* Done with something missing: reported as degraded with both its note and its reason, tried again. */
static void done_with_a_reason(void **state)
{
	struct tasks tasks = { 0 };
	autojson json_t *report = NULL, *wanted = NULL;

	(void)state;
	add(&tasks, "part", TASK_NONE, partly);
	tasks_run(&tasks, NULL, NULL);
	report = storage_report_make(&tasks, "digest");
	wanted = json_pack("{s:s, s:s, s:[{s:s, s:s, s:s, s:s, s:s}]}", "state", "degraded",
			   "configuration", "digest", "items", "kind", "test", "name", "part",
			   "state", "degraded", "reason", "1 of 2 is missing", "note",
			   "did some of part");
	assert_true(json_equal(report, wanted));
	assert_true(storage_report_has(report, &tasks.items[0]));
	tasks_done(&tasks);
}

static void exit_codes(void **state)
{
	static const struct {
		unsigned line;
		__typeof__(works) *runs[2];
		int code;
	} rows[] = {
		{ __LINE__, { works, works }, EXIT_DONE },
		{ __LINE__, { works, partly }, EXIT_TEMPORARY },
		{ __LINE__, { crashes, fails }, EXIT_TEMPORARY },
		{ __LINE__, { fails, partly }, EXIT_TEMPORARY },
		{ __LINE__, { works, fails }, EXIT_PERMANENT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct tasks tasks = { 0 };

		add(&tasks, "one", TASK_NONE, rows[i].runs[0]);
		add(&tasks, "two", TASK_NONE, rows[i].runs[1]);
		tasks_run(&tasks, NULL, NULL);
		if (tasks_exit_code(&tasks) != rows[i].code)
			fail_msg("row of line %u: exit code %d", rows[i].line, tasks_exit_code(&tasks));
		tasks_done(&tasks);
	}
}

static int takes_a_while(const void *arg, struct task_result *ret, struct problems *problems)
{
	(void)arg;
	(void)ret;
	(void)problems;
	usleep(200000);
	return 0;
}

/* Five of 200 ms each, two at once: three rounds, and all are done. */
static void bounded(void **state)
{
	struct tasks tasks = { .at_once = 2 };
	int64_t began_ms = now_ms();

	(void)state;
	for (int i = 0; i < 5; i++)
		add(&tasks, "one", TASK_NONE, takes_a_while);
	tasks_run(&tasks, NULL, NULL);
	assert_in_range(now_ms() - began_ms, 600, 4000);
	assert_int_equal(tasks_exit_code(&tasks), EXIT_DONE);
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

/* One whose queue is full drops what comes: it neither accepts nor refuses. */
static void probe_of_silence(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	autoclose int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	autoproblems struct problems problems = { 0 };
	int64_t began_ms;

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	assert_int_equal(listen(fd, 0), 0);
	assert_int_equal(probe_tcp("127.0.0.1", ntohs(address.sin_port), 1000, NULL), 0);
	began_ms = now_ms();
	assert_int_equal(probe_tcp("127.0.0.1", ntohs(address.sin_port), 300, &problems), -1);
	assert_in_range(now_ms() - began_ms, 300, 4000);
	assert_non_null(strstr(problems.items[0], "does not answer"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(independent),
		cmocka_unit_test(yielding),
		cmocka_unit_test(done_with_a_reason),
		cmocka_unit_test(exit_codes),
		cmocka_unit_test(bounded),
		cmocka_unit_test(no_tasks),
		cmocka_unit_test(probe),
		cmocka_unit_test(probe_of_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
