// SPDX-License-Identifier: MIT
/* Connections that libvirtd ends. */
#include "tests/root.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/expect.h"
#include "node/libvirt_call.h"

/* A daemon on its way out: takes a connection and ends it; 0 when it came in time. */
static pid_t start_leaving(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 1), 0);
	pid = fork();
	if (pid == 0) {
		alarm(20);
		close(accept(listener, NULL, NULL));
		_exit(0);
	}
	close(listener);
	return pid;
}

/* Not SIGPIPE. */
static void its_end_is_a_problem(void **state)
{
	autofree char *path = path_in_root(root, "/sock");
	autofree char *uri = xasprintf("qemu+unix:///system?socket=%s", path);
	autoproblems struct problems problems = { 0 };
	pid_t pid = start_leaving(path);
	int status = -1;

	(void)state;
	assert_null(libvirt_connect(uri, &problems));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(problems_count(&problems), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_root(its_end_is_a_problem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
