// SPDX-License-Identifier: MIT
/* Running the build in namespaces of its own, with unshare(1). */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "image/namespace.h"

/* unshare(1) would take /proc/self/exe for itself. */
static char *own_path(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	return xstrndup(path, n > 0 ? (size_t)n : 0);
}

static char **unshare_argv(const char *const *arguments)
{
	char **argv = NULL;

	for (const char *const *w = (const char *const[]){ "unshare", "--mount", "--pid", "--fork",
			"--kill-child", "--mount-proc", NULL }; *w; w++)
		strv_push(&argv, *w);
	if (geteuid() != 0) {
		strv_push(&argv, "--map-root-user");
		strv_push(&argv, "--map-auto");
	}
	strv_push(&argv, "--");
	strv_push_take(&argv, own_path());
	for (size_t i = 0; arguments[i]; i++)
		strv_push(&argv, arguments[i]);
	return argv;
}

static _Noreturn void child(char **argv, const sigset_t *old)
{
	/* A group of its own: Ctrl-C reaches us alone, and we end all of it. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigprocmask(SIG_SETMASK, old, NULL);
	execvp(argv[0], argv);
	fprintf(stderr, "roost-image: unshare: %s\n", strerror(errno));
	_exit(127);
}

/*
 * Waits for the child or for a signal that ends us. A killed unshare takes the first process of
 * the namespace with it (--kill-child), and that one all others.
 */
static int wait_for(pid_t pid, const sigset_t *signals, int *ret_signal)
{
	siginfo_t info;
	int status;

	for (;;) {
		int signal_number = sigwaitinfo(signals, &info);

		if (signal_number == SIGCHLD && waitpid(pid, &status, WNOHANG) == pid)
			break;
		if (signal_number == SIGINT || signal_number == SIGTERM ||
		    signal_number == SIGHUP) {
			*ret_signal = signal_number;
			kill(pid, SIGKILL);
			while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
				;
			return 128 + signal_number;
		}
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int namespace_run(const char *const *arguments, int *ret_signal, struct problems *problems)
{
	autostrv char **argv = unshare_argv(arguments);
	sigset_t signals, old;
	pid_t pid;
	int status;

	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, &old);
	pid = fork();
	if (pid == 0)
		child(argv, &old);
	if (pid < 0)
		status = problem_errno(problems, errno, "starting unshare");
	else
		status = wait_for(pid, &signals, ret_signal);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return status;
}
