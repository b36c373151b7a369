// SPDX-License-Identifier: MIT
/* Options of roost-pxe: one table for the help, the parser and the checks; see pxe_options.h. */
#include <arpa/inet.h>

#include "common/cli.h"
#include "host/kernel_args.h"
#include "host/schema.h"
#include "media/pxe_options.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define PLAIN LETTERS "0123456789.-_"
#define URL_CHARACTERS PLAIN ":/[]%~+"
#define URL_MAX 512
#define ARGUMENTS_MAX 1024

/* ---- Kinds of values ----------------------------------------------------------------------------- */

static bool give_text(struct ks_value *ret, char *text)
{
	ret->text = text;
	return true;
}

/* scheme://host[:port][/path]; no user, no query: neither makes sense for a folder. */
static bool read_url(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	const char *rest = str_after(text, "http://") ? : str_after(text, "https://");
	size_t len = strlen(text);
	struct ks_value host;

	if (!rest || len > URL_MAX || text[strspn(text, URL_CHARACTERS)] != '\0')
		return false;
	autofree char *authority = xstrndup(rest, strcspn(rest, "/"));
	/* Brackets around an IPv6 address are a must in a URL. */
	if ((strchr(authority, ':') != strrchr(authority, ':') && authority[0] != '[') ||
	    !ks_host_port.read(option, authority, &host))
		return false;
	free(host.text);
	while (text[len - 1] == '/')
		len--;
	return give_text(ret, xstrndup(text, len));
}

static const struct ks_type url = {
	.placeholder = "URL", .read = read_url,
	.expected = "http:// or https://, a host and a path, such as http://192.0.2.1:8080/boot",
};

static bool read_range(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	const char *comma = strchr(text, ',');
	struct in_addr from, to;

	(void)option;
	if (!comma || inet_pton(AF_INET, comma + 1, &to) != 1)
		return false;
	autofree char *first = xstrndup(text, (size_t)(comma - text));
	if (inet_pton(AF_INET, first, &from) != 1 || ntohl(from.s_addr) > ntohl(to.s_addr))
		return false;
	return give_text(ret, xstrdup(text));
}

static const struct ks_type range = {
	.placeholder = "FROM,TO", .read = read_range,
	.expected = "two IPv4 addresses, the lower one first, such as 192.0.2.100,192.0.2.200",
};

static bool read_interface(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	return text[strspn(text, PLAIN)] == '\0' && text[0] != '-' &&
	       ks_interface.read(option, text, ret);
}

static const struct ks_type interface = {
	.placeholder = "INTERFACE", .read = read_interface,
	.expected = "the name of a network interface such as eno1",
};

/* ---- The table ----------------------------------------------------------------------------------- */

#define AT(field) offsetof(struct pxe_options, field)

static const struct ks_option rows[] = {
	{ "image", &ks_string, AT(image), "the image (out/roost.iso)", .fallback = "out/roost.iso",
	  .placeholder = "FILE" },
	{ "url", &url, AT(urls), "where DIR is served over HTTP: the host then fetches its root from "
	  "there; may be repeated, mirrors", KS_REPEAT, "," },
	{ "server", &ks_ipv4, AT(server), "the TFTP server (by default the machine that runs dnsmasq)" },
	{ "dhcp-range", &range, AT(dhcp_range), "dnsmasq hands out addresses itself (by default it "
	  "only adds what to boot to the answers of the network's DHCP server)" },
	{ "interface", &interface, AT(interface), "the only interface dnsmasq serves" },
	{ "append", &ks_string, AT(append), "kernel arguments besides the image's own",
	  .placeholder = "TEXT" },
	{ "appliance", &ks_host_port, AT(appliance), "the appliance that the hosts register with" },
	{ "fingerprint", &ks_string, AT(fingerprint), "SHA-256 of its CA certificate (roostctl fingerprint)",
	  .placeholder = "SHA256" },
	{ "timeout", &ks_integer, AT(timeout_s), "how long the menus wait (by default what the image says)",
	  .fallback = "-1", .min = -1, .max = 3600, .placeholder = "SECONDS",
	  .expected = "0 to 3600 seconds" },
	{ "dry-run", &ks_flag, AT(is_dry_run), "tell what would be written" },
	{ "json", &ks_flag, AT(is_json), "the report for programs" },
	{ 0 },
};

static const struct ks_command command = {
	.name = "roost-pxe", .options = rows, .size = sizeof(struct pxe_options),
};

#define KEY_FIRST 256 /* of rows[0], as argp calls it */

struct parsing {
	struct pxe_options *options;
	struct problems *problems;
};

