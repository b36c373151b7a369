// SPDX-License-Identifier: MIT
/* One machine's iPXE script; see ipxe.h. */
#include <ctype.h>

#include "appliance/ipxe.h"
#include "appliance/table.h"
#include "host/kernel_args.h"

/* The script adds initrd= and, on demand, what shows more. */
#define ARGUMENTS_MAX (KERNEL_ARGS_MAX - 120)

bool mac_read(const char *text, char ret[MAC_LEN + 1])
{
	char mac[MAC_LEN + 1] = "";
	unsigned first;

	for (int i = 0; i < MAC_LEN; i++) {
		bool is_separator = i % 3 == 2;

		if (is_separator ? (text[i] != '-' && text[i] != ':') || text[i] != text[2] :
				   !isxdigit((unsigned char)text[i]))
			return false;
		mac[i] = is_separator ? '-' : (char)tolower((unsigned char)text[i]);
	}
	if (text[MAC_LEN] != '\0' || streq(mac, "00-00-00-00-00-00"))
		return false;
	/* The lowest bit of the first byte marks groups: no card has one. */
	first = (unsigned)strtoul(mac, NULL, 16);
	if (first & 1)
		return false;
	memcpy(ret, mac, sizeof(mac));
	return true;
}

/* ---- Arguments ---------------------------------------------------------------------------------- */

/* What this server says itself. */
static bool is_ours(const char *name)
{
	static const char *const names[] = { "root", "initrd", "BOOTIF", "roost.url", "roost.manifest" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (streq(name, names[i]))
			return true;
	return false;
}

static bool has(const struct kernel_args *args, const char *name)
{
	for (size_t i = 0; i < args->count; i++)
		if (streq(args->items[i].name, name))
			return true;
	return false;
}

static void push_arg(char ***words, const struct kernel_arg *arg)
{
	if (arg->value)
		strv_pushf(words, "%s=%s", arg->name, arg->value);
	else
		strv_push(words, arg->name);
}

/* The operator's other mirrors, after this server. */
static void push_mirrors(char ***words, const struct kernel_args *args, const char *own)
{
	for (size_t i = 0; i < args->count; i++) {
		const struct kernel_arg *arg = &args->items[i];

		if (streq(arg->name, "roost.url") && arg->value && !streq(arg->value, own))
			push_arg(words, arg);
	}
}

static char *join_arguments(const struct ipxe_boot *boot, const struct kernel_args *args,
			    bool has_mirrors)
{
	autofree char *own = xasprintf("%s/roost", boot->base);
	autostrv char **words = NULL;

	strv_push(&words, "root=roost");
	strv_pushf(&words, "roost.url=%s", own);
	if (has_mirrors)
		push_mirrors(&words, args, own);
	strv_pushf(&words, "roost.manifest=%s", boot->image->manifest_sha256);
	/* A fingerprint belongs to an appliance: either both are ours, or neither. */
	if (!has(args, "roost.appliance") && !has(args, "roost.fingerprint")) {
		strv_pushf(&words, "roost.appliance=%s", boot->appliance);
		strv_pushf(&words, "roost.fingerprint=%s", boot->fingerprint);
	}
	for (size_t i = 0; i < args->count; i++)
		if (!is_ours(args->items[i].name))
			push_arg(&words, &args->items[i]);
	strv_pushf(&words, "BOOTIF=01-%s", boot->mac);
	return strv_join(words, " ");
}

int ipxe_arguments(const struct ipxe_boot *boot, char **ret, struct problems *problems)
{
	struct kernel_args args;
	autofree char *text = NULL;

	kernel_args_split(boot->image->arguments, &args);
	text = join_arguments(boot, &args, true);
	if (strlen(text) > ARGUMENTS_MAX) {
		free(text);
		text = join_arguments(boot, &args, false);
	}
	kernel_args_done(&args);
	if (strlen(text) > ARGUMENTS_MAX)
		return problem(problems, "the kernel arguments would have %zu characters, expected at "
			       "most %d: give roost-pxe a shorter --append", strlen(text),
			       ARGUMENTS_MAX);
	*ret = take_ptr(text);
	return 0;
}

/* ---- The script --------------------------------------------------------------------------------- */

static void write_head(const struct ipxe_boot *boot, FILE *out)
{
	autofree char *version = printable(boot->image->version);

	fprintf(out, "#!ipxe\n# Roost %s for %s", version, boot->mac);
	if (boot->host) {
		autofree char *host = printable(boot->host);
		autofree char *pool = printable(boot->pool ? boot->pool : "");

		fprintf(out, ": host %s, pool %s\n", host, pool);
	} else {
		fputs(", which is not known here yet\n", out);
	}
	fputs("# Written by roost-appliance for each request.\n", out);
	if (boot->warning)
		fprintf(out, "# %s\n", boot->warning);
}

/* imgfree: after a failure, nothing of the last try is in the way. */
static const char steps[] =
	"\n"
	":load\n"
	"kernel ${base}/roost/vmlinuz ${args} initrd=initrd.img initrd=net.img || goto failed\n"
	"initrd --name initrd.img ${base}/roost/initrd.img || goto failed\n"
	"initrd --name net.img ${base}/roost/net.img || goto failed\n"
	"boot || goto failed\n"
	"\n"
	":failed\n"
	"imgfree\n"
	"prompt --timeout 15000 That failed; the line above says why. Trying again in 15 seconds, "
	"unless you press a key: && shell || goto load\n";

int ipxe_script(const struct ipxe_boot *boot, char **ret, struct problems *problems)
{
	autofree char *arguments = NULL;
	size_t len;
	FILE *out;

	if (ipxe_arguments(boot, &arguments, problems) < 0)
		return -1;
	out = xopen_memstream(ret, &len);
	write_head(boot, out);
	fprintf(out, "\nset base %s\nset args %s\n", boot->base, arguments);
	if (boot->image->timeout_s > 0)
		fprintf(out, "prompt --key d --timeout %d Press d to see everything that happens: && "
			"set args ${args} loglevel=7 systemd.show_status=yes rd.info roost.debug ||\n",
			boot->image->timeout_s * 1000);
	fputs(steps, out);
	fclose(out);
	return 0;
}
