// SPDX-License-Identifier: MIT
/*
 * roost-mount: mounts an NFS export and looks whether guests can use it, for roost-storage, whose sandbox hides
 * mounts from everybody else. systemd starts it for each that asks at a socket: a host has many exports, and
 * units made for each (systemd-run) keep the service manager busy for longer than the mounts take.
 */
#include <stdio.h>
#include <unistd.h>

#include "common/file.h"
#include "common/json.h"
#include "common/process.h"
#include "common/program.h"
#include "node/storage_access.h"
#include "node/storage_mount.h"
#include "node/storage_mounts.h"

static const struct program program = {
	.doc = "Mounts an NFS export, and writes and reads a small file there as the user that libvirt runs guests as.",
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

int main(int argc, char **argv)
{
	autoproblems struct problems problems = { 0 };
	autojson json_t *request = NULL;
	struct nfs_mount mount = { 0 };

	cli_start("roost-mount");
	program_parse(&program, argc, argv, NULL);
	request = read_request(&problems);
	if (!request || take_request(request, &mount, &problems) < 0 || make_mount(&mount, &problems) < 0)
		return fail(MOUNT_FAILED, &problems);
	puts(MOUNT_DONE);
	fflush(stdout);
	return look(&mount);
}