static void set_option(const struct parsing *parsing, const struct ks_option *row, const char *text)
{
	autofree char *where = xasprintf("--%s", row->name);

	(void)ks_set_value(&command, parsing->options, row->name, text, where, parsing->problems);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct parsing *parsing = state->input;

	if (key >= KEY_FIRST && key < KEY_FIRST + (int)ARRAY_SIZE(rows) - 1) {
		set_option(parsing, &rows[key - KEY_FIRST], arg);
		return 0;
	}
	switch (key) {
	case ARGP_KEY_ARG:
		if (parsing->options->dir)
			argp_usage(state);
		parsing->options->dir = xstrdup(arg);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void argp_rows(struct argp_option ret[ARRAY_SIZE(rows)])
{
	for (size_t i = 0; rows[i].name; i++) {
		const struct ks_option *row = &rows[i];

		ret[i] = (struct argp_option){ .name = row->name, .key = KEY_FIRST + (int)i,
					       .doc = row->help };
		if (row->type->storage != KS_SWITCH)
			ret[i].arg = row->placeholder ? row->placeholder : row->type->placeholder;
	}
}

/* ---- Rules --------------------------------------------------------------------------------------- */

/* Arguments that --append may not have, and why. */
static const struct { const char *name, *why; } refused[] = {
	{ "root", "the menus set it themselves" },
	{ "initrd", "the menus set it themselves" },
	{ "BOOTIF", "the boot loader sets it, to the NIC that it booted from" },
	{ "roost.url", "expected --url" },
	{ "roost.manifest", "it is computed from the image" },
	{ "roost.appliance", "expected --appliance" },
	{ "roost.fingerprint", "expected --fingerprint" },
};

static int check_argument(const struct kernel_arg *arg, struct problems *problems)
{
	if (kernel_arg_is_secret(arg->name))
		return problem(problems, "--append: %s=: a secret does not belong there: anyone in the "
			       "network can read what a boot server hands out: put it on the host's "
			       "OEMDRV volume or into a credential",
			       arg->name);
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		if (streq(arg->name, refused[i].name))
			return problem(problems, "--append: %s=: %s", arg->name, refused[i].why);
	return 0;
}

static void check_append(const char *append, struct problems *problems)
{
	struct kernel_args args = { 0 };

	if (pxe_check_arguments(append, "--append", problems) < 0)
		return;
	kernel_args_split(append, &args);
	for (size_t i = 0; i < args.count; i++)
		(void)check_argument(&args.items[i], problems);
	kernel_args_done(&args);
}

/* As the node reads it: one rule for what a fingerprint is. */
static void check_fingerprint(struct pxe_options *options, struct problems *problems)
{
	struct host_appliance values = { 0 };

	if (ks_set_value(&host_appliance_command, &values, "fingerprint", options->fingerprint,
			 "--fingerprint", problems) < 0)
		return;
	free(options->fingerprint);
	options->fingerprint = xstrdup(values.fingerprint);
	ks_values_done(&host_appliance_command, &values);
}

static void check_https(const struct pxe_options *options, struct problems *problems)
{
	for (char **one = options->urls; one && *one; one++)
		if (str_after(*one, "https://") && !options->fingerprint)
			problem(problems, "--url %s: expected --fingerprint as well: a host trusts a "
				"server only by it", *one);
}

static void check(struct pxe_options *options, struct problems *problems)
{
	if (options->append)
		check_append(options->append, problems);
	if (options->fingerprint)
		check_fingerprint(options, problems);
	check_https(options, problems);
}

int pxe_check_arguments(const char *text, const char *what, struct problems *problems)
{
	return kernel_args_check_plain(text, ARGUMENTS_MAX, what, problems);
}

int pxe_options_read(int argc, char **argv, struct pxe_options *ret, struct problems *problems)
{
	struct argp_option table[ARRAY_SIZE(rows)] = { 0 };
	const struct argp argp = { table, parse_option, "DIR",
		"Writes a complete network boot tree to DIR."
		"\vThe tree has all that BIOS, UEFI, iPXE and UEFI HTTP clients load, the image's layers, "
		"and dnsmasq.conf, which serves it. It replaces a tree that is in DIR already, in one "
		"piece; a folder with anything else in it is refused.", 0, 0, 0 };
	struct pxe_options options = { 0 };
	struct parsing parsing = { &options, problems };
	size_t before = problems_count(problems);

	argp_rows(table);
	for (const struct ks_option *row = rows; row->name; row++)
		if (row->fallback)
			set_option(&parsing, row, row->fallback);
	argp_parse(&argp, argc, argv, 0, NULL, &parsing);
	check(&options, problems);
	if (problems_count(problems) > before) {
		pxe_options_done(&options);
		return -1;
	}
	*ret = options;
	return 0;
}

void pxe_options_done(struct pxe_options *options)
{
	free(options->dir);
	ks_values_done(&command, options);
}
