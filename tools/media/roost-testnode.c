// SPDX-License-Identifier: MIT
/*
 * roost-testnode: a virtual machine that is a node, to look around in and for tests.
 *
 *	read     the options
 *	check    what is missing, and which choices exclude each other
 *	print    the command line (--dry-run) or the domain (--xml), or
 *	prepare  flash variables and the credential in the state folder, and become QEMU
 */
#include <errno.h>

#include "common/program.h"
#include "media/testnode.h"

struct options {
	struct testnode node;
	bool is_dry_run, is_xml;
};

/* ---- Options ------------------------------------------------------------------------------------- */

static int read_medium(void *input, const char *name, struct problems *problems)
{
	struct options *options = input;

	options->node.medium = testnode_medium_find(name);
	return options->node.medium ? 0 : problem(problems, "expected one of those that --help lists");
}

static int read_firmware(void *input, const char *name, struct problems *problems)
{
	struct options *options = input;

	options->node.firmware = testnode_firmware_find(name);
	return options->node.firmware ? 0 : problem(problems, "expected one of those that --help lists");
}

static int read_nic(void *input, const char *text, struct problems *problems)
{
	struct options *options = input;

	return testnode_add_nic(&options->node, text, problems);
}

/* The rows of the tables, below the options. */
static void print_notes(FILE *out)
{
	fputs("Media:\n", out);
	for (const struct testnode_medium *row = testnode_media; row->name; row++)
		fprintf(out, "  %-12s %s\n", row->name, row->help);
	fputs("\nFirmware:\n", out);
	for (const struct testnode_firmware *row = testnode_firmwares; row->name; row++)
		fprintf(out, "  %-12s %s\n", row->name, row->help);
	fputs("\nExamples:\n"
	      "  roost-testnode --medium usb --firmware secure-boot\n"
	      "  roost-testnode --medium net --nic user,tftp=out/pxe\n"
	      "  roost-testnode --name node7 --nic bridge=br0 --xml >node7.xml\n", out);
}

#define TEXT(member, argument) OPTION_TEXT(struct options, node.member, argument)

static const struct program program = {
	.doc = "Starts a virtual machine that is a node, with QEMU; or prints it for libvirt.",
	.print_notes = print_notes,
	.options = (const struct program_option[]){
		{ "medium", OPTION_READ(read_medium, "MEDIUM"), "what it boots from, see below (default: cd)" },
		{ "firmware", OPTION_READ(read_firmware, "FIRMWARE"), "see below (default: bios)" },
		{ "image", TEXT(image, "FILE"), "the ISO (default: out/roost.iso)" },
		{ "name", TEXT(name, "NAME"), "name and serial number (default: testnode)", .group = 1 },
		{ "uuid", TEXT(uuid, "UUID"), "of the board (default: made from the name)", .group = 1 },
		{ "memory", OPTION_NUMBER(struct options, node.memory_mib, "MIB"), "default: 2048", 0, 128,
		  1024 * 1024, .group = 1 },
		{ "cpus", OPTION_NUMBER(struct options, node.cpus, "N"), "default: 2", 0, 1, 255, .group = 1 },
		{ "nic", OPTION_READ(read_nic, "NIC"),
		  "user, tap=NAME, bridge=NAME or none (default: user, QEMU's own network); with ,mac=MAC "
		  ",model=MODEL ,bootindex (this one boots) and, behind user, ,tftp=DIR. May be repeated",
		  .group = 1 },
		{ "disk", OPTION_TEXTS(struct options, node.disks, "FILE"),
		  "a disk, raw or *.qcow2. May be repeated", .group = 1 },
		{ "token", TEXT(token, "FILE"), "join token, given as the credential roost.token", .group = 1 },
		{ "kernel", TEXT(kernel, "FILE"), "with --medium kernel (default: vmlinuz beside the image)",
		  .group = 2 },
		{ "initrd", TEXT(initrd, "FILE"), "with --medium kernel (default: initrd.img beside the image)",
		  .group = 2 },
		{ "append", TEXT(append, "TEXT"), "with --medium kernel: the kernel's command line", .group = 2 },
		{ "serial", TEXT(serial, "FILE|stdio|none"),
		  "where the console goes (default: stdio; there Ctrl-A, then X ends the node)", .group = 3 },
		{ "state", TEXT(state, "DIR"),
		  "where flash variables and credentials of nodes are kept (default: out/nodes)", .group = 3 },
		{ "xml", OPTION_FLAG(struct options, is_xml),
		  "print a domain for libvirt (virsh define) instead of starting", .group = 3 },
		{ "dry-run", OPTION_FLAG(struct options, is_dry_run),
		  "print QEMU's command line; start and write nothing", .group = 3 },
		{ "root", TEXT(root, "DIR"), "look for firmware and KVM below DIR instead of /", .group = 3 },
		{ 0 },
	},
	.operands = (const struct program_operand[]){
		{ "-- QEMU OPTION", PROGRAM_TEXTS, offsetof(struct options, node.qemu_options),
		  .is_optional = true },
		{ 0 },
	},
};

/* ---- What is done -------------------------------------------------------------------------------- */

/* As sh(1) reads it: between single quotes all is literal but a single quote. */
static void print_quoted(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "%+,-./:=@_";

	if (*text && !text[strspn(text, plain)]) {
		fputs(text, stdout);
		return;
	}
	putchar('\'');
	for (; *text; text++)
		fputs(*text == '\'' ? "'\\''" : (char[]){ *text, '\0' }, stdout);
	putchar('\'');
}

/* A line an option. */
static int print_command(char *const *argv)
{
	for (size_t i = 0; argv[i]; i++) {
		if (i > 0)
			fputs(*argv[i] == '-' ? " \\\n  " : " ", stdout);
		print_quoted(argv[i]);
	}
	putchar('\n');
	return EXIT_DONE;
}

static int become_qemu(const struct testnode *node, char *const *argv, struct problems *problems)
{
	if (testnode_prepare(node, problems) < 0)
		return cli_fail(problems, EXIT_PERMANENT);
	execvp(argv[0], argv);
	(void)problem(problems, "%s: %m%s", argv[0],
		      errno == ENOENT ? ": install Debian's package qemu-system-x86" : "");
	return cli_fail(problems, EXIT_PERMANENT);
}

static int run(struct options *options)
{
	autoproblems struct problems problems = { 0 };
	struct testnode *node = &options->node;
	autostrv char **argv = NULL;

	if (testnode_check(node, &problems) < 0 ||
	    (options->is_xml && testnode_check_libvirt(node, &problems) < 0))
		return cli_fail(&problems, EXIT_PERMANENT);
	if (options->is_xml)
		return testnode_libvirt(node, stdout), EXIT_DONE;
	argv = testnode_qemu(node);
	if (options->is_dry_run)
		return print_command(argv);
	return become_qemu(node, argv, &problems);
}

int main(int argc, char **argv)
{
	struct options options = { .node = {
		.root = "/", .name = "testnode", .image = "out/roost.iso", .serial = "stdio",
		.state = "out/nodes", .memory_mib = 2048, .cpus = 2,
		.medium = testnode_medium_find("cd"), .firmware = testnode_firmware_find("bios"),
	} };
	int status;

	cli_start("roost-testnode");
	program_parse(&program, argc, argv, &options);
	status = run(&options);
	testnode_done(&options.node);
	return status;
}
