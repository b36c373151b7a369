// SPDX-License-Identifier: MIT
/* Running other programs with a deadline; see process.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include "common/clock.h"
#include "common/process.h"

#define DEFAULT_TIMEOUT_MS 60000
#define DEFAULT_OUTPUT_MAX (64 * 1024)
#define TERM_TO_KILL_MS 2000

enum { OUT, ERR, IN, N_PIPES };

/* The last `max` bytes of a stream. */
struct tail {
	char *data;
	size_t len;
	size_t max;
};

struct run {
	const struct process *process;
	pid_t pid;
	int pidfd;
	int pipes[N_PIPES]; /* our ends; -1 when closed */
	struct tail both;   /* what on_line and `output` see */
	struct tail out;
	size_t line_start;  /* in both.data: begin of the line that is not yet complete */
	size_t input_done;
};

static void tail_add(struct tail *tail, const char *data, size_t len)
{
	tail->data = xreallocarray(tail->data, tail->len + len + 1, 1);
	memcpy(tail->data + tail->len, data, len);
	tail->len += len;
	tail->data[tail->len] = '\0';
}

/* Forgets what is too old; returns how many bytes went. */
static size_t tail_limit(struct tail *tail)
{
	size_t excess = tail->len > tail->max ? tail->len - tail->max : 0;

	if (excess) {
		memmove(tail->data, tail->data + excess, tail->len - excess + 1);
		tail->len -= excess;
	}
	return excess;
}

static void report_lines(struct run *run)
{
	const struct process *process = run->process;
	char *end;

	if (!process->on_line)
		return;
	while ((end = memchr(run->both.data + run->line_start, '\n',
			     run->both.len - run->line_start))) {
		*end = '\0';
		process->on_line(run->both.data + run->line_start, process->userdata);
		*end = '\n';
		run->line_start = (size_t)(end - run->both.data) + 1;
	}
}

static _Noreturn void child(const struct process *process, const int fds[N_PIPES])
{
	setpgid(0, 0);
	if (dup2(fds[IN], 0) < 0 || dup2(fds[OUT], 1) < 0 || dup2(fds[ERR], 2) < 0)
		_exit(127);
	for (size_t i = 0; process->env && process->env[i]; i++)
		putenv((char *)process->env[i]);
	if (process->folder && chdir(process->folder) < 0)
		_exit(127);
	signal(SIGPIPE, SIG_DFL);
	execvp(process->argv[0], (char *const *)process->argv);
	fprintf(stderr, "%s\n", errno == ENOENT ? "program not found" : strerror(errno));
	_exit(127);
}

static void close_all(int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fds[i] > 2)
			close(fds[i]);
}

/* Makes the pipes (ours in run->pipes, the child's in theirs), or points them at output_fd. */
static int make_pipes(struct run *run, int theirs[N_PIPES])
{
	int fds[2];

	for (int i = 0; i < N_PIPES; i++)
		run->pipes[i] = theirs[i] = -1;
	for (int i = OUT; i <= ERR; i++) {
		if (run->process->output_fd) {
			theirs[i] = fcntl(run->process->output_fd, F_DUPFD_CLOEXEC, 3);
			if (theirs[i] < 0)
				return -1;
			continue;
		}
		if (pipe2(fds, O_CLOEXEC) < 0)
			return -1;
		run->pipes[i] = fds[0];
		theirs[i] = fds[1];
	}
	if (!run->process->input) {
		theirs[IN] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		return theirs[IN] < 0 ? -1 : 0;
	}
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	run->pipes[IN] = fds[1];
	theirs[IN] = fds[0];
	return fcntl(fds[1], F_SETFL, O_NONBLOCK);
}

static int start(struct run *run)
{
	int theirs[N_PIPES];
	int ok = make_pipes(run, theirs);

	if (ok == 0) {
		run->pid = fork();
		if (run->pid == 0)
			child(run->process, theirs);
		ok = run->pid < 0 ? -1 : 0;
	}
	close_all(theirs, N_PIPES);
	if (ok == 0) {
		/* Both sides set the group, so that a kill after either is sure to find it. */
		setpgid(run->pid, run->pid);
		run->pidfd = pidfd_open(run->pid, 0);
	}
	return ok;
}

static void close_pipe(struct run *run, int which)
{
	close(run->pipes[which]);
	run->pipes[which] = -1;
}

