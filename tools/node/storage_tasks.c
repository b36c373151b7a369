// SPDX-License-Identifier: MIT
/*
 * Running tasks in child processes; see storage_tasks.h.
 *
 * A child sends its struct task_result through its pipe, as one line of JSON, and exits. A child
 * that sends nothing before its deadline is killed, and its task has failed; the parent never waits
 * for a process that a dead server holds in the kernel.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "common/clock.h"
#include "common/json.h"
#include "node/storage_tasks.h"

#define RESULT_MAX (256 * 1024) /* a discovery tells of 64 targets with 8 paths each */

enum run_state { WAITING, RUNNING, ENDED };

struct run {
	enum run_state state;
	pid_t pid;
	int fd;
	int64_t deadline_ms, ended_ms;
	char *data;
	size_t len;
};

int tasks_add(struct tasks *tasks, struct task task)
{
	tasks->items = xreallocarray(tasks->items, tasks->count + 1, sizeof(*tasks->items));
	tasks->items[tasks->count] = task;
	return (int)tasks->count++;
}

int tasks_find(const struct tasks *tasks, const char *kind, const char *name)
{
	for (size_t i = 0; i < tasks->count; i++)
		if (streq(tasks->items[i].kind, kind) && streq(tasks->items[i].name, name))
			return (int)i;
	return TASK_NONE;
}

static void set_text(json_t *object, const char *field, const char *text)
{
	if (text)
		json_object_set_new(object, field, json_stringn_nocheck(text, strlen(text)));
}

static void send_result(int fd, const struct task_result *result)
{
	autojson json_t *object = json_object();
	autofree char *line = NULL;
	size_t len, sent = 0;

	json_object_set_new(object, "code", json_integer(result->code));
	json_object_set_new(object, "volumes", json_integer(result->volumes));
	set_text(object, "reason", result->reason);
	set_text(object, "note", result->note);
	line = json_line(object);
	len = strlen(line);
	while (sent < len) {
		ssize_t n = write(fd, line + sent, len - sent);

		if (n < 0 && errno != EINTR)
			return;
		sent += n > 0 ? (size_t)n : 0;
	}
}

static _Noreturn void child(const struct task *task, int fd)
{
	autoproblems struct problems problems = { 0 };
	struct task_result result = { .code = EXIT_TEMPORARY, .volumes = -1 };

	/* A group of its own, so that killing it ends the programs that it started, too. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (task->run(task->arg, &result, &problems) == 0)
		result.code = EXIT_DONE;
	else
		result.reason = problems_text(&problems); /* the process ends: nothing to free */
	send_result(fd, &result);
	_exit(0);
}

static void end(struct task *task, struct run *run, int code, char *take_reason)
{
	run->state = ENDED;
	run->ended_ms = now_ms();
	task->result = (struct task_result){ .code = code, .reason = take_reason, .volumes = -1 };
}

static void start(struct task *task, struct run *run)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0) {
		end(task, run, EXIT_TEMPORARY, xasprintf("pipe: %s", strerror(errno)));
		return;
	}
	fflush(NULL);
	run->pid = fork();
	if (run->pid == 0)
		child(task, fds[1]);
	close(fds[1]);
	if (run->pid < 0) {
		end(task, run, EXIT_TEMPORARY, xasprintf("fork: %s", strerror(errno)));
		close(fds[0]);
		return;
	}
	setpgid(run->pid, run->pid);
	run->state = RUNNING;
	run->fd = fds[0];
	run->deadline_ms = now_ms() + task->timeout_ms;
}

static void take_result(struct task *task, struct run *run)
{
	autojson json_t *object = NULL;
	const char *reason = NULL, *note = NULL;
	long long code, volumes;

	object = json_read(run->data ? run->data : "", run->len, RESULT_MAX, task->kind, NULL);
	if (!object || json_get_int(object, "code", 0, 255, &code, task->kind, NULL) < 0 ||
	    json_get_int(object, "volumes", -1, INT_MAX, &volumes, task->kind, NULL) < 0) {
		end(task, run, EXIT_TEMPORARY, xstrdup("ended without a result"));
		return;
	}
	json_get_optional_string(object, "reason", RESULT_MAX, &reason, task->kind, NULL);
	json_get_optional_string(object, "note", RESULT_MAX, &note, task->kind, NULL);
	end(task, run, (int)code, reason ? xstrdup(reason) : NULL);
	task->result.note = note ? xstrdup(note) : NULL;
	task->result.volumes = (int)volumes;
}

/* At the end of the child's output, or when there is too much of it. */
static void finish(struct task *task, struct run *run)
{
	close(run->fd);
	kill(-run->pid, SIGKILL);
	take_result(task, run);
	waitpid(run->pid, NULL, WNOHANG);
}

static void expire(struct task *task, struct run *run)
{
	close(run->fd);
	kill(-run->pid, SIGKILL);
	end(task, run, EXIT_TEMPORARY,
	    xasprintf("no answer within %d s", task->timeout_ms / 1000));
	if (waitpid(run->pid, NULL, WNOHANG) == 0)
		task->result.left = run->pid;
}

static void read_some(struct task *task, struct run *run)
{
	ssize_t n;

	run->data = xreallocarray(run->data, RESULT_MAX, 1);
	n = read(run->fd, run->data + run->len, RESULT_MAX - run->len);
	if (n < 0 && errno == EINTR)
		return;
	if (n > 0)
		run->len += (size_t)n;
	if (n <= 0 || run->len == RESULT_MAX)
		finish(task, run);
}

