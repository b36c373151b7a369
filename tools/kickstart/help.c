// SPDX-License-Identifier: MIT
/*
 * What people read about the tables: help on a terminal, the chapter of docs/kickstart.md, and the
 * words for "what was expected".
 */
#include "kickstart/values.h"

static char *names_of(const struct ks_option *option, const char *separator)
{
	return strv_join((char *const *)option->names, separator);
}

static char *expected_element(const struct ks_option *option)
{
	if (option->expected)
		return xstrdup(option->expected);
	if (option->type == &ks_integer)
		return xasprintf("a whole number from %d to %d", option->min, option->max);
	if (option->names) {
		autofree char *names = names_of(option, ", ");

		return xasprintf("one of %s", names);
	}
	return xstrdup(option->type->expected ? option->type->expected : "nothing");
}

char *ks_expected(const struct ks_option *option)
{
	autofree char *element = expected_element(option);

	/* a row's own words speak of the whole list already */
	if (!ks_is_list(option) || option->flags & KS_POSITIONAL || option->expected)
		return take_ptr(element);
	return xasprintf("%s, or several separated by \"%c\"", element, option->separator[0]);
}

char *ks_placeholder(const struct ks_option *option)
{
	autofree char *one = NULL;

	if (option->placeholder)
		return xstrdup(option->placeholder);
	one = option->names ? names_of(option, "|") : xstrdup(option->type->placeholder);
	if (!ks_is_list(option))
		return take_ptr(one);
	if (option->flags & KS_POSITIONAL)
		return xasprintf("%s...", one);
	return xasprintf("%s%c...", one, option->separator[0]);
}

/* "--port=PORT", "--noipv4", "KEY" */
static char *usage_of(const struct ks_option *option)
{
	autofree char *placeholder = ks_placeholder(option);

	if (option->flags & KS_POSITIONAL)
		return xasprintf("%s%s", option->name, ks_is_list(option) ? "..." : "");
	if (option->type->storage == KS_SWITCH)
		return xasprintf("--%s", option->name);
	return xasprintf("--%s=%s", option->name, placeholder);
}

/* What else the table knows about a row, in parentheses; "" when nothing. */
static char *remark_of(const struct ks_option *option)
{
	autostrv char **remarks = NULL;
	autofree char *text = NULL;

	if (option->flags & KS_REQUIRED)
		strv_push(&remarks, "required");
	if (option->type == &ks_integer)
		strv_pushf(&remarks, "%d to %d", option->min, option->max);
	if (option->fallback)
		strv_pushf(&remarks, "default %s", option->fallback);
	if (option->flags & KS_REPEAT)
		strv_push(&remarks, "may be repeated");
	if (!remarks)
		return xstrdup("");
	text = strv_join(remarks, ", ");
	return xasprintf(" (%s)", text);
}

static void print_synopsis(FILE *out, const struct ks_command *command)
{
	fputs(command->name, out);
	for (const struct ks_option *o = command->options; o && o->name; o++) {
		autofree char *usage = usage_of(o);

		fprintf(out, o->flags & KS_REQUIRED ? " %s" : " [%s]", usage);
	}
	putc('\n', out);
	if (command->name[0] == '%')
		fputs("...\n%end\n", out);
}

void ks_print_help(FILE *out, const struct ks_command *command)
{
	print_synopsis(out, command);
	fprintf(out, "\n%s\n\n", command->help);
	for (const struct ks_option *o = command->options; o && o->name; o++) {
		autofree char *usage = usage_of(o), *remark = remark_of(o);

		fprintf(out, "  %-30s %s%s\n", usage, o->help, remark);
	}
}

/* A cell of a Markdown table: | would end it. */
static void print_cell(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '|')
			putc('\\', out);
		putc(*text, out);
	}
}

static void print_row(FILE *out, const struct ks_option *option)
{
	autofree char *usage = usage_of(option), *remark = remark_of(option);

	fputs("| `", out);
	print_cell(out, usage);
	fputs("` | ", out);
	print_cell(out, option->help);
	print_cell(out, remark);
	fputs(" |\n", out);
}

static void print_command(FILE *out, const struct ks_command *command)
{
	fprintf(out, "\n### %s\n\n", command->name);
	if (command->refused) {
		fprintf(out, "Refused: %s.\n", command->refused);
		return;
	}
	fprintf(out, "%s%s\n", command->help, command->is_list ? " May be given several times." : "");
	if (!command->options || !command->options->name)
		return;
	fputs("\n| option | meaning |\n|---|---|\n", out);
	for (const struct ks_option *o = command->options; o->name; o++)
		print_row(out, o);
	for (const struct ks_refusal *r = command->refused_options; r && r->name; r++)
		fprintf(out, "| `--%s` | Refused: %s. |\n", r->name, r->reason);
}

void ks_print_markdown(FILE *out, const struct ks_language *language)
{
	fprintf(out, "## %s\n", language->title);
	for (const struct ks_command *const *c = language->commands; *c; c++)
		print_command(out, *c);
}