static void read_output(struct run *run, int which)
{
	char block[16 * 1024];
	ssize_t n = read(run->pipes[which], block, sizeof(block));
	size_t gone;

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		close_pipe(run, which);
		return;
	}
	tail_add(&run->both, block, (size_t)n);
	report_lines(run);
	gone = tail_limit(&run->both);
	run->line_start = run->line_start > gone ? run->line_start - gone : 0;
	if (which == OUT) {
		tail_add(&run->out, block, (size_t)n);
		tail_limit(&run->out);
	}
}

static void write_input(struct run *run)
{
	const struct process *process = run->process;
	ssize_t n = write(run->pipes[IN], process->input + run->input_done,
			  process->input_len - run->input_done);

	if (n > 0)
		run->input_done += (size_t)n;
	if ((n < 0 && errno != EAGAIN && errno != EINTR) || run->input_done == process->input_len)
		close_pipe(run, IN);
}

/*
 * Moves bytes until the process has ended or the deadline is over. Pipes that grandchildren hold
 * open do not keep us: after the end only what is there already is read.
 */
static bool pump(struct run *run, int64_t deadline_ms)
{
	bool has_ended = false;

	for (;;) {
		struct pollfd fds[N_PIPES + 1] = {
			[OUT] = { run->pipes[OUT], POLLIN, 0 },
			[ERR] = { run->pipes[ERR], POLLIN, 0 },
			[IN] = { run->pipes[IN], POLLOUT, 0 },
			[N_PIPES] = { has_ended ? -1 : run->pidfd, POLLIN, 0 },
		};
		int n = poll(fds, N_PIPES + 1, has_ended ? 0 : until_ms(deadline_ms));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return has_ended;
		if (fds[OUT].revents)
			read_output(run, OUT);
		if (fds[ERR].revents)
			read_output(run, ERR);
		if (fds[IN].revents)
			write_input(run);
		if (fds[N_PIPES].revents)
			has_ended = true;
	}
}

static bool run_to_end(struct run *run, int *ret_status)
{
	int timeout_ms = run->process->timeout_ms ? run->process->timeout_ms : DEFAULT_TIMEOUT_MS;
	bool in_time = pump(run, now_ms() + timeout_ms);
	int status = 0;

	if (!in_time) {
		kill(-run->pid, SIGTERM);
		if (!pump(run, now_ms() + TERM_TO_KILL_MS))
			kill(-run->pid, SIGKILL);
	}
	while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR)
		;
	*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return in_time;
}

static const char *last_line(const char *text)
{
	const char *last = text, *next;

	if (!text)
		return "";
	while ((next = strchr(last, '\n')) && next[1])
		last = next + 1;
	return last;
}

static int describe(const struct process *process, const struct process_result *result,
		    struct problems *problems)
{
	const char *line = last_line(result->output);
	int len = (int)strcspn(line, "\n");
	const char *name = process->argv[0];

	if (result->timed_out)
		return problem(problems, "%s: stopped after %d s without an end", name,
			       (process->timeout_ms ? process->timeout_ms : DEFAULT_TIMEOUT_MS) / 1000);
	if (result->status != 0)
		return problem(problems, "%s: exit status %d%s%.*s", name, result->status,
			       len ? ": " : "", len, line);
	return 0;
}

int process_run(const struct process *process, struct process_result *ret,
		struct problems *problems)
{
	struct process_result result = { 0 };
	size_t max = process->output_max ? process->output_max : DEFAULT_OUTPUT_MAX;
	struct run run = { .process = process, .pidfd = -1, .both.max = max, .out.max = max };
	int status;

	tail_add(&run.both, "", 0);
	tail_add(&run.out, "", 0);
	if (start(&run) == 0) {
		result.timed_out = !run_to_end(&run, &result.status);
	} else {
		result.status = 127;
		tail_add(&run.both, strerror(errno), strlen(strerror(errno)));
	}
	close_all(run.pipes, N_PIPES);
	cleanup_close(&run.pidfd);
	result.output = run.both.data;
	result.output_len = run.both.len;
	result.stdout_text = run.out.data;
	status = describe(process, &result, problems);
	if (ret)
		*ret = result;
	else
		process_result_done(&result);
	return status;
}

int process_call(struct problems *problems, const char *program, ...)
{
	const char *argv[64] = { program };
	size_t n = 1;
	va_list ap;

	va_start(ap, program);
	do
		argv[n] = va_arg(ap, const char *);
	while (argv[n] && ++n < ARRAY_SIZE(argv) - 1);
	va_end(ap);
	argv[n] = NULL;
	return process_run(&(struct process){ .argv = argv }, NULL, problems);
}

void process_result_done(struct process_result *result)
{
	free(result->output);
	free(result->stdout_text);
	*result = (struct process_result){ 0 };
}
