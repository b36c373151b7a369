// SPDX-License-Identifier: MIT
/*
 * Reads the kernel command line: dracut.cmdline(7)'s words for the network, Anaconda's ks=, and our
 * own roost.*. Arguments of other programs are none of our business.
 *
 *	ip=...  bond=...  bridge=...  vlan=...          see in_cmdline_ip.c, in_cmdline_devices.c
 *	ifname=NAME:MAC                                 NAME stands for the NIC with this address
 *	nameserver=ADDRESS                              may be repeated
 *	rd.route=NET/LENGTH:GATEWAY[:DEVICE]            see in_cmdline_route.c
 *	rd.peerdns=0                                    no DNS servers of DHCP
 *	bootdev=DEVICE                                  the ip= that br0 is for, when there are several
 *	BOOTIF=[01-]MAC   rd.bootif=0                   from the network boot loader
 *	ks=  inst.ks=  roost...=                        see in_cmdline_roost.c
 */
#include "host/in_cmdline.h"
#include "host/schema.h"

#define MAX_BYTES (64 * 1024)

int cmdline_problem(struct cmdline *cmdline, const struct kernel_arg *arg, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	return problem(cmdline->problems, "%s: %s=%s: %s", cmdline->source, arg->name,
		       arg->value ? arg->value : "", text);
}

void cmdline_note(struct cmdline *cmdline, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strv_push_take(&cmdline->boot->notes, xvasprintf(fmt, ap));
	va_end(ap);
}

int cmdline_set(struct cmdline *cmdline, const struct kernel_arg *arg,
		const struct ks_command *command, void *values, const char *option,
		const char *what, const char *text)
{
	autofree char *where = xasprintf("%s: %s=%s%s%s", cmdline->source, arg->name, arg->value,
					 what ? ": " : "", what ? what : "");

	return ks_set_value(command, values, option, text, where, cmdline->problems);
}

void cmdline_start(struct cmdline *cmdline, const struct ks_command *command, void *values,
		   unsigned position)
{
	struct ks_at *at = values;

	for (const struct ks_option *o = command->options; o->name; o++)
		if (o->fallback)
			(void)ks_set_value(command, values, o->name, o->fallback, "", NULL);
	at->set = 0;
	at->file = xstrdup(cmdline->source);
	at->line = position;
}

const char *cmdline_device(const struct cmdline *cmdline, const char *name)
{
	for (char **alias = cmdline->aliases; alias && *alias; alias += 2)
		if (streq(alias[0], name))
			return alias[1];
	return name;
}

char **cmdline_fields(const char *text)
{
	char **fields = NULL;
	bool is_bracketed = false;
	const char *start = text;

	for (const char *p = text;; p++) {
		if ((*p == '[' && is_bracketed) || (*p == ']' && !is_bracketed) ||
		    (*p == '\0' && is_bracketed)) {
			strv_free(fields);
			return NULL;
		}
		if (*p == '[' || *p == ']')
			is_bracketed = *p == '[';
		if ((*p == ':' && !is_bracketed) || *p == '\0') {
			strv_push_take(&fields, xstrndup(start, (size_t)(p - start)));
			start = p + 1;
		}
		if (*p == '\0')
			return fields;
	}
}

static int read_ifname(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	const char *colon = strchr(arg->value, ':');
	struct ks_value mac, name;
	autofree char *text = NULL;

	if (!colon || !ks_mac.read(NULL, colon + 1, &mac))
		return cmdline_problem(cmdline, arg, "expected NAME:MAC");
	text = xstrndup(arg->value, (size_t)(colon - arg->value));
	if (!ks_interface.read(NULL, text, &name)) {
		free(mac.text);
		return cmdline_problem(cmdline, arg, "expected %s before the colon",
				       ks_interface.expected);
	}
	strv_push_take(&cmdline->aliases, name.text);
	strv_push_take(&cmdline->aliases, mac.text);
	return 0;
}

static int read_bootdev(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	free(cmdline->bootdev);
	cmdline->bootdev = xstrdup(arg->value);
	return 0;
}

static int read_nameserver(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	size_t len = strlen(arg->value);
	bool is_bracketed = len > 2 && arg->value[0] == '[' && arg->value[len - 1] == ']';
	autofree char *text = is_bracketed ? xstrndup(arg->value + 1, len - 2) :
					     xstrdup(arg->value);
	struct ks_value address;

	if (!ks_ip.read(NULL, text, &address))
		return cmdline_problem(cmdline, arg, "expected %s", ks_ip.expected);
	if (strv_contains(cmdline->nameservers, address.text))
		free(address.text);
	else
		strv_push_take(&cmdline->nameservers, address.text);
	return 0;
}

/* 01- is the hardware type Ethernet of pxelinux. Nobody typed it: a bad one is only ignored. */
static int read_bootif(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	const char *text = arg->value;
	struct ks_value mac;

	if (strlen(text) == 20 && (strncmp(text, "01-", 3) == 0 || strncmp(text, "01:", 3) == 0))
		text += 3;
	if (!ks_mac.read(NULL, text, &mac)) {
		cmdline_note(cmdline, "BOOTIF=%s: ignored: expected %s", arg->value, ks_mac.expected);
		return 0;
	}
	free(cmdline->boot->bootif);
	cmdline->boot->bootif = mac.text;
	return 0;
}

static int read_rd_bootif(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	cmdline->no_bootif = streq(arg->value, "0");
	return 0;
}

static int read_peerdns(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	cmdline->no_peerdns = streq(arg->value, "0");
	return 0;
}

