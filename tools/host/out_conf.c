// SPDX-License-Identifier: MIT
/*
 * Writes host.conf: what holds on this host, in the language of its sources, and where each command
 * came from. `roost-network` and the others read it with the kickstart reader.
 */
#include "host/schema.h"
#include "host/write.h"

/* Lists: each command with its own place. */
static void write_list(FILE *out, const struct ks_command *command, const struct host *host,
		       unsigned flags)
{
	const char *items = *(char *const *)((const char *)host + command->offset);
	size_t count = *(const size_t *)((const char *)host + command->count_offset);

	for (size_t i = 0; i < count; i++) {
		const struct ks_at *at = (const void *)(items + i * command->size);

		fprintf(out, "# from %s:%u\n", at->file, at->line);
		ks_write_values(out, command, at, flags);
	}
}

/* A command whose options came from several sources names them all. */
static void write_single(FILE *out, const struct ks_command *command,
			 const struct host_merged *merged, unsigned flags)
{
	const struct ks_at *at = (const void *)((const char *)&merged->host + command->offset);
	autostrv char **origins = NULL;

	for (size_t i = 0; host_keys[i].name; i++) {
		const char *origin = merged->trace[i].origin;

		if (host_keys[i].command == command && origin && !strv_contains(origins, origin))
			strv_push(&origins, origin);
	}
	if (at->line == 0 || !origins)
		return;
	for (char **origin = origins; *origin; origin++)
		fprintf(out, "# from %s\n", *origin);
	ks_write_values(out, command, at, flags);
}

void host_write_conf(FILE *out, const struct host_merged *merged, unsigned flags)
{
	const struct ks_command *done = NULL;

	fputs("# What holds on this host; written by roost-config, see `roost explain`.\n", out);
	for (const struct host_key *key = host_keys; key->name; key++) {
		/* the keys of one command stand together in the table */
		if (key->command == done)
			continue;
		done = key->command;
		if (key->command->is_list)
			write_list(out, key->command, &merged->host, flags);
		else
			write_single(out, key->command, merged, flags);
	}
}
