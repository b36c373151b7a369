// SPDX-License-Identifier: MIT
/* A program's command line as tables, by argp; see program.h. */
#include "common/file.h"
#include "common/program.h"

#define KEY_FIRST 256 /* of the options without a letter: above all characters */

struct parsing {
	const struct program *program;
	void *options;
	const struct program_command *command;
	size_t operand; /* the row of the next one */
	struct problems problems;
};

static size_t option_count(const struct program *program)
{
	size_t count = 0;

	while (program->options && program->options[count].name)
		count++;
	return count;
}

static int option_key(const struct program *program, const struct program_option *option)
{
	return option->letter ? option->letter : KEY_FIRST + (int)(option - program->options);
}

static const struct program_option *option_of_key(const struct program *program, int key)
{
	for (size_t i = 0; i < option_count(program); i++)
		if (option_key(program, &program->options[i]) == key)
			return &program->options[i];
	return NULL;
}

/* Owned by the caller, ends with an empty row. */
static struct argp_option *argp_rows(const struct program *program)
{
	size_t count = option_count(program);
	struct argp_option *rows = xcalloc(count + 1, sizeof(*rows));

	for (size_t i = 0; i < count; i++) {
		const struct program_option *option = &program->options[i];

		rows[i] = (struct argp_option){
			.name = option->name, .key = option_key(program, option),
			.arg = option->argument, .doc = option->help, .group = option->group,
			.flags = (option->help ? 0 : OPTION_HIDDEN) |
				 (option->is_optional ? OPTION_ARG_OPTIONAL : 0),
		};
	}
	return rows;
}

/* ---- Help ---------------------------------------------------------------------------------------- */

static void print_commands(const struct program_command *commands, FILE *out)
{
	int width = 0;

	for (const struct program_command *row = commands; row->name; row++)
		width = width < (int)strlen(row->name) ? (int)strlen(row->name) : width;
	for (const struct program_command *row = commands; row->name; row++)
		fprintf(out, "  %-*s   %s\n", width, row->name, row->help);
}

/* argp's: what stands above the options, \v, what stands below. Owned by the caller. */
static char *doc_text(const struct program *program)
{
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	fputs(program->doc, out);
	if (program->commands || program->notes || program->print_notes)
		fputs("\v", out);
	if (program->commands)
		print_commands(program->commands, out);
	if (program->commands && program->notes)
		fputs("\n", out);
	fputs(program->notes ? : "", out);
	if (program->print_notes)
		program->print_notes(out);
	fclose(out);
	return text;
}

static char *operands_text(const struct program *program)
{
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	if (program->commands)
		fputs("COMMAND", out);
	for (const struct program_operand *row = program->operands; row && row->name; row++)
		fprintf(out, row->is_optional ? "%s[%s%s]" : "%s%s%s", ftell(out) ? " " : "", row->name,
			row->type == PROGRAM_TEXTS ? "..." : "");
	fclose(out);
	return text;
}

/* "apply, watch or wait-online". Owned by the caller. */
static char *command_names(const struct program_command *commands)
{
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	for (const struct program_command *row = commands; row->name; row++)
		fprintf(out, "%s%s", row == commands ? "" : row[1].name ? ", " : " or ", row->name);
	fclose(out);
	return text;
}

/* ---- Values -------------------------------------------------------------------------------------- */

static int read_value(const struct program_option *option, void *options, const char *text,
		      struct problems *problems)
{
	char *place = (char *)options + option->offset;

	switch (option->type) {
	case PROGRAM_FLAG:
		*(bool *)place = true;
		return 0;
	case PROGRAM_TEXT:
		*(const char **)place = text;
		return 0;
	case PROGRAM_TEXTS:
		strv_push((char ***)place, text);
		return 0;
	case PROGRAM_NUMBER:
		if (str_to_int(text, option->min, option->max, (long long *)place))
			return 0;
		return problem(problems, "expected a number from %lld to %lld", option->min, option->max);
	case PROGRAM_READ:
		return option->read(options, text, problems);
	}
	return -1;
}

