// SPDX-License-Identifier: MIT
/* A host's kickstart: who gets in, and to what. The commands are pykickstart's. */
#include <ctype.h>

#include "host/firewall.h"
#include "host/schema.h"

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
	.help = "Nobody logs in to a host with a password, as with `rootpw --lock`: `sshkey` is the way. A password in a "
		"kickstart that other systems read, too, is checked, warned about, and of no use.",
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

/* A name that nft takes as it is: a star at its end would be any interface, a quote the end of the name. */
static bool read_trusted(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	for (const char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._-", *p))
			return false;
	return ks_interface.read(option, text, ret);
}

static const struct ks_type trusted = {
	.placeholder = "INTERFACE", .read = read_trusted,
	.expected = "an interface name such as eno1, of 15 letters, digits, dots, dashes at most",
};

static bool read_opened(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	(void)option;
	if (!host_firewall_service(text))
		return false;
	ret->text = xstrdup(text);
	return true;
}

static const struct ks_type opened = {
	.placeholder = "SERVICE", .read = read_opened,
	.expected = "ssh, libvirt-tls, libvirt, migration or vnc-server (others by --port)",
};

static const struct ks_option firewall_options[] = {
	{ "enabled", &ks_flag, offsetof(struct host_firewall, enabled),
	  "Closes all other ports, as without this command." },
	{ "disabled", &ks_flag, offsetof(struct host_firewall, disabled), "No firewall." },
	{ "port", &firewall_port, offsetof(struct host_firewall, port), "Ports that are open.",
	  .flags = KS_REPEAT, .separator = "," },
	{ "service", &opened, offsetof(struct host_firewall, service),
	  "Services whose ports are open, of docs/remote.md: ssh, libvirt-tls, libvirt, migration, vnc-server.",
	  .flags = KS_REPEAT, .separator = "," },
	{ "remove-service", &opened, offsetof(struct host_firewall, remove_service),
	  "Services whose ports are closed though they run: but for --trust, --port.",
	  .flags = KS_REPEAT, .separator = "," },
	{ "trust", &trusted, offsetof(struct host_firewall, trust),
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
	for (char **name = firewall->service; name && *name; name++)
		if (strv_contains(firewall->remove_service, *name))
			return ks_problem(command, values, "remove-service", problems,
					  "contradicts --service=%s: expected one of the two", *name);
	return 0;
}

const struct ks_command host_firewall_command = {
	.name = "firewall",
	.help = "Which ports are open. Without it: those of what the configuration turns on, and ICMP.",
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
