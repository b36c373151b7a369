// SPDX-License-Identifier: MIT
/*
 * Checks the tables themselves. A unit test of each language calls this, so that a mistake in a row
 * fails there and not on somebody's host.
 */
#include "kickstart/values.h"

static int check_fallback(const struct ks_command *command, const struct ks_option *option,
			  struct problems *problems)
{
	autofree char *why = NULL;
	void *values = xcalloc(1, command->size);
	int result = 0;

	if (option->fallback && ks_store(command, option, values, option->fallback, &why) < 0)
		result = problem(problems, "%s --%s: fallback: %s", command->name, option->name, why);
	ks_values_done(command, values);
	free(values);
	return result;
}

/* What is wrong with a row, or NULL. */
static const char *row_error(const struct ks_command *command, const struct ks_option *option)
{
	bool is_named = option->type == &ks_enum || option->type == &ks_word;

	if (!option->help || !option->help[0])
		return "no help";
	if (option->offset < sizeof(struct ks_at) || option->offset >= command->size)
		return "the offset is outside the struct, or in its ks_at";
	if (is_named != (option->names != NULL))
		return "ks_enum and ks_word have names, others have none";
	if (option->type == &ks_integer && option->min >= option->max)
		return "an integer needs a range";
	if (option->separator && option->type->storage != KS_TEXT)
		return "only texts make a list";
	if (option->flags & KS_REPEAT && !option->separator)
		return "only a list may be repeated";
	if (option->flags & KS_POSITIONAL && option->type->storage == KS_SWITCH)
		return "a switch has a name";
	if (option->flags & KS_REQUIRED && option->fallback)
		return "required and with a fallback";
	for (const struct ks_option *o = command->options; o < option; o++)
		if (streq(o->name, option->name) || o->offset == option->offset)
			return "an earlier row has this name or this offset";
	return NULL;
}

static int check_command(const struct ks_command *command, struct problems *problems)
{
	size_t rows = 0;
	int result = 0;

	if (command->refused)
		return 0;
	if (!command->help || !command->help[0])
		result = problem(problems, "%s: no help", command->name);
	if (command->size < sizeof(struct ks_at))
		return problem(problems, "%s: the struct does not begin with ks_at", command->name);
	if (command->lines_offset && command->name[0] != '%')
		result = problem(problems, "%s: only a section has lines", command->name);
	for (const struct ks_option *o = command->options; o && o->name; o++, rows++) {
		const char *error = row_error(command, o);

		if (error)
			result = problem(problems, "%s --%s: %s", command->name, o->name, error);
		else if (rows < KS_MAX_OPTIONS && check_fallback(command, o, problems) < 0)
			result = -1;
	}
	for (const struct ks_refusal *r = command->refused_options; r && r->name; r++)
		if (ks_find_option(command, r->name) || !r->reason)
			result = problem(problems, "%s --%s: refused and taken, or without a reason",
					 command->name, r->name);
	if (rows > KS_MAX_OPTIONS)
		result = problem(problems, "%s: more than %d options", command->name,
				 KS_MAX_OPTIONS);
	return result;
}

int ks_check_language(const struct ks_language *language, struct problems *problems)
{
	int result = 0;

	for (const struct ks_command *const *c = language->commands; *c; c++) {
		if (check_command(*c, problems) < 0)
			result = -1;
		if (ks_find_command(language, (*c)->name) != *c)
			result = problem(problems, "%s: two commands of this name", (*c)->name);
		if (!(*c)->refused && (*c)->offset >= language->size)
			result = problem(problems, "%s: the offset is outside the struct",
					 (*c)->name);
	}
	return result;
}
