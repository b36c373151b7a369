// SPDX-License-Identifier: MIT
/* roost storage: how storage is, for hands. What attaches it is roost-storage. */
#include "common/program.h"
#include "node/commands.h"
#include "node/report_print.h"
#include "node/storage.h"
#include "node/storage_status.h"

struct options {
	const char *root, *uri;
	bool is_json;
};

static int status(void *data, struct problems *problems)
{
	const struct options *options = data;
	autojson json_t *found = storage_status_read(options->root, options->uri, problems);

	return found ? report_print(found, options->is_json, storage_status_print) : EXIT_PERMANENT;
}

static const struct program program = {
	.doc = "How storage is: iSCSI sessions, NFS mounts and libvirt's pools.",
	.options = (const struct program_option[]){
		PROGRAM_ROOT(struct options, root),
		{ "connect", OPTION_TEXT(struct options, uri, "URI"), "libvirt's URI (" STORAGE_LIBVIRT_URI ")",
		  'c' },
		PROGRAM_JSON(struct options, is_json),
		{ 0 },
	},
	.commands = (const struct program_command[]){
		{ "status", "sessions, mounts and pools, how long each server takes to answer, and what differs "
		  "from the configuration", status },
		{ 0 },
	},
	.notes = "The exit status of `status` is 0 when storage is as configured, 2 when it differs, and 100 "
		 "when there is no valid configuration. Only root may ask libvirt.",
};

int cmd_storage(int argc, char **argv)
{
	struct options options = { .root = "/", .uri = STORAGE_LIBVIRT_URI };

	return program_run(&program, argc, argv, &options);
}
