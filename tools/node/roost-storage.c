// SPDX-License-Identifier: MIT
/*
 * roost-storage: iSCSI sessions, NFS mounts and libvirt storage pools as host.conf asks for them.
 *
 *	/run/roost/host.conf --> plan --> records, mount units --> sessions, mounts --> pools
 *	                                                                 '--> /run/roost/storage.json
 */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "common/cli.h"
#include "common/digest.h"
#include "common/file.h"
#include "common/json.h"
#include "host/read.h"
#include "node/storage_apply.h"
#include "node/storage_report.h"

#define HOST_CONF "/run/roost/host.conf"
#define LOCK_FILE "/run/roost/storage.lock"
#define APPLY_TIMES 2

struct options {
	const char *root;
	const char *uri;
	bool dry_run, json;
	const char *command;
};

enum { KEY_ROOT = 256, KEY_DRY_RUN, KEY_JSON };

static const struct argp_option option_table[] = {
	{ "root", KEY_ROOT, "DIR", 0, "read and write below DIR; then nothing is attached", 0 },
	{ "connect", 'c', "URI", 0, "libvirt's URI (" STORAGE_LIBVIRT_URI ")", 0 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "apply: print what would be done, secrets hidden", 0 },
	{ "json", KEY_JSON, NULL, 0, "status: as JSON", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case KEY_ROOT:
		options->root = arg;
		return 0;
	case 'c':
		options->uri = arg;
		return 0;
	case KEY_DRY_RUN:
		options->dry_run = true;
		return 0;
	case KEY_JSON:
		options->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (options->command)
			argp_error(state, "one command was expected, not also '%s'", arg);
		options->command = arg;
		return 0;
	case ARGP_KEY_END:
		if (!options->command)
			argp_error(state, "apply, status, initiator-name or detach was expected");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp parser = {
	.options = option_table, .parser = parse_option, .args_doc = "COMMAND",
	.doc = "Attaches the storage that the host's configuration names.\v"
	       "apply            make iSCSI sessions, NFS mounts and libvirt storage pools\n"
	       "status           print what is attached and why the rest is not\n"
	       "initiator-name   write this host's iSCSI name for iscsid, and print it\n"
	       "detach           end all iSCSI sessions, before the machine goes down",
};

static int read_host(const char *root, struct host *ret, struct problems *problems)
{
	autofree char *path = path_in_root(root, HOST_CONF);

	return host_read_file(path, "host.conf", ret, problems);
}

static int dry_run(const struct options *options)
{
	autoproblems struct problems problems = { 0 };
	autohost struct host host = { 0 };
	struct storage_plan plan;

	if (read_host(options->root, &host, &problems) < 0)
		return cli_fail(&problems, EXIT_PERMANENT);
	storage_plan_make(options->root, options->uri, &host, &plan);
	storage_plan_print(&plan, stdout);
	storage_plan_done(&plan);
	return EXIT_DONE;
}

static int apply_once(const struct options *options)
{
	autofree char *path = path_in_root(options->root, HOST_CONF);
	autoproblems struct problems problems = { 0 };
	autohost struct host host = { 0 };
	autofree char *configuration = NULL;

	/* The digest first: a host.conf that changes in between is one that was not applied. */
	if (sha256_file(path, &configuration, &problems) < 0 ||
	    read_host(options->root, &host, &problems) < 0)
		return cli_fail(&problems, EXIT_PERMANENT);
	return storage_apply(options->root, options->uri, &host, configuration);
}

/* One run at a time; the file stays, its lock ends with the process. -1 when another one runs. */
static int lock_runs(const char *root)
{
	autofree char *path = path_in_root(root, LOCK_FILE);
	int fd;

	if (make_parent_folders(path, NULL) < 0)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * A path unit does not see changes while the service that it starts runs, so a configuration that
 * came meanwhile is applied at once; the next one after that at the next try.
 */
static int apply(const struct options *options)
{
	autofree char *path = path_in_root(options->root, HOST_CONF);
	struct stat before = { 0 }, after = { 0 };
	autoclose int lock = -1;
	int code;

	if (options->dry_run)
		return dry_run(options);
	lock = lock_runs(options->root);
	if (lock < 0) {
		log_error("another roost-storage is at work, or " LOCK_FILE " cannot be locked");
		return EXIT_TEMPORARY;
	}
	for (int i = 0; i < APPLY_TIMES; i++) {
		stat(path, &before);
		code = apply_once(options);
		stat(path, &after);
		if (before.st_ino == after.st_ino && before.st_mtime == after.st_mtime)
			break;
	}
	return code;
}

static int status(const struct options *options)
{
	autojson json_t *report = storage_report_read(options->root);
	autofree char *text = NULL;

	if (!report)
		report = json_pack("{s:s, s:[]}", "state", "none", "items");
	if (options->json) {
		text = json_text(report);
		fputs(text, stdout);
	} else {
		storage_report_print(report, stdout);
	}
	return EXIT_DONE;
}

/* Before the first configuration there is no host.conf: then the derived name it is. */
static int initiator_name(const struct options *options)
{
	autofree char *path = path_in_root(options->root, HOST_CONF);
	autoproblems struct problems problems = { 0 };
	autohost struct host host = { 0 };
	autofree char *name = NULL;
	bool is_new;

	if (path_exists(path) && read_host(options->root, &host, &problems) < 0)
		return cli_fail(&problems, EXIT_PERMANENT);
	name = iscsi_initiator_name(options->root, host.iscsiname.iqn);
	if (!name) {
		problem(&problems, "neither an SMBIOS UUID nor a network card to derive a name from");
		return cli_fail(&problems, EXIT_TEMPORARY);
	}
	if (!options->dry_run &&
	    iscsi_write_initiator(options->root, name, &is_new, &problems) < 0)
		return cli_fail(&problems, EXIT_TEMPORARY);
	puts(name);
	return EXIT_DONE;
}

static int detach(const struct options *options)
{
	autoproblems struct problems problems = { 0 };

	if (!streq(options->root, "/") || options->dry_run)
		return EXIT_DONE;
	return iscsi_logout_all(&problems) < 0 ? cli_fail(&problems, EXIT_TEMPORARY) : EXIT_DONE;
}

static const struct {
	const char *name;
	int (*run)(const struct options *options);
} commands[] = {
	{ "apply", apply },
	{ "status", status },
	{ "initiator-name", initiator_name },
	{ "detach", detach },
};

int main(int argc, char **argv)
{
	struct options options = { .root = "/", .uri = STORAGE_LIBVIRT_URI };

	cli_start("roost-storage");
	argp_parse(&parser, argc, argv, 0, NULL, &options);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (streq(commands[i].name, options.command))
			return commands[i].run(&options);
	log_error("unknown command '%s': apply, status, initiator-name or detach was expected",
		  options.command);
	return EXIT_PERMANENT;
}
