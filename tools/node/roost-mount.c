// SPDX-License-Identifier: MIT
/*
 * roost-mount: mounts an NFS export and looks whether guests can use it, for roost-storage, whose sandbox hides
 * mounts from everybody else. With --listen it serves all who ask at its socket, each in a child process with a
 * deadline of its own: a host has many exports, and a unit for each (its sandbox, its control group, its end)
 * keeps the service manager and the kernel busy for longer than the mounts take.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/file.h"
#include "common/json.h"
#include "common/process.h"
#include "common/program.h"
#include "node/storage_access.h"
#include "node/storage_mount.h"
#include "node/storage_mounts.h"

#define IDLE_MS 10000   /* nobody asks any more: systemd starts it anew for who does */
#define CHILDREN_MAX 256
#define REQUEST_LIMIT_S (MOUNT_LIMIT_S + 5) /* to read the request and to mount */

struct options {
	bool listen;
};

static const struct program program = {
	.doc = "Mounts an NFS export, and writes and reads a small file there as the user that libvirt runs guests as.",
	.options = (const struct program_option[]){
		{ "listen", OPTION_FLAG(struct options, listen),
		  "standard input is a socket: serve whoever connects, end when nobody does" },
		{ 0 },
	},
	.notes = "Standard input has the request, a line of JSON; the answer goes to standard output (storage_mount.h).",
};

static json_t *read_request(struct problems *problems)
{
	char line[MOUNT_REQUEST_MAX];

	if (!fgets(line, sizeof(line), stdin)) {
		problem(problems, "standard input: a request was expected");
		return NULL;
	}
	return json_read(line, strlen(line), sizeof(line), "request", problems);
}

/* Borrowed from the request. */
static int take_request(const json_t *request, struct nfs_mount *ret, struct problems *problems)
{
	ret->is_read_only = json_is_true(json_object_get(request, "read_only"));
	if (json_get_string(request, "source", MOUNT_REQUEST_MAX, &ret->source, "request", problems) < 0 ||
	    json_get_string(request, "target", MOUNT_REQUEST_MAX, &ret->target, "request", problems) < 0)
		return -1;
	return json_get_string(request, "options", MOUNT_REQUEST_MAX, &ret->options, "request", problems);
}

static bool is_mounted(const char *target)
{
	struct seen_mounts mounts;
	bool found;

	mounts_read("/", &mounts);
	found = mounts_find(&mounts, target) != NULL;
	mounts_done(&mounts);
	return found;
}

/* Its own words are better than ours: which server refused what. */
static int describe(const struct process_result *result, const struct problems *details, struct problems *problems)
{
	autostrv char **lines = strv_split(result->output ? result->output : "", "\n", false);

	if (result->timed_out)
		return problem(problems, "the mount did not end within %d s", MOUNT_LIMIT_S);
	return problem(problems, "%s", lines ? lines[0] : details->items[0]);
}

/* What mount(8) would start. */
static int make_mount(const struct nfs_mount *mount, struct problems *problems)
{
	const char *argv[] = { "mount.nfs", mount->source, mount->target, "-o", mount->options, NULL };
	struct process process = { .argv = argv, .timeout_ms = MOUNT_LIMIT_S * 1000 };
	autoproblems struct problems details = { 0 };
	struct process_result result;
	int status;

	if (is_mounted(mount->target))
		return 0;
	if (make_folders(mount->target, 0711, problems) < 0)
		return -1;
	status = process_run(&process, &result, &details);
	if (status < 0)
		describe(&result, &details, problems);
	process_result_done(&result);
	return status;
}

static int fail(const char *how, const struct problems *problems)
{
	autofree char *text = problems_text(problems);

	printf("%s%s\n", how, text);
	return EXIT_TEMPORARY;
}

/* A server that dies meanwhile holds us in the kernel: the alarm ends that, and with us the unit. */
static int look(const struct nfs_mount *mount)
{
	autoproblems struct problems problems = { 0 };
	autofree char *user = access_qemu_user("/");
	autofree char *note = NULL;

	alarm(ACCESS_LIMIT_S);
	if (access_check(mount->target, user, mount->is_read_only, &note, &problems) < 0)
		return fail(MOUNT_LACKS, &problems);
	printf("%s%s\n", MOUNT_WELL, note ? note : "");
	return EXIT_DONE;
}

static int serve(void)
{
	autoproblems struct problems problems = { 0 };
	autojson json_t *request = NULL;
	struct nfs_mount mount = { 0 };

	alarm(REQUEST_LIMIT_S);
	request = read_request(&problems);
	if (!request || take_request(request, &mount, &problems) < 0 || make_mount(&mount, &problems) < 0)
		return fail(MOUNT_FAILED, &problems);
	puts(MOUNT_DONE);
	fflush(stdout);
	return look(&mount);
}

static void reap(size_t *children)
{
	while (*children > 0 && waitpid(-1, NULL, WNOHANG) > 0)
		(*children)--;
}

/* The asker is at the other end of `fd`. */
static _Noreturn void child(int fd)
{
	if (dup2(fd, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0)
		_exit(EXIT_TEMPORARY);
	close(fd);
	exit(serve());
}

static void start_child(int listener, size_t *children)
{
	autoclose int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	pid_t pid;

	if (fd < 0)
		return;
	if (*children == CHILDREN_MAX) {
		dprintf(fd, MOUNT_FAILED "%d mounts are being made, which have not ended\n", CHILDREN_MAX);
		return;
	}
	pid = fork();
	if (pid == 0)
		child(take_fd(&fd));
	if (pid < 0) {
		log_error("fork: %s", strerror(errno));
		return;
	}
	(*children)++;
}

/* Ends with its last child: systemd would kill those that are left. */
static int serve_all(int listener)
{
	size_t children = 0;
	bool is_asked;

	do {
		is_asked = fd_wait(listener, POLLIN, now_ms() + IDLE_MS);
		reap(&children);
		if (is_asked)
			start_child(listener, &children);
	} while (is_asked || children > 0);
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };

	cli_start("roost-mount");
	program_parse(&program, argc, argv, &options);
	return options.listen ? serve_all(STDIN_FILENO) : serve();
}
