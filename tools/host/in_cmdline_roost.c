// SPDX-License-Identifier: MIT
/*
 * What the kernel command line says about the host itself and its appliance.
 *
 *	ks=URL   inst.ks=URL
 *	roost.appliance=HOST[:PORT]   roost.fingerprint=SHA256   roost.hostname=NAME
 *	roost.token=TOKEN   roost.debug[=BOOLEAN]
 */
#include "host/in_cmdline.h"
#include "host/schema.h"

int cmdline_read_ks(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	free(cmdline->boot->ks);
	cmdline->boot->ks = xstrdup(arg->value);
	return 0;
}

static int read_appliance_option(struct cmdline *cmdline, const struct kernel_arg *arg,
				 const char *option)
{
	struct host_appliance *appliance = &cmdline->host.appliance;

	if (appliance->at.line == 0)
		cmdline_start(cmdline, &host_appliance_command, appliance, arg->position);
	return cmdline_set(cmdline, arg, &host_appliance_command, appliance, option, NULL,
			   arg->value);
}

int cmdline_read_appliance(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	return read_appliance_option(cmdline, arg, "server");
}

int cmdline_read_fingerprint(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	return read_appliance_option(cmdline, arg, "fingerprint");
}

int cmdline_read_hostname(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	struct host_hostname *hostname = &cmdline->host.hostname;

	if (hostname->at.line == 0)
		cmdline_start(cmdline, &host_hostname_command, hostname, arg->position);
	return cmdline_set(cmdline, arg, &host_hostname_command, hostname, "hostname", NULL,
			   arg->value);
}

int cmdline_read_token(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	cmdline_note(cmdline, "roost.token=: every user of this host can read the kernel command line: a "
		     "credential or the OEMDRV volume keeps the token secret");
	free(cmdline->boot->token);
	cmdline->boot->token = xstrdup(arg->value);
	return 0;
}

int cmdline_read_debug(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	if (arg->value[0] == '\0')
		cmdline->boot->debug = true;
	else if (!str_to_bool(arg->value, &cmdline->boot->debug))
		return cmdline_problem(cmdline, arg, "expected yes or no");
	return 0;
}