static int read_team(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	return cmdline_problem(cmdline, arg, "the image has no team driver: expected bond=");
}

/* Names first, so that devices may be called by them in any order of the arguments. */
enum { FIRST_PASS, SECOND_PASS, PASSES };

static const struct parameter {
	const char *name;
	int (*read)(struct cmdline *cmdline, const struct kernel_arg *arg);
	int pass;
} parameters[] = {
	{ "ifname", read_ifname, FIRST_PASS },
	{ "bootdev", read_bootdev, FIRST_PASS },
	{ "ip", cmdline_read_ip, SECOND_PASS },
	{ "bond", cmdline_read_bond, SECOND_PASS },
	{ "bridge", cmdline_read_bridge, SECOND_PASS },
	{ "vlan", cmdline_read_vlan, SECOND_PASS },
	{ "team", read_team, SECOND_PASS },
	{ "nameserver", read_nameserver, SECOND_PASS },
	{ "rd.route", cmdline_read_route, SECOND_PASS },
	{ "rd.peerdns", read_peerdns, SECOND_PASS },
	{ "BOOTIF", read_bootif, SECOND_PASS },
	{ "rd.bootif", read_rd_bootif, SECOND_PASS },
	{ "ks", cmdline_read_ks, SECOND_PASS },
	{ "inst.ks", cmdline_read_ks, SECOND_PASS },
	{ "roost.appliance", cmdline_read_appliance, SECOND_PASS },
	{ "roost.fingerprint", cmdline_read_fingerprint, SECOND_PASS },
	{ "roost.hostname", cmdline_read_hostname, SECOND_PASS },
	{ "roost.token", cmdline_read_token, SECOND_PASS },
	{ "roost.debug", cmdline_read_debug, SECOND_PASS },
};

static int read_args(struct cmdline *cmdline, const struct kernel_args *args, int pass)
{
	int result = 0;

	for (size_t i = 0; i < args->count; i++) {
		struct kernel_arg arg = args->items[i];
		char nothing[] = "";

		if (!arg.value)
			arg.value = nothing;
		for (size_t p = 0; p < ARRAY_SIZE(parameters); p++)
			if (parameters[p].pass == pass && streq(parameters[p].name, arg.name) &&
			    parameters[p].read(cmdline, &arg) < 0)
				result = -1;
	}
	return result;
}

/* ip='s host name counts when roost.hostname= says nothing. */
static int take_ip_hostname(struct cmdline *cmdline)
{
	struct host_hostname *hostname = &cmdline->host.hostname;

	if (!cmdline->ip_hostname || hostname->at.line)
		return 0;
	cmdline_start(cmdline, &host_hostname_command, hostname, cmdline->ip_hostname_position);
	return ks_set_value(&host_hostname_command, hostname, "hostname", cmdline->ip_hostname,
			    "cmdline: ip=", cmdline->problems);
}

/* What came out goes through host.conf, so a `network` command's own rules hold for it as well. */
static int check_commands(struct cmdline *cmdline)
{
	int bad = 0;

	for (size_t i = 0; i < cmdline->host.networks_count; i++)
		bad |= host_network_command.check(&host_network_command,
						  &cmdline->host.networks[i], cmdline->problems);
	return bad;
}

static void cmdline_done(struct cmdline *cmdline)
{
	for (size_t i = 0; i < cmdline->ips_count; i++) {
		free(cmdline->ips[i].device);
		ks_values_done(&host_network_command, &cmdline->ips[i].network);
		strv_free(cmdline->ips[i].nameservers);
	}
	free(cmdline->ips);
	for (size_t i = 0; i < cmdline->routes_count; i++) {
		free(cmdline->routes[i].text);
		free(cmdline->routes[i].device);
	}
	free(cmdline->routes);
	strv_free(cmdline->nameservers);
	strv_free(cmdline->aliases);
	free(cmdline->bootdev);
	free(cmdline->ip_hostname);
	host_done(&cmdline->host);
}

int host_read_cmdline(const char *text, const char *name, struct host *ret,
		      struct host_boot *ret_boot, struct problems *problems)
{
	struct cmdline cmdline = { .source = name, .problems = problems, .boot = ret_boot };
	struct kernel_args args = { 0 };
	int result = 0;

	*ret = (struct host){ 0 };
	*ret_boot = (struct host_boot){ 0 };
	if (strlen(text) > MAX_BYTES)
		return problem(problems, "%s: too long: expected %d bytes at most", name, MAX_BYTES);
	kernel_args_split(text, &args);
	for (int pass = 0; pass < PASSES; pass++)
		if (read_args(&cmdline, &args, pass) < 0)
			result = -1;
	kernel_args_done(&args);
	if (result == 0)
		result = take_ip_hostname(&cmdline) < 0 || cmdline_join(&cmdline) < 0 ||
			 cmdline_join_routes(&cmdline) < 0 || check_commands(&cmdline) < 0 ||
			 host_check(&cmdline.host, problems) < 0 ? -1 : 0;
	if (cmdline.no_bootif) {
		free(ret_boot->bootif);
		ret_boot->bootif = NULL;
	}
	if (result == 0) {
		*ret = cmdline.host;
		cmdline.host = (struct host){ 0 };
	}
	cmdline_done(&cmdline);
	return result;
}

void host_boot_done(struct host_boot *boot)
{
	free(boot->bootif);
	free(boot->ks);
	free(boot->token);
	strv_free(boot->notes);
	*boot = (struct host_boot){ 0 };
}
