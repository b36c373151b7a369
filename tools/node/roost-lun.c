// SPDX-License-Identifier: MIT
/*
 * roost-lun: udev asks about a disk (59-roost-lun.rules). Of a disk that is a path of a joined target it prints
 * what its map is called, of such a map its names; nothing of any other.
 */
#include <stdio.h>

#include "common/program.h"
#include "node/storage_multipath.h"

struct options {
	const char *root, *disk;
};

static const struct program program = {
	.doc = "Tells udev which multipath disk an iSCSI disk belongs to, or a multipath disk's names.",
	.options = (const struct program_option[]){ PROGRAM_ROOT(struct options, root), { 0 } },
	.operands = (const struct program_operand[]){
		{ "DISK", PROGRAM_TEXT, offsetof(struct options, disk) }, { 0 },
	},
	.notes = "DISK is the kernel's name, such as sda or dm-0.",
};

int main(int argc, char **argv)
{
	struct options options = { .root = "/" };
	autofree char *name = NULL, *reason = NULL, *list = NULL;
	autostrv char **links = NULL;

	cli_start("roost-lun");
	program_parse(&program, argc, argv, &options);
	if (strchr(options.disk, '/'))
		return EXIT_DONE;
	name = multipath_name(options.root, options.disk, &reason);
	if (name)
		printf("ROOST_LUN=%s\n", name);
	if (reason)
		log_warning("%s", reason);
	links = multipath_links(options.root, options.disk);
	list = links ? strv_join(links, " ") : NULL;
	if (list)
		printf("ROOST_LINKS=%s\n", list);
	return EXIT_DONE;
}
