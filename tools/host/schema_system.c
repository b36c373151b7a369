// SPDX-License-Identifier: MIT
/*
 * The rest of a host's kickstart: who it reports to, time, log, access. All but `appliance` are
 * pykickstart's.
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

static bool read_user(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	(void)option;
	if (!islower((unsigned char)text[0]) && text[0] != '_')
		return false;
	for (const char *p = text; *p; p++)
		if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) &&
		    *p != '_' && *p != '-')
			return false;
	if (strlen(text) > 31)
		return false;
	ret->text = xstrdup(text);
	return true;
}

static const struct ks_type user = { .placeholder = "USER", .read = read_user,
				     .expected = "a user name such as root" };

/* "TYPE BASE64 [COMMENT]", without options in front: those could run commands. */
static bool read_key(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	static const char base64[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
	const char *blob = strchr(text, ' ');

	(void)option;
	if (!blob || strlen(text) > 16384)
		return false;
	if (strncmp(text, "ssh-", 4) != 0 && strncmp(text, "ecdsa-", 6) != 0 &&
	    strncmp(text, "sk-", 3) != 0)
		return false;
	size_t n = strspn(blob + 1, base64);
	if (n < 16 || (blob[1 + n] != '\0' && blob[1 + n] != ' '))
		return false;
	for (const char *p = text; *p; p++)
		if (iscntrl((unsigned char)*p))
			return false;
	ret->text = xstrdup(text);
	return true;
}

static const struct ks_type ssh_key = {
	.placeholder = "KEY", .read = read_key,
	.expected = "a public key as in authorized_keys, in quotes: \"ssh-ed25519 AAAA... name\"",
};

static const struct ks_option sshkey_options[] = {
	{ "username", &user, offsetof(struct host_sshkey, username), "Who may log in with it.",
	  .flags = KS_REQUIRED },
	{ "key", &ssh_key, offsetof(struct host_sshkey, key), "The public key.",
	  .flags = KS_POSITIONAL | KS_REQUIRED },
	{ 0 },
};

const struct ks_command host_sshkey_command = {
	.name = "sshkey",
	.help = "Lets the owner of a key log in.",
	.options = sshkey_options,
	.size = sizeof(struct host_sshkey),
	.offset = offsetof(struct host, sshkeys),
	.is_list = true,
	.count_offset = offsetof(struct host, sshkeys_count),
};

static const struct ks_option rootpw_options[] = {
	{ "iscrypted", &ks_flag, offsetof(struct host_rootpw, iscrypted),
	  "The password is a hash of crypt(5)." },
	{ "plaintext", &ks_flag, offsetof(struct host_rootpw, plaintext),
	  "The password is written as it is." },
	{ "lock", &ks_flag, offsetof(struct host_rootpw, lock), "Nobody logs in with a password." },
	{ "allow-ssh", &ks_flag, offsetof(struct host_rootpw, allow_ssh),
	  "The password is good for SSH too." },
	{ "password", &ks_string, offsetof(struct host_rootpw, password), "The password.",
	  .flags = KS_POSITIONAL | KS_SECRET },
	{ 0 },
};

static int check_rootpw(const struct ks_command *command, const void *values,
			struct problems *problems)
{
	const struct host_rootpw *rootpw = values;

	if (!rootpw->lock && !rootpw->password)
		return ks_problem(command, values, NULL, problems,
				  "expected a password, or --lock");
	if (rootpw->iscrypted && rootpw->plaintext)
		return ks_problem(command, values, "plaintext", problems,
				  "contradicts --iscrypted: expected one of the two");
	if (rootpw->iscrypted && rootpw->password && rootpw->password[0] != '$')
		return ks_problem(command, values, NULL, problems,
				  "--iscrypted: the value is no hash of crypt(5) such as $y$...");
	return 0;
}

const struct ks_command host_rootpw_command = {
	.name = "rootpw",
	.help = "The password of root. There is none by default, and nobody can log in with one.",
	.options = rootpw_options,
	.size = sizeof(struct host_rootpw),
	.offset = offsetof(struct host, rootpw),
	.check = check_rootpw,
};

/* PORT or PORT:PROTOCOL; ranges as FIRST-LAST. Comes out with the protocol. */
static bool read_firewall_port(const struct ks_option *option, const char *text,
			       struct ks_value *ret)
{
	const char *colon = strchr(text, ':');
	const char *protocol = colon ? colon + 1 : "tcp";
	autofree char *ports = xstrndup(text, colon ? (size_t)(colon - text) : strlen(text));
	char *dash = strchr(ports, '-');
	long long first, last;

	(void)option;
	if (dash)
		*dash = '\0';
	if (!str_to_int(ports, 1, 65535, &first) ||
	    (dash && !str_to_int(dash + 1, first, 65535, &last)))
		return false;
	if (!streq(protocol, "tcp") && !streq(protocol, "udp"))
		return false;
	ret->text = dash ? xasprintf("%lld-%lld:%s", first, last, protocol) :
			   xasprintf("%lld:%s", first, protocol);
	return true;
}

static const struct ks_type firewall_port = { .placeholder = "PORT:PROTOCOL",
					      .read = read_firewall_port,
					      .expected = "a port such as 16514:tcp" };

static bool read_service(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	(void)option;
	for (const char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && (!strchr(":_.@-", *p) || p == text))
			return false;
	if (text[0] == '\0' || strlen(text) > 200)
		return false;
	ret->text = xstrdup(text);
	return true;
}

static const struct ks_type service = { .placeholder = "SERVICE", .read = read_service,
					.expected = "the name of a service such as sshd" };

static const struct ks_option firewall_options[] = {
	{ "enabled", &ks_flag, offsetof(struct host_firewall, enabled), "Closes all other ports." },
	{ "disabled", &ks_flag, offsetof(struct host_firewall, disabled), "No firewall." },
	{ "port", &firewall_port, offsetof(struct host_firewall, port), "Ports that stay open.",
	  .flags = KS_REPEAT, .separator = "," },
	{ "service", &service, offsetof(struct host_firewall, service),
	  "Services whose ports stay open.", .flags = KS_REPEAT, .separator = "," },
	{ "trust", &ks_interface, offsetof(struct host_firewall, trust),
	  "Devices from which everything is let in.", .flags = KS_REPEAT, .separator = "," },
	{ 0 },
};

static int check_firewall(const struct ks_command *command, const void *values,
			  struct problems *problems)
{
	const struct host_firewall *firewall = values;

	if (firewall->enabled && firewall->disabled)
		return ks_problem(command, values, "disabled", problems,
				  "contradicts --enabled: expected one of the two");
	return 0;
}

const struct ks_command host_firewall_command = {
	.name = "firewall",
	.help = "Which ports are open.",
	.options = firewall_options,
	.size = sizeof(struct host_firewall),
	.offset = offsetof(struct host, firewall),
	.check = check_firewall,
};

static const struct ks_option services_options[] = {
	{ "enabled", &service, offsetof(struct host_services, enabled), "Services to start, of docs/remote.md: libvirtd-tls, libvirtd-tcp.",
	  .separator = "," },
	{ "disabled", &service, offsetof(struct host_services, disabled), "Services to leave out.",
	  .separator = "," },
	{ 0 },
};

const struct ks_command host_services_command = {
	.name = "services",
	.help = "Which services run.",
	.options = services_options,
	.size = sizeof(struct host_services),
	.offset = offsetof(struct host, services),
};