static bool has_room(const struct tasks *tasks, const struct run *runs, const char *kind)
{
	size_t running = 0;

	for (size_t i = 0; i < tasks->count; i++)
		running += runs[i].state == RUNNING && streq(tasks->items[i].kind, kind);
	return tasks->at_once == 0 || running < tasks->at_once;
}

/* Until when the task lets others go first: a time that has passed when it does not any more. */
static int64_t yields_until(const struct tasks *tasks, const struct run *runs, int64_t began_ms,
			    const struct task *task)
{
	int64_t last_ms = began_ms;
	bool is_alone = true;

	for (size_t i = 0; task->yields_ms && i < tasks->count; i++) {
		if (streq(tasks->items[i].kind, task->kind))
			continue;
		if (runs[i].state != ENDED)
			is_alone = false;
		else if (runs[i].ended_ms > last_ms)
			last_ms = runs[i].ended_ms;
	}
	return is_alone ? 0 : last_ms + task->yields_ms;
}

/*
 * Starts what can start. A task whose predecessor failed ends at once, with its reason. Returns when the first of
 * those that yield may start, if nothing ends before.
 */
static int64_t start_ready(struct tasks *tasks, struct run *runs, int64_t began_ms)
{
	int64_t next_ms = INT64_MAX;

	for (size_t i = 0; i < tasks->count; i++) {
		struct task *task = &tasks->items[i];
		int after = task->after;
		int64_t until;

		if (runs[i].state != WAITING)
			continue;
		if (after == TASK_NONE || (runs[after].state == ENDED && task_is_done(&tasks->items[after]))) {
			until = yields_until(tasks, runs, began_ms, task);
			if (until_ms(until) > 0)
				next_ms = until < next_ms ? until : next_ms;
			else if (has_room(tasks, runs, task->kind))
				start(task, &runs[i]);
		} else if (runs[after].state == ENDED) {
			end(task, &runs[i], tasks->items[after].result.code,
			    xasprintf("waits for %s %s", tasks->items[after].kind,
				      tasks->items[after].name));
		}
	}
	return next_ms;
}

static void wait_for_some(struct tasks *tasks, struct run *runs, struct pollfd *fds, int64_t deadline_ms)
{
	for (size_t i = 0; i < tasks->count; i++) {
		bool is_running = runs[i].state == RUNNING;

		fds[i] = (struct pollfd){ is_running ? runs[i].fd : -1, POLLIN, 0 };
		if (is_running && runs[i].deadline_ms < deadline_ms)
			deadline_ms = runs[i].deadline_ms;
	}
	if (deadline_ms == INT64_MAX || poll(fds, tasks->count, until_ms(deadline_ms)) < 0)
		return;
	for (size_t i = 0; i < tasks->count; i++) {
		if (fds[i].revents)
			read_some(&tasks->items[i], &runs[i]);
		else if (runs[i].state == RUNNING && until_ms(runs[i].deadline_ms) == 0)
			expire(&tasks->items[i], &runs[i]);
	}
}

/* Reports what has ended since the last call; returns how many tasks are not there yet. */
static size_t report(const struct tasks *tasks, const struct run *runs, bool *is_reported,
		     void (*on_end)(const struct task *task, void *userdata), void *userdata)
{
	size_t left = 0;

	for (size_t i = 0; i < tasks->count; i++) {
		if (runs[i].state != ENDED)
			left++;
		else if (!is_reported[i] && on_end)
			on_end(&tasks->items[i], userdata);
		is_reported[i] = runs[i].state == ENDED;
	}
	return left;
}

void tasks_run(struct tasks *tasks, void (*on_end)(const struct task *task, void *userdata),
	       void *userdata)
{
	struct run *runs = xcalloc(tasks->count + 1, sizeof(*runs));
	struct pollfd *fds = xcalloc(tasks->count + 1, sizeof(*fds));
	bool *is_reported = xcalloc(tasks->count + 1, sizeof(*is_reported));
	int64_t began_ms = now_ms(), next_ms;

	next_ms = start_ready(tasks, runs, began_ms);
	while (report(tasks, runs, is_reported, on_end, userdata) > 0) {
		wait_for_some(tasks, runs, fds, next_ms);
		next_ms = start_ready(tasks, runs, began_ms);
	}
	for (size_t i = 0; i < tasks->count; i++)
		free(runs[i].data);
	free(runs);
	free(fds);
	free(is_reported);
}

int tasks_exit_code(const struct tasks *tasks)
{
	int code = EXIT_DONE;

	for (size_t i = 0; i < tasks->count; i++) {
		const struct task *task = &tasks->items[i];

		if (task->result.code == EXIT_TEMPORARY || (task_is_done(task) && !task_is_whole(task)))
			return EXIT_TEMPORARY;
		if (!task_is_done(task))
			code = EXIT_PERMANENT;
	}
	return code;
}

void tasks_done(struct tasks *tasks)
{
	for (size_t i = 0; i < tasks->count; i++) {
		free(tasks->items[i].name);
		free(tasks->items[i].result.reason);
		free(tasks->items[i].result.note);
	}
	free(tasks->items);
	*tasks = (struct tasks){ 0 };
}
