// SPDX-License-Identifier: MIT
/*
 * The rest of a host's kickstart: who it reports to, time, log (access: schema_access.c). All but
 * `appliance` are pykickstart's.
 */
#include <ctype.h>

#include "common/digest.h"
#include "host/schema.h"

static bool read_fingerprint(const struct ks_option *option, const char *text,
			     struct ks_value *ret)
{
	char *hex = sha256_parse(text);

	(void)option;
	if (!hex)
		return false;
	ret->text = hex;
	return true;
}

static const struct ks_type fingerprint = {
	.placeholder = "SHA256", .read = read_fingerprint,
	.expected = "a SHA-256 of 64 hexadecimal digits, with or without colons",
};

static const struct ks_option appliance_options[] = {
	{ "server", &ks_host_port, offsetof(struct host_appliance, server),
	  "The appliance's name or address; port 8443 when none is given." },
	{ "fingerprint", &fingerprint, offsetof(struct host_appliance, fingerprint),
	  "SHA-256 of its CA certificate." },
	{ "confirm", &ks_integer, offsetof(struct host_appliance, confirm_s),
	  "How many seconds a changed network has to reach the appliance before the last one comes "
	  "back; 30 when not given.", .min = 10, .max = 3600 },
	{ 0 },
};

static int check_appliance(const struct ks_command *command, const void *values,
			   struct problems *problems)
{
	const struct host_appliance *appliance = values;

	if (!appliance->server && !appliance->fingerprint && !appliance->confirm_s)
		return ks_problem(command, values, NULL, problems,
				  "expected --server, --fingerprint, --confirm or several of them");
	return 0;
}

const struct ks_command host_appliance_command = {
	.name = "appliance",
	.help = "The appliance that this host registers with (Roost's own command).",
	.options = appliance_options,
	.size = sizeof(struct host_appliance),
	.offset = offsetof(struct host, appliance),
	.check = check_appliance,
};

/* A name of the tz database: becomes a path below /usr/share/zoneinfo. */
static bool read_zone(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	(void)option;
	if (!isalpha((unsigned char)text[0]) || strlen(text) > 64 || strstr(text, ".."))
		return false;
	for (const char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("/_+-", *p))
			return false;
	if (str_ends(text, "/") || strstr(text, "//"))
		return false;
	ret->text = xstrdup(text);
	return true;
}

static const struct ks_type zone = { .placeholder = "ZONE", .read = read_zone,
				     .expected = "a time zone such as Europe/Berlin or UTC" };

static const struct ks_option timezone_options[] = {
	{ "zone", &zone, offsetof(struct host_timezone, zone), "The time zone.",
	  .flags = KS_POSITIONAL },
	{ "utc", &ks_flag, offsetof(struct host_timezone, utc),
	  "The hardware clock is in UTC, as it always is here." },
	{ "ntpservers", &ks_host, offsetof(struct host_timezone, ntpservers),
	  "NTP servers; timesource is the newer form.", .separator = "," },
	{ "nontp", &ks_flag, offsetof(struct host_timezone, nontp), "No NTP." },
	{ 0 },
};

static int check_timezone(const struct ks_command *command, const void *values,
			  struct problems *problems)
{
	const struct host_timezone *timezone_values = values;

	if (timezone_values->nontp && timezone_values->ntpservers)
		return ks_problem(command, values, "nontp", problems,
				  "contradicts --ntpservers: expected one of the two");
	if (timezone_values->at.set == 0)
		return ks_problem(command, values, NULL, problems,
				  "expected a time zone such as Europe/Berlin, or an option");
	return 0;
}

const struct ks_command host_timezone_command = {
	.name = "timezone",
	.help = "The time zone of the host.",
	.options = timezone_options,
	.size = sizeof(struct host_timezone),
	.offset = offsetof(struct host, timezone),
	.check = check_timezone,
};

static const struct ks_option timesource_options[] = {
	{ "ntp-server", &ks_host, offsetof(struct host_timesource, ntp_server), "An NTP server." },
	{ "ntp-pool", &ks_host, offsetof(struct host_timesource, ntp_pool),
	  "A name that stands for many NTP servers." },
	{ "ntp-disable", &ks_flag, offsetof(struct host_timesource, ntp_disable), "No NTP." },
	{ 0 },
};

static int check_timesource(const struct ks_command *command, const void *values,
			    struct problems *problems)
{
	const struct host_timesource *source = values;

	if (!!source->ntp_server + !!source->ntp_pool + source->ntp_disable != 1)
		return ks_problem(command, values, NULL, problems,
				  "expected exactly one of --ntp-server, --ntp-pool, --ntp-disable");
	return 0;
}

const struct ks_command host_timesource_command = {
	.name = "timesource",
	.help = "Where the host gets the time from.",
	.options = timesource_options,
	.size = sizeof(struct host_timesource),
	.offset = offsetof(struct host, timesources),
	.is_list = true,
	.count_offset = offsetof(struct host, timesources_count),
	.check = check_timesource,
};

static const char *const log_levels[] = { "debug", "info", "warning", "error", "critical", NULL };

static const struct ks_option logging_options[] = {
	{ "host", &ks_host, offsetof(struct host_logging, host),
	  "Where to send the journal, as syslog messages over TCP." },
	{ "port", &ks_port, offsetof(struct host_logging, port), "Its port.", .fallback = "514" },
	{ "fingerprint", &fingerprint, offsetof(struct host_logging, fingerprint),
	  "SHA-256 of the receiver's certificate: TLS, on port 6514 as a rule (Roost's own option)." },
	{ "netconsole", &ks_port, offsetof(struct host_logging, netconsole),
	  "UDP port of the same host (IPv4) for the kernel's own messages, which come also when it crashes "
	  "(Roost's own option)." },
	{ "level", &ks_word, offsetof(struct host_logging, level),
	  "As in an installer; has no effect here.", .names = log_levels },
	{ 0 },
};

static int check_logging(const struct ks_command *command, const void *values, struct problems *problems)
{
	const struct host_logging *logging = values;

	if (!logging->host && (logging->fingerprint || logging->netconsole))
		return ks_problem(command, values, NULL, problems, "expected --host beside --fingerprint and --netconsole");
	return 0;
}

const struct ks_command host_logging_command = {
	.name = "logging",
	.help = "Sends the journal to another host.",
	.options = logging_options,
	.size = sizeof(struct host_logging),
	.offset = offsetof(struct host, logging),
	.check = check_logging,
};
