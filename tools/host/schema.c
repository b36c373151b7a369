// SPDX-License-Identifier: MIT
/*
 * The language of a host's kickstart and the keys that sources are merged by; see schema.h for the
 * commands. Everything that copies, prints or frees a struct host goes through these tables.
 */
#include "host/schema.h"

static const char no_scripts[] =
	"a host's kickstart runs no code: expected commands only";

/* Known to be sections, so that their lines are not taken for commands. */
static const struct ks_command
	pre = { .name = "%pre", .help = "Refused.", .refused = no_scripts },
	pre_install = { .name = "%pre-install", .help = "Refused.", .refused = no_scripts },
	post = { .name = "%post", .help = "Refused.", .refused = no_scripts },
	onerror = { .name = "%onerror", .help = "Refused.", .refused = no_scripts },
	traceback = { .name = "%traceback", .help = "Refused.", .refused = no_scripts },
	packages = {
		.name = "%packages", .help = "Refused.",
		.refused = "packages belong to the image: expected a host's commands only",
	};

static const struct ks_command *const commands[] = {
	&host_appliance_command, &host_network_command,
	&host_timezone_command, &host_timesource_command, &host_logging_command,
	&host_iscsiname_command, &host_iscsi_command, &host_pool_command,
	&host_rootpw_command, &host_sshkey_command, &host_firewall_command,
	&host_services_command, &host_realm_command,
	&pre, &pre_install, &post, &onerror, &traceback, &packages,
	NULL,
};

const struct ks_language host_language = {
	.name = "host",
	.title = "A host's kickstart",
	.commands = commands,
	.size = sizeof(struct host),
};

const struct host_key host_keys[] = {
	{ "hostname", &host_hostname_command, NULL },
	{ "appliance.server", &host_appliance_command, "server" },
	{ "appliance.fingerprint", &host_appliance_command, "fingerprint" },
	{ "appliance.confirm", &host_appliance_command, "confirm" },
	{ "network", &host_network_command, NULL },
	{ "timezone", &host_timezone_command, NULL },
	{ "timesource", &host_timesource_command, NULL },
	{ "logging.host", &host_logging_command, "host" },
	{ "logging.port", &host_logging_command, "port" },
	{ "logging.fingerprint", &host_logging_command, "fingerprint" },
	{ "logging.netconsole", &host_logging_command, "netconsole" },
	{ "iscsiname", &host_iscsiname_command, NULL },
	{ "iscsi", &host_iscsi_command, NULL },
	{ "pool", &host_pool_command, NULL },
	{ "rootpw", &host_rootpw_command, NULL },
	{ "sshkey", &host_sshkey_command, NULL },
	{ "firewall", &host_firewall_command, NULL },
	{ "services", &host_services_command, NULL },
	{ "realm", &host_realm_command, NULL },
	{ 0 },
};

_Static_assert(ARRAY_SIZE(host_keys) <= HOST_KEYS_MAX + 1, "HOST_KEYS_MAX is too small");

const struct host_key *host_key_find(const char *name)
{
	for (const struct host_key *key = host_keys; key->name; key++)
		if (streq(key->name, name))
			return key;
	return NULL;
}

/* The key's values within a host: `count` structs of command->size bytes. */
static void *values_of(const struct host_key *key, const struct host *host, size_t *ret_count)
{
	char *field = (char *)host + key->command->offset;

	if (key->command->is_list) {
		*ret_count = *(size_t *)((char *)host + key->command->count_offset);
		return *(void **)field;
	}
	*ret_count = ((struct ks_at *)field)->line > 0;
	return field;
}

bool host_key_is_set(const struct host_key *key, const struct host *host)
{
	size_t count;
	const void *values = values_of(key, host, &count);

	return count > 0 && (!key->option || ks_is_given(key->command, values, key->option));
}

static void copy_list(const struct ks_command *command, struct host *dest, const char *from,
		      size_t count)
{
	char **items = (char **)((char *)dest + command->offset);
	size_t *items_count = (size_t *)((char *)dest + command->count_offset);

	for (size_t i = 0; i < *items_count; i++)
		ks_values_done(command, *items + i * command->size);
	free(*items);
	*items = xcalloc(count, command->size);
	*items_count = count;
	for (size_t i = 0; i < count; i++)
		ks_values_copy(command, *items + i * command->size, from + i * command->size);
}

/* One option of a command that several sources may share; its place is the last one's. */
static void copy_option(const struct host_key *key, struct host *dest, const void *from)
{
	void *to = (char *)dest + key->command->offset;
	struct ks_at *at = to;
	const struct ks_at *from_at = from;

	if (at->line == 0) {
		/* the first option: brings the fallbacks of the others along */
		ks_values_done(key->command, to);
		ks_values_copy(key->command, to, from);
		return;
	}
	ks_copy_value(key->command, key->option, to, from);
	free(at->file);
	at->file = xstrdup(from_at->file);
	at->line = from_at->line;
}

void host_key_copy(const struct host_key *key, struct host *dest, const struct host *src)
{
	size_t count;
	const void *from = values_of(key, src, &count);
	void *to = (char *)dest + key->command->offset;

	if (key->command->is_list) {
		copy_list(key->command, dest, from, count);
	} else if (key->option) {
		copy_option(key, dest, from);
	} else {
		ks_values_done(key->command, to);
		ks_values_copy(key->command, to, from);
	}
}

char *host_key_text(const struct host_key *key, const struct host *host, unsigned flags)
{
	size_t count, len;
	const char *values = values_of(key, host, &count);
	const struct ks_option *option;
	char *text = NULL;
	FILE *out;

	if (key->option) {
		option = ks_find_option(key->command, key->option);
		text = count ? ks_value_text(option, values) : NULL;
		return text ? text : xstrdup("");
	}
	out = xopen_memstream(&text, &len);
	for (size_t i = 0; i < count; i++)
		ks_write_values(out, key->command, values + i * key->command->size, flags);
	fclose(out);
	return text;
}

char *host_key_origin(const struct host_key *key, const struct host *host)
{
	size_t count;
	const struct ks_at *at = values_of(key, host, &count);

	return count ? xasprintf("%s:%u", at->file, at->line) : NULL;
}

void host_done(struct host *host)
{
	ks_values_done(&host_hostname_command, &host->hostname);
	ks_config_done(&host_language, host);
}
