// SPDX-License-Identifier: MIT
/*
 * Reads the arguments of a command by its table. Every mistake is reported, none is skipped; the
 * message is "file:line: command --option: what: what was expected".
 */
#include "kickstart/values.h"

/* One command on its way from words to values. */
struct reading {
	const struct ks_command *command;
	const struct ks_item *item;
	void *values;
	struct problems *problems;
	const struct ks_option *positional; /* next row to look at for an argument without a name */
	bool is_broken;
};

/* `argument` is how the user wrote it: "--ip", "eth0"; NULL leaves it out. */
static void complain(struct reading *reading, const char *argument, const char *fmt, ...)
	printf_like(3, 4);

static void complain(struct reading *reading, const char *argument, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	problem_at(reading->problems, reading->item->file, reading->item->line, "%s%s%s: %s",
		   reading->command->name, argument ? " " : "", argument ? argument : "", text);
	reading->is_broken = true;
}

/* "--ip", or "DEVICE" for a positional one. */
static char *shown_name(const struct ks_option *option)
{
	return xasprintf("%s%s", option->flags & KS_POSITIONAL ? "" : "--", option->name);
}

const struct ks_option *ks_find_option(const struct ks_command *command, const char *name)
{
	for (const struct ks_option *o = command->options; o && o->name; o++)
		if (streq(o->name, name))
			return o;
	return NULL;
}

int ks_problem(const struct ks_command *command, const void *values, const char *option,
	       struct problems *problems, const char *fmt, ...)
{
	const struct ks_option *row = option ? ks_find_option(command, option) : NULL;
	autofree char *shown = row ? shown_name(row) : NULL;
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	return problem_at(problems, ks_at_of(values)->file, ks_at_of(values)->line, "%s%s%s: %s",
			  command->name, shown ? " " : "", shown ? shown : "", text);
}

/* Names of the options that are given with dashes; NULL-terminated, borrowed strings. */
static const char **dashed_names(const struct ks_command *command)
{
	const char **names = xcalloc(KS_MAX_OPTIONS + 1, sizeof(*names));
	size_t n = 0;

	for (const struct ks_option *o = command->options; o && o->name; o++)
		if (!(o->flags & KS_POSITIONAL))
			names[n++] = o->name;
	return names;
}

static const char *refusal_of(const struct ks_command *command, const char *name)
{
	for (const struct ks_refusal *r = command->refused_options; r && r->name; r++)
		if (streq(r->name, name))
			return r->reason;
	return NULL;
}

static void unknown_option(struct reading *reading, const char *word)
{
	autofree const char **names = dashed_names(reading->command);
	autofree char *shown = xstrndup(word, strcspn(word, "="));
	const char *bare = shown + strspn(shown, "-");
	const char *refusal = refusal_of(reading->command, bare);
	const char *nearest = ks_nearest(bare, names);

	if (refusal)
		complain(reading, shown, "refused: %s", refusal);
	else if (nearest)
		complain(reading, shown, "unknown option: did you mean --%s?", nearest);
	else if (!names[0])
		complain(reading, shown, "unknown option: %s takes no options",
			 reading->command->name);
	else {
		autofree char *all = strv_join((char **)names, " --");

		complain(reading, shown, "unknown option: expected one of --%s", all);
	}
}

/* `text` is NULL for a switch. */
static void take_value(struct reading *reading, const struct ks_option *option, const char *text)
{
	struct ks_at *at = ks_at_of(reading->values);
	uint64_t bit = ks_bit(reading->command, option);
	autofree char *shown = shown_name(option), *why = NULL;

	if (at->set & bit && !(option->flags & KS_REPEAT))
		complain(reading, shown, "given twice: expected once");
	else if (ks_store(reading->command, option, reading->values, text, &why) < 0)
		complain(reading, shown, "%s", why);
	at->set |= bit;
}

