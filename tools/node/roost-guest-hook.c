// SPDX-License-Identifier: MIT
/*
 * roost-guest-hook: libvirt runs it as /etc/libvirt/hooks/qemu at each step of a guest, with the guest's XML on standard
 * input. It looks whether the disks are free before a start; see guest_hook.h.
 */
#include <stdio.h>
#include <unistd.h>

#include "common/program.h"
#include "node/guest_hook.h"

#define XML_MAX (4 * 1024 * 1024)
#define LIMIT_S 90 /* above what a silent NFS server takes to be given up */

static const struct program program = {
	.doc = "Tells libvirt, before it starts a guest, when another one has locked its disks.",
	.notes = "libvirt runs it as /etc/libvirt/hooks/qemu GUEST OPERATION SUB-OPERATION EXTRA, with the guest's XML on "
		 "standard input.",
};

/* All of it, or NULL: it is too long. Owned by the caller. */
static char *read_xml(void)
{
	autofree char *text = xcalloc(XML_MAX + 1, 1);
	size_t len = fread(text, 1, XML_MAX, stdin);

	return len < XML_MAX ? take_ptr(text) : NULL;
}

int main(int argc, char **argv)
{
	autoproblems struct problems problems = { 0 };
	autofree char *xml = NULL;

	cli_start("roost-guest-hook");
	/* Not for the parser: a guest's name may look like an option. */
	if (argc != 5) {
		program_parse(&program, argc, argv, NULL);
		problem(&problems, "GUEST OPERATION SUB-OPERATION EXTRA was expected");
		return cli_fail(&problems, EXIT_PERMANENT);
	}
	alarm(LIMIT_S);
	xml = read_xml();
	if (!xml)
		problem(&problems, "the guest's XML is longer than 4 MiB");
	if (!xml || guest_hook("/", argv[1], argv[2], xml, &problems) < 0)
		return cli_fail(&problems, EXIT_PERMANENT);
	return EXIT_DONE;
}
