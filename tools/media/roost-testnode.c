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

#include "common/cli.h"
#include "media/testnode.h"

struct options {
	struct testnode node;
	struct problems problems;
	bool is_dry_run, is_xml;
};

enum {
	KEY_MEDIUM = 256, KEY_FIRMWARE, KEY_NAME, KEY_UUID, KEY_IMAGE, KEY_KERNEL, KEY_INITRD,
	KEY_APPEND, KEY_MEMORY, KEY_CPUS, KEY_NIC, KEY_DISK, KEY_TOKEN, KEY_SERIAL, KEY_STATE,
	KEY_ROOT, KEY_DRY_RUN, KEY_XML,
};

static const struct argp_option option_table[] = {
	{ "medium", KEY_MEDIUM, "MEDIUM", 0, "what it boots from, see below (default: cd)", 0 },
	{ "firmware", KEY_FIRMWARE, "FIRMWARE", 0, "see below (default: bios)", 0 },
	{ "image", KEY_IMAGE, "FILE", 0, "the ISO (default: out/roost.iso)", 0 },
	{ "name", KEY_NAME, "NAME", 0, "name and serial number (default: testnode)", 1 },
	{ "uuid", KEY_UUID, "UUID", 0, "of the board (default: made from the name)", 1 },
	{ "memory", KEY_MEMORY, "MIB", 0, "default: 2048", 1 },
	{ "cpus", KEY_CPUS, "N", 0, "default: 2", 1 },
	{ "nic", KEY_NIC, "NIC", 0,
	  "user, tap=NAME, bridge=NAME or none (default: user, QEMU's own network); with ,mac=MAC "
	  ",model=MODEL ,bootindex (this one boots) and, behind user, ,tftp=DIR. May be repeated", 1 },
	{ "disk", KEY_DISK, "FILE", 0, "a disk, raw or *.qcow2. May be repeated", 1 },
	{ "token", KEY_TOKEN, "FILE", 0, "join token, given as the credential roost.token", 1 },
	{ "kernel", KEY_KERNEL, "FILE", 0, "with --medium kernel (default: vmlinuz beside the image)", 2 },
	{ "initrd", KEY_INITRD, "FILE", 0, "with --medium kernel (default: initrd.img beside the image)",
	  2 },
	{ "append", KEY_APPEND, "TEXT", 0, "with --medium kernel: the kernel's command line", 2 },
	{ "serial", KEY_SERIAL, "FILE|stdio|none", 0,
	  "where the console goes (default: stdio; there Ctrl-A, then X ends the node)", 3 },
	{ "state", KEY_STATE, "DIR", 0,
	  "where flash variables and credentials of nodes are kept (default: out/nodes)", 3 },
	{ "xml", KEY_XML, NULL, 0, "print a domain for libvirt (virsh define) instead of starting", 3 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "print QEMU's command line; start and write nothing", 3 },
	{ "root", KEY_ROOT, "DIR", 0, "look for firmware and KVM below DIR instead of /", 3 },
	{ 0 },
};

/* ---- Options ------------------------------------------------------------------------------------- */

static void read_number(struct options *options, const char *option, const char *text, long long min,
			long long max, long long *ret)
{
	if (!str_to_int(text, min, max, ret))
		(void)problem(&options->problems, "%s %s: expected a number from %lld to %lld", option,
			      text, min, max);
}

static void read_medium(struct options *options, const char *name)
{
	options->node.medium = testnode_medium_find(name);
	if (!options->node.medium)
		(void)problem(&options->problems, "--medium %s: expected one of those that --help lists",
			      name);
}

static void read_firmware(struct options *options, const char *name)
{
	options->node.firmware = testnode_firmware_find(name);
	if (!options->node.firmware)
		(void)problem(&options->problems, "--firmware %s: expected one of those that --help lists",
			      name);
}

/* Options that are one string. */
static const char **text_option(struct testnode *node, int key)
{
	switch (key) {
	case KEY_NAME: return &node->name;
	case KEY_UUID: return &node->uuid;
	case KEY_IMAGE: return &node->image;
	case KEY_KERNEL: return &node->kernel;
	case KEY_INITRD: return &node->initrd;
	case KEY_APPEND: return &node->append;
	case KEY_TOKEN: return &node->token;
	case KEY_SERIAL: return &node->serial;
	case KEY_STATE: return &node->state;
	case KEY_ROOT: return &node->root;
	default: return NULL;
	}
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	const char **text = text_option(&options->node, key);

	if (text) {
		*text = arg;
		return 0;
	}
	switch (key) {
	case KEY_MEDIUM: read_medium(options, arg); break;
	case KEY_FIRMWARE: read_firmware(options, arg); break;
	case KEY_MEMORY:
		read_number(options, "--memory", arg, 128, 1024 * 1024, &options->node.memory_mib);
		break;
	case KEY_CPUS: read_number(options, "--cpus", arg, 1, 255, &options->node.cpus); break;
	case KEY_NIC: (void)testnode_add_nic(&options->node, arg, &options->problems); break;
	case KEY_DISK: strv_push(&options->node.disks, arg); break;
	case KEY_XML: options->is_xml = true; break;
	case KEY_DRY_RUN: options->is_dry_run = true; break;
	/* What stands behind "--" is QEMU's. */
	case ARGP_KEY_ARG: strv_push(&options->node.qemu_options, arg); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* The rows of the tables, below the options. */
static char *help_filter(int key, const char *text, void *input)
{
	char *result = NULL;
	size_t len;
	FILE *out;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	out = xopen_memstream(&result, &len);
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
	fclose(out);
	return result;
}

static const struct argp parser = {
	.options = option_table, .parser = parse_option, .args_doc = "[-- QEMU OPTION...]",
	.doc = "Starts a virtual machine that is a node, with QEMU; or prints it for libvirt.\v ",
	.help_filter = help_filter,
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
	struct testnode *node = &options->node;
	autostrv char **argv = NULL;

	if (problems_count(&options->problems) > 0 || testnode_check(node, &options->problems) < 0 ||
	    (options->is_xml && testnode_check_libvirt(node, &options->problems) < 0))
		return cli_fail(&options->problems, EXIT_PERMANENT);
	if (options->is_xml)
		return testnode_libvirt(node, stdout), EXIT_DONE;
	argv = testnode_qemu(node);
	if (options->is_dry_run)
		return print_command(argv);
	return become_qemu(node, argv, &options->problems);
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
	argp_parse(&parser, argc, argv, 0, NULL, &options);
	status = run(&options);
	testnode_done(&options.node);
	problems_done(&options.problems);
	return status;
}
