// SPDX-License-Identifier: MIT
/*
 * roost-storage: iSCSI sessions, NFS mounts and libvirt storage pools as host.conf asks for them.
 *
 *	/run/roost/host.conf --> plan --> records, mount units --> sessions, mounts --> pools
 *	                                                                 '--> /run/roost/storage.json
 */
#include "common/json.h"
#include "common/program.h"
#include "node/due.h"
#include "node/host_conf.h"
#include "node/report_print.h"
#include "node/storage_apply.h"
#include "node/storage_report.h"
#include "node/storage_state.h"
#include "node/storage_watch.h"

#define LOCK_WAIT_S 90 /* a look of the watch that stops pools takes up to a minute */

struct options {
	const char *root;
	const char *uri;
	long long every_s;
	bool dry_run, json;
};

static int dry_run(const struct options *options)
{
	autoproblems struct problems problems = { 0 };
	autohost struct host host = { 0 };
	struct storage_plan plan;

	if (host_conf_read(options->root, &host, NULL, &problems) < 0)
		return cli_fail(&problems, EXIT_PERMANENT);
	storage_plan_make(options->root, options->uri, &host, &plan);
	storage_plan_print(&plan, stdout);
	storage_plan_done(&plan);
	return EXIT_DONE;
}

static int apply_host(const struct options *options)
{
	autoproblems struct problems problems = { 0 };
	autohost struct host host = { 0 };
	autofree char *configuration = NULL;

	if (host_conf_read(options->root, &host, &configuration, &problems) < 0)
		return cli_fail(&problems, EXIT_PERMANENT);
	return storage_apply(options->root, options->uri, &host, configuration);
}

static int apply(void *input, struct problems *problems)
{
	const struct options *options = input;
	int code, lock;

	if (options->dry_run)
		return dry_run(options);
	lock = storage_state_lock(options->root, LOCK_WAIT_S);
	if (lock < 0) {
		problem(problems, "another roost-storage is at work, or its lock cannot be locked");
		return EXIT_TEMPORARY;
	}
	code = due_take(options->root, "roost-storage", problems) < 0 ? EXIT_TEMPORARY : apply_host(options);
	storage_state_unlock(lock);
	return code;
}

static int status(void *input, struct problems *problems)
{
	const struct options *options = input;
	autojson json_t *report = storage_report_read(options->root);

	(void)problems;
	if (!report)
		report = json_pack("{s:s, s:[]}", "state", "none", "items");
	return report_print(report, options->json, storage_report_print);
}

/* Before the first configuration there is no host.conf: then the derived name it is. */
static int initiator_name(void *input, struct problems *problems)
{
	const struct options *options = input;
	autohost struct host host = { 0 };
	autofree char *name = NULL;
	bool is_other;

	if (host_conf_read_optional(options->root, &host, problems) < 0)
		return EXIT_PERMANENT;
	name = iscsi_initiator_name(options->root, host.iscsiname.iqn);
	if (!name) {
		problem(problems, "neither an SMBIOS UUID nor a network card to derive a name from");
		return EXIT_TEMPORARY;
	}
	if (!options->dry_run &&
	    iscsi_write_initiator(options->root, name, &is_other, problems) < 0)
		return EXIT_TEMPORARY;
	puts(name);
	return EXIT_DONE;
}

static int watch(void *input, struct problems *problems)
{
	const struct options *options = input;

	return storage_watch(options->root, options->uri, (int)options->every_s, problems);
}

static int detach(void *input, struct problems *problems)
{
	const struct options *options = input;

	if (!streq(options->root, "/") || options->dry_run)
		return EXIT_DONE;
	return iscsi_logout_all(problems) < 0 ? EXIT_TEMPORARY : EXIT_DONE;
}

static const struct program program = {
	.doc = "Attaches the storage that the host's configuration names.",
	.options = (const struct program_option[]){
		PROGRAM_ROOT(struct options, root),
		{ "connect", OPTION_TEXT(struct options, uri, "URI"), "libvirt's URI (" STORAGE_LIBVIRT_URI ")",
		  'c' },
		{ "dry-run", OPTION_FLAG(struct options, dry_run),
		  "apply: print what would be done, secrets hidden" },
		{ "every", OPTION_NUMBER(struct options, every_s, "SECONDS"),
		  "watch: how often to look (10)", .min = 1, .max = 3600 },
		PROGRAM_JSON(struct options, json),
		{ 0 },
	},
	.commands = (const struct program_command[]){
		{ "apply", "make iSCSI sessions, NFS mounts and libvirt storage pools", apply },
		{ "watch", "keep the report and libvirt's pools true, until it is ended", watch },
		{ "status", "print what is attached and why the rest is not", status },
		{ "initiator-name", "write this host's iSCSI name for iscsid, and print it", initiator_name },
		{ "detach", "end all iSCSI sessions, before the machine goes down", detach },
		{ 0 },
	},
	.notes = "With --root nothing is attached.",
};

int main(int argc, char **argv)
{
	struct options options = { .root = "/", .uri = STORAGE_LIBVIRT_URI,
				   .every_s = WATCH_EVERY_S };

	cli_start("roost-storage");
	return program_run(&program, argc, argv, &options);
}