/* --name, --name=value or --name value; returns the last word that belongs to it. */
static char *const *take_option(struct reading *reading, char *const *word)
{
	const char *equals = strchr(*word, '=');
	autofree char *name = xstrndup(*word + 2, equals ? (size_t)(equals - *word) - 2 : SIZE_MAX / 2);
	const struct ks_option *option = ks_find_option(reading->command, name);
	autofree char *shown = xasprintf("--%s", name);

	if (!option || option->flags & KS_POSITIONAL) {
		unknown_option(reading, *word);
		/* its value is not a mistake of its own */
		return !equals && word[1] && word[1][0] != '-' ? word + 1 : word;
	}
	if (option->type->storage == KS_SWITCH) {
		if (equals)
			complain(reading, shown, "takes no value: expected %s alone", shown);
		take_value(reading, option, NULL);
	} else if (equals) {
		take_value(reading, option, equals + 1);
	} else if (word[1] && strncmp(word[1], "--", 2) != 0) {
		take_value(reading, option, *++word);
	} else {
		autofree char *expected = ks_expected(option);

		complain(reading, shown, "no value: expected %s", expected);
		ks_at_of(reading->values)->set |= ks_bit(reading->command, option);
	}
	return word;
}

static void take_argument(struct reading *reading, const char *word)
{
	const struct ks_option *option = reading->positional;
	autofree char *why = NULL;

	while (option && option->name && !(option->flags & KS_POSITIONAL))
		option++;
	reading->positional = option;
	if (!option || !option->name) {
		complain(reading, NULL, "unexpected argument \"%s\": expected %s", word,
			 reading->command->options ? "an option that begins with --" : "nothing");
	} else if (!ks_is_list(option)) {
		take_value(reading, option, word);
		reading->positional++;
	} else {
		if (ks_store_element(option, reading->values, word, &why) < 0)
			complain(reading, option->name, "%s", why);
		ks_at_of(reading->values)->set |= ks_bit(reading->command, option);
	}
}

static void take_words(struct reading *reading)
{
	char *const *word = reading->item->argv + 1;
	bool are_arguments = false; /* everything behind "--" */

	for (; *word; word++) {
		if (are_arguments || (*word)[0] != '-' || streq(*word, "-"))
			take_argument(reading, *word);
		else if (streq(*word, "--"))
			are_arguments = true;
		else if ((*word)[1] == '-')
			word = take_option(reading, word);
		else
			unknown_option(reading, *word);
	}
}

static void take_lines(struct reading *reading)
{
	const struct ks_item *item = reading->item;
	struct ks_lines *lines = ks_field(reading->values, reading->command->lines_offset);

	if (!item->is_section || !reading->command->lines_offset || item->lines_count == 0)
		return;
	lines->items = xcalloc(item->lines_count, sizeof(*lines->items));
	for (; lines->count < item->lines_count; lines->count++) {
		const struct ks_line *line = &item->lines[lines->count];

		lines->items[lines->count] = (struct ks_section_line){
			.text = xstrdup(line->text), .file = xstrdup(line->file),
			.line = line->line,
		};
	}
}

static void check_required(struct reading *reading)
{
	const struct ks_command *command = reading->command;

	for (const struct ks_option *o = command->options; o && o->name; o++) {
		if (o->flags & KS_REQUIRED &&
		    !(ks_at_of(reading->values)->set & ks_bit(command, o))) {
			autofree char *shown = shown_name(o), *expected = ks_expected(o);

			complain(reading, shown, "missing: expected %s", expected);
		}
	}
}

int ks_read_command(const struct ks_command *command, const struct ks_item *item, void *values,
		    struct problems *problems)
{
	struct reading reading = { .command = command, .item = item, .values = values,
				   .problems = problems, .positional = command->options };

	ks_values_start(command, values);
	ks_at_of(values)->file = xstrdup(item->file);
	ks_at_of(values)->line = item->line;
	take_words(&reading);
	check_required(&reading);
	take_lines(&reading);
	if (!reading.is_broken && command->check && command->check(command, values, problems) < 0)
		reading.is_broken = true;
	if (!reading.is_broken)
		return 0;
	ks_values_done(command, values);
	return -1;
}
