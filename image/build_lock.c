// SPDX-License-Identifier: MIT
/* The lock of a build folder; see build_lock.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>

#include "common/cli.h"
#include "common/file.h"
#include "image/build_lock.h"

/* A build from nothing takes a few minutes; the slowest mirror should not need this. */
#define LIMIT_S (60 * 60)

/* Interrupts flock(2), no more. */
static void on_alarm(int signal_number)
{
	(void)signal_number;
}

static int wait_for_lock(int fd)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	struct sigaction before;
	int r;

	sigaction(SIGALRM, &action, &before);
	alarm(LIMIT_S);
	r = flock(fd, LOCK_EX);
	alarm(0);
	sigaction(SIGALRM, &before, NULL);
	return r;
}

/* For the message of who waits. */
static int write_owner(int fd, const char *path, struct problems *problems)
{
	autofree char *line = xasprintf("%d\n", (int)getpid());

	if (ftruncate(fd, 0) < 0 || pwrite(fd, line, strlen(line), 0) != (ssize_t)strlen(line))
		return problem_errno(problems, errno, "%s", path);
	return 0;
}

int build_lock(const struct build *build, int *ret_fd, struct problems *problems)
{
	autofree char *path = path_join(build->cache, "lock");
	autoclose int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);

	if (fd < 0)
		return problem_errno(problems, errno, "%s", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		autofree char *owner = NULL;

		if (errno != EWOULDBLOCK)
			return problem_errno(problems, errno, "%s", path);
		owner = file_read_line(path);
		log_info("%s: waiting for the build that runs there (process %s)", build->out,
			 owner && *owner ? owner : "unknown");
		if (wait_for_lock(fd) < 0)
			return problem(problems, "%s: the other build did not end within %d minutes: "
				       "end it, or build with --out ELSEWHERE", build->out, LIMIT_S / 60);
	}
	if (write_owner(fd, path, problems) < 0)
		return -1;
	*ret_fd = take_fd(&fd);
	return 0;
}
