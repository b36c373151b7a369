// SPDX-License-Identifier: MIT
/* Writes values back as kickstart text, normalised: reading the output gives the same values. */
#include "kickstart/values.h"

static bool is_given(const struct ks_command *command, const struct ks_option *option,
		     const void *values)
{
	return ks_at_of(values)->set & ks_bit(command, option);
}

static void write_option(FILE *out, const struct ks_option *option, const void *values,
			 unsigned flags)
{
	bool is_hidden = option->flags & KS_SECRET && flags & KS_HIDE_SECRETS;
	autofree char *text = is_hidden ? xstrdup("***") : ks_value_text(option, values);
	autofree char *word = NULL;

	if (option->type->storage == KS_SWITCH) {
		if (*(const bool *)ks_field(values, option->offset))
			fprintf(out, " --%s", option->name);
		return;
	}
	word = xasprintf("--%s=%s", option->name, text ? text : "");
	putc(' ', out);
	ks_write_word(out, word);
}

/* A word that begins with a dash would be read as an option: "--" goes in front of the first one. */
static void write_argument(FILE *out, const char *word, bool *are_arguments)
{
	if (word[0] == '-' && word[1] != '\0' && !*are_arguments) {
		fputs(" --", out);
		*are_arguments = true;
	}
	putc(' ', out);
	ks_write_word(out, word);
}

static void write_positional(FILE *out, const struct ks_option *option, const void *values,
			     unsigned flags, bool *are_arguments)
{
	autofree char *text = NULL;

	if (option->flags & KS_SECRET && flags & KS_HIDE_SECRETS) {
		write_argument(out, "***", are_arguments);
		return;
	}
	if (ks_is_list(option)) {
		char *const *list = *(char **const *)ks_field(values, option->offset);

		for (; list && *list; list++)
			write_argument(out, *list, are_arguments);
		return;
	}
	text = ks_value_text(option, values);
	if (text)
		write_argument(out, text, are_arguments);
}

static void write_lines(FILE *out, const struct ks_command *command, const void *values)
{
	const struct ks_lines *lines;

	if (command->name[0] != '%')
		return;
	lines = ks_field(values, command->lines_offset);
	for (size_t i = 0; command->lines_offset && i < lines->count; i++)
		fprintf(out, "%s\n", lines->items[i].text);
	fputs("%end\n", out);
}

void ks_write_values(FILE *out, const struct ks_command *command, const void *values,
		     unsigned flags)
{
	bool are_arguments = false;

	fputs(command->name, out);
	for (const struct ks_option *o = command->options; o && o->name; o++)
		if (!(o->flags & KS_POSITIONAL) && is_given(command, o, values))
			write_option(out, o, values, flags);
	for (const struct ks_option *o = command->options; o && o->name; o++)
		if (o->flags & KS_POSITIONAL && is_given(command, o, values))
			write_positional(out, o, values, flags, &are_arguments);
	putc('\n', out);
	write_lines(out, command, values);
}

static void write_list(FILE *out, const struct ks_command *command, const void *config,
		       unsigned flags)
{
	const void *list = *(void *const *)ks_field(config, command->offset);
	size_t count = *(const size_t *)ks_field(config, command->count_offset);

	for (size_t i = 0; i < count; i++)
		ks_write_values(out, command, ks_field(list, i * command->size), flags);
}

void ks_write_config(FILE *out, const struct ks_language *language, const void *config,
		     unsigned flags)
{
	for (const struct ks_command *const *c = language->commands; *c; c++) {
		const void *values = ks_field(config, (*c)->offset);

		if ((*c)->refused)
			continue;
		if ((*c)->is_list)
			write_list(out, *c, config, flags);
		else if (ks_at_of(values)->line != 0 || ks_at_of(values)->set != 0)
			ks_write_values(out, *c, values, flags);
	}
}
