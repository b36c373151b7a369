// SPDX-License-Identifier: MIT
/*
 * Command lines by table: what each row reads, and what each wrong line says. Each line runs in a
 * process of its own, since a wrong one ends it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/program.h"

struct options {
	const char *root, *first;
	char **names, **rest;
	long long number;
	bool is_dry_run, is_given;
	const char *given;
};

static int read_given(void *input, const char *text, struct problems *problems)
{
	struct options *options = input;

	if (text && streq(text, "bad"))
		return problem(problems, "expected good");
	options->is_given = true;
	options->given = text;
	return 0;
}

static int check_together(const void *input, struct problems *problems)
{
	const struct options *options = input;

	return options->is_dry_run && options->is_given ?
		       problem(problems, "--dry-run does not go with --given") : 0;
}

static const struct program_option rows[] = {
	PROGRAM_ROOT(struct options, root),
	PROGRAM_DRY_RUN(struct options, is_dry_run),
	{ "name", OPTION_TEXTS(struct options, names, "NAME"), "a name, may be repeated" },
	{ "number", OPTION_NUMBER(struct options, number, "N"), "how many", 'n', 1, 9 },
	{ "given", OPTION_READ(read_given, "WHAT"), "read by a function", .is_optional = true },
	{ "hidden", OPTION_FLAG(struct options, is_dry_run), NULL },
	{ 0 },
};

static const struct program plain = {
	.doc = "Has operands.", .options = rows, .check = check_together,
	.operands = (const struct program_operand[]){
		{ "FIRST", PROGRAM_TEXT, offsetof(struct options, first) },
		{ "REST", PROGRAM_TEXTS, offsetof(struct options, rest), .is_optional = true },
		{ 0 },
	},
};

static int run_show(void *input, struct problems *problems)
{
	const struct options *options = input;

	(void)problems;
	printf("show %s\n", options->first);
	return EXIT_DONE;
}

static int run_fail(void *input, struct problems *problems)
{
	(void)input;
	problem(problems, "it failed");
	return EXIT_TEMPORARY;
}

static const struct program with_commands = {
	.doc = "Has commands.", .options = rows, .notes = "A note.",
	.operands = (const struct program_operand[]){
		{ "FIRST", PROGRAM_TEXT, offsetof(struct options, first), .is_optional = true }, { 0 },
	},
	.commands = (const struct program_command[]){
		{ "show", "show the first", run_show, 1 },
		{ "fail", "fail", run_fail, 0 },
		{ 0 },
	},
};

static void print_options(const struct options *options)
{
	autofree char *names = strv_join(options->names, "+"), *rest = strv_join(options->rest, "+");

	printf("root=%s first=%s rest=%s names=%s number=%lld%s%s%s\n", options->root, options->first, rest,
	       names, options->number, options->is_dry_run ? " dry-run" : "",
	       options->is_given ? " given=" : "", options->given ? : "");
}

/* In the child. */
static int run_line(const struct program *program, const char *line)
{
	autofree char *whole = xasprintf("prog%s%s", *line ? " " : "", line);
	autostrv char **argv = strv_split(whole, " ", false);
	struct options options = { .root = "/", .number = 5 };
	int code = EXIT_DONE;

	cli_start("prog");
	if (program->commands)
		code = program_run(program, (int)strv_len(argv), argv, &options);
	else if (!program_parse(program, (int)strv_len(argv), argv, &options))
		print_options(&options);
	strv_free(options.names);
	strv_free(options.rest);
	return code;
}

/* What the line makes the program print, on both streams; *ret_code is its exit code. */
static char *output_of(const struct program *program, const char *line, int *ret_code)
{
	char text[8192];
	size_t len = 0;
	ssize_t n;
	int fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		close(fds[1]);
		exit(run_line(program, line));
	}
	close(fds[1]);
	while (len < sizeof(text) - 1 && (n = read(fds[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	close(fds[0]);
	text[len] = '\0';
	assert_int_equal(waitpid(pid, &status, 0), pid);
	*ret_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return xstrdup(text);
}

#define TRY "Try `prog --help' or `prog --usage' for more information.\n"

static const struct {
	int line;
	const struct program *program;
	const char *arguments;
	int code;
	const char *output;
} cases[] = {
	{ __LINE__, &plain, "a", 0, "root=/ first=a rest= names= number=5\n" },
	{ __LINE__, &plain, "--root=/x -n 9 a --name n --name m b c", 0,
	  "root=/x first=a rest=b+c names=n+m number=9\n" },
	{ __LINE__, &plain, "a -- --dry-run", 0, "root=/ first=a rest=--dry-run names= number=5\n" },
	{ __LINE__, &plain, "a --dry", 0, "root=/ first=a rest= names= number=5 dry-run\n" },
	{ __LINE__, &plain, "a --hidden", 0, "root=/ first=a rest= names= number=5 dry-run\n" },
	{ __LINE__, &plain, "a --given", 0, "root=/ first=a rest= names= number=5 given=\n" },
	{ __LINE__, &plain, "a --given=x", 0, "root=/ first=a rest= names= number=5 given=x\n" },
	{ __LINE__, &plain, "", 100, "prog: FIRST was expected\n" TRY },
	{ __LINE__, &plain, "a -n 10 --given=bad", 100,
	  "prog: --number 10: expected a number from 1 to 9\n"
	  "prog: --given bad: expected good\n" TRY },
	{ __LINE__, &plain, "a --given --dry-run", 100, "prog: --dry-run does not go with --given\n" TRY },
	{ __LINE__, &plain, "a --nonsense", 100, "prog: unrecognized option '--nonsense'\n" TRY },
	{ __LINE__, &with_commands, "show x", 0, "show x\n" },
	{ __LINE__, &with_commands, "fail", 111, "prog: it failed\n" },
	{ __LINE__, &with_commands, "", 100, "prog: show or fail was expected\n" TRY },
	{ __LINE__, &with_commands, "hide x", 100,
	  "prog: hide: show or fail was expected\n" TRY },
	{ __LINE__, &with_commands, "show", 100, "prog: FIRST was expected\n" TRY },
	{ __LINE__, &with_commands, "fail x", 100, "prog: x: nothing more was expected\n" TRY },
};

static void lines_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int code;
		autofree char *output = output_of(cases[i].program, cases[i].arguments, &code);

		if (code != cases[i].code || !streq(output, cases[i].output))
			fail_msg("line %d: \"%s\" ended with %d and printed:\n%s", cases[i].line,
				 cases[i].arguments, code, output);
	}
}

static void help_has_every_row_that_is_not_hidden(void **state)
{
	static const char *const wanted[] = {
		"Usage: prog [OPTION...] COMMAND [FIRST]\nHas commands.\n", "-r, --root=DIR", "--dry-run ",
		"--name=NAME ", "-n, --number=N ", "--given[=WHAT] ",
		"\n  show   show the first\n  fail   fail\n\nA note.\n",
	};
	int code;
	autofree char *output = output_of(&with_commands, "--help", &code);

	(void)state;
	assert_int_equal(code, 0);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!strstr(output, wanted[i]))
			fail_msg("not in the help: %s\n%s", wanted[i], output);
	assert_null(strstr(output, "hidden"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read),
		cmocka_unit_test(help_has_every_row_that_is_not_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