static void set_option(struct parsing *parsing, const struct program_option *option, const char *text)
{
	autoproblems struct problems problems = { 0 };

	if (read_value(option, parsing->options, text, &problems) < 0)
		problem(&parsing->problems, "--%s %s: %s", option->name, text ? : "", problems.items[0]);
}

/* What stands behind an unknown command cannot be judged, and is passed over. */
static void set_command(struct parsing *parsing, const char *name, struct argp_state *state)
{
	autofree char *names = command_names(parsing->program->commands);

	for (const struct program_command *row = parsing->program->commands; row->name; row++)
		if (streq(row->name, name)) {
			parsing->command = row;
			return;
		}
	problem(&parsing->problems, "%s: %s was expected", name, names);
	state->next = state->argc;
}

static bool takes_operand(const struct parsing *parsing)
{
	const struct program_operand *rows = parsing->program->operands;

	return rows && rows[parsing->operand].name &&
	       (!parsing->command || parsing->operand < parsing->command->operands);
}

static void set_operand(struct parsing *parsing, const char *text)
{
	const struct program_operand *row;
	char *place;

	if (!takes_operand(parsing)) {
		problem(&parsing->problems, "%s: nothing more was expected", text);
		return;
	}
	row = &parsing->program->operands[parsing->operand];
	place = (char *)parsing->options + row->offset;
	if (row->type == PROGRAM_TEXTS) {
		strv_push((char ***)place, text);
	} else {
		*(const char **)place = text;
		parsing->operand++;
	}
}

static void find_missing(struct parsing *parsing)
{
	const struct program *program = parsing->program;

	if (program->commands && !parsing->command) {
		autofree char *names = command_names(program->commands);

		problem(&parsing->problems, "%s was expected", names);
	}
	for (size_t i = parsing->operand; program->operands && program->operands[i].name; i++)
		if (parsing->command ? i < parsing->command->operands : !program->operands[i].is_optional)
			problem(&parsing->problems, "%s was expected", program->operands[i].name);
}

/* All that is wrong at once. */
static void check_end(struct parsing *parsing, const struct argp_state *state)
{
	const struct program *program = parsing->program;

	if (!problems_count(&parsing->problems))
		find_missing(parsing);
	if (!problems_count(&parsing->problems) && program->check)
		(void)program->check(parsing->options, &parsing->problems);
	if (!problems_count(&parsing->problems))
		return;
	for (char **item = parsing->problems.items; *item; item++)
		fprintf(stderr, "%s: %s\n", state->name, *item);
	argp_state_help(state, stderr, ARGP_HELP_STD_ERR & ~ARGP_HELP_USAGE);
}

/* ---- The parser ---------------------------------------------------------------------------------- */

static error_t on_key(int key, char *arg, struct argp_state *state)
{
	struct parsing *parsing = state->input;
	const struct program_option *option = option_of_key(parsing->program, key);

	if (option)
		set_option(parsing, option, arg);
	else if (key == ARGP_KEY_ARG && parsing->program->commands && !parsing->command)
		set_command(parsing, arg, state);
	else if (key == ARGP_KEY_ARG)
		set_operand(parsing, arg);
	else if (key == ARGP_KEY_END)
		check_end(parsing, state);
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

const struct program_command *program_parse(const struct program *program, int argc, char **argv,
					    void *options)
{
	autofree char *doc = doc_text(program), *operands = operands_text(program);
	autofree struct argp_option *rows = argp_rows(program);
	const struct argp argp = { .options = rows, .parser = on_key, .args_doc = operands, .doc = doc };
	struct parsing parsing = { .program = program, .options = options };

	argp_parse(&argp, argc, argv, 0, NULL, &parsing);
	return parsing.command;
}

int program_run(const struct program *program, int argc, char **argv, void *options)
{
	const struct program_command *command = program_parse(program, argc, argv, options);
	autoproblems struct problems problems = { 0 };

	return cli_fail(&problems, command->run(options, &problems));
}
