// SPDX-License-Identifier: MIT
/* Reads a whole document by a table of commands, and frees the result. */
#include "kickstart/values.h"

const struct ks_command *ks_find_command(const struct ks_language *language, const char *name)
{
	for (const struct ks_command *const *c = language->commands; *c; c++)
		if (streq((*c)->name, name))
			return *c;
	return NULL;
}

static int unknown_command(const struct ks_language *language, const struct ks_item *item,
			   struct problems *problems)
{
	autostrv char **names = NULL;
	autofree char *all = NULL;
	const char *nearest;

	for (const struct ks_command *const *c = language->commands; *c; c++)
		if (!(*c)->refused)
			strv_push(&names, (*c)->name);
	strv_sort(names);
	all = strv_join(names, ", ");
	nearest = names ? ks_nearest(item->argv[0], (const char *const *)names) : NULL;
	if (nearest)
		return problem_at(problems, item->file, item->line,
				  "%s: unknown %s: did you mean %s?", item->argv[0],
				  item->is_section ? "section" : "command", nearest);
	return problem_at(problems, item->file, item->line, "%s: unknown %s: expected one of %s",
			  item->argv[0], item->is_section ? "section" : "command", all);
}

static int read_once(const struct ks_command *command, const struct ks_item *item, void *config,
		     struct problems *problems)
{
	void *values = ks_field(config, command->offset);
	const struct ks_at *at = ks_at_of(values);

	if (at->line != 0)
		return problem_at(problems, item->file, item->line,
				  "%s: given twice: the first one is at %s:%u", command->name,
				  at->file, at->line);
	ks_values_done(command, values); /* the fallbacks; reading fills them in again */
	if (ks_read_command(command, item, values, problems) == 0)
		return 0;
	/* remembered, so that a second one is still a duplicate */
	*ks_at_of(values) = (struct ks_at){ .file = xstrdup(item->file), .line = item->line };
	return -1;
}

/* Room for n elements is the power of two at or above n. */
static int read_next(const struct ks_command *command, const struct ks_item *item, void *config,
		     struct problems *problems)
{
	void **list = ks_field(config, command->offset);
	size_t *count = ks_field(config, command->count_offset);
	size_t n = *count;

	if ((n & (n - 1)) == 0)
		*list = xreallocarray(*list, n ? n * 2 : 1, command->size);
	if (ks_read_command(command, item, ks_field(*list, n * command->size), problems) < 0)
		return -1;
	(*count)++;
	return 0;
}

static int read_item(const struct ks_language *language, const struct ks_item *item, void *config,
		     struct problems *problems)
{
	const struct ks_command *command = ks_find_command(language, item->argv[0]);

	if (!command)
		return unknown_command(language, item, problems);
	if (command->refused)
		return problem_at(problems, item->file, item->line, "%s: refused: %s",
				  command->name, command->refused);
	return command->is_list ? read_next(command, item, config, problems) :
				  read_once(command, item, config, problems);
}

int ks_read(const struct ks_language *language, const struct ks_document *document, void *config,
	    struct problems *problems)
{
	int result = 0;

	memset(config, 0, language->size);
	for (const struct ks_command *const *c = language->commands; *c; c++)
		if (!(*c)->refused && !(*c)->is_list)
			ks_values_start(*c, ks_field(config, (*c)->offset));
	for (size_t i = 0; i < document->items_count; i++)
		if (read_item(language, &document->items[i], config, problems) < 0)
			result = -1;
	if (result < 0)
		ks_config_done(language, config);
	return result;
}

static void list_done(const struct ks_command *command, void *config)
{
	void **list = ks_field(config, command->offset);
	size_t *count = ks_field(config, command->count_offset);

	for (size_t i = 0; i < *count; i++)
		ks_values_done(command, ks_field(*list, i * command->size));
	free(*list);
	*list = NULL;
	*count = 0;
}

void ks_config_done(const struct ks_language *language, void *config)
{
	for (const struct ks_command *const *c = language->commands; *c; c++) {
		if ((*c)->refused)
			continue;
		if ((*c)->is_list)
			list_done(*c, config);
		else
			ks_values_done(*c, ks_field(config, (*c)->offset));
	}
	memset(config, 0, language->size);
}
