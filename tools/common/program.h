// SPDX-License-Identifier: MIT
/*
 * A program's command line as tables: options, operands and commands, each row both the help text and
 * the parser. argp(3) does the work below, so --help, --usage, --version, abbreviated names and
 * --option=VALUE are as everywhere in GNU.
 *
 *	struct options { const char *root; bool is_dry_run; };
 *
 *	static const struct program_option rows[] = {
 *		PROGRAM_ROOT(struct options, root),
 *		{ "dry-run", OPTION_FLAG(struct options, is_dry_run), "say what would be done, do nothing" },
 *		{ 0 },
 *	};
 *
 * A wrong command line ends the program with EXIT_PERMANENT, and --help with 0, before
 * program_parse() returns.
 */
#ifndef COMMON_PROGRAM_H
#define COMMON_PROGRAM_H

#include "common/cli.h"

enum program_type {
	PROGRAM_FLAG,   /* bool, becomes true */
	PROGRAM_TEXT,   /* const char *, of argv */
	PROGRAM_TEXTS,  /* char **, a copy of each; strv_free() it */
	PROGRAM_NUMBER, /* long long between min and max */
	PROGRAM_READ,   /* whatever read() makes of it */
};

/*
 * Reads a value into `options`, the program's own. -1 and a problem that goes on after "--name VALUE: ",
 * such as "expected ...". `text` is NULL when an optional value was left out.
 */
typedef int program_read(void *options, const char *text, struct problems *problems);

struct program_option {
	const char *name;
	enum program_type type;
	size_t offset;
	program_read *read;
	const char *argument; /* in the help; a flag has none */
	const char *help;     /* NULL: not shown */
	int letter;           /* the short form, or 0 */
	long long min, max;   /* of a number */
	bool is_optional;     /* the argument may be left out */
	int group;        /* options of one group stand together in the help */
};

/* offsetof(); a member that is not a VALUE does not compile. */
#define PROGRAM_AT(value, type, member) \
	(offsetof(type, member) + 0 * sizeof((value *){ &((type *)0)->member }))

/* What stands between a row's name and its help. */
#define OPTION_FLAG(type, member) PROGRAM_FLAG, PROGRAM_AT(bool, type, member), NULL, NULL
#define OPTION_TEXT(type, member, argument) \
	PROGRAM_TEXT, PROGRAM_AT(const char *, type, member), NULL, argument
#define OPTION_TEXTS(type, member, argument) \
	PROGRAM_TEXTS, PROGRAM_AT(char **, type, member), NULL, argument
#define OPTION_NUMBER(type, member, argument) \
	PROGRAM_NUMBER, PROGRAM_AT(long long, type, member), NULL, argument
#define OPTION_READ(function, argument) PROGRAM_READ, 0, function, argument

/* Rows that many programs have. */
#define PROGRAM_ROOT(type, member) \
	{ "root", OPTION_TEXT(type, member, "DIR"), "all paths are below DIR instead of /", 'r' }
#define PROGRAM_JSON(type, member) { "json", OPTION_FLAG(type, member), "for programs", 'j' }
#define PROGRAM_DRY_RUN(type, member) \
	{ "dry-run", OPTION_FLAG(type, member), "say what would be done, and do nothing" }

/* What stands on the command line without dashes, in this order. */
struct program_operand {
	const char *name;       /* "KICKSTART" */
	enum program_type type; /* PROGRAM_TEXT, or in the last row PROGRAM_TEXTS: all that follow */
	size_t offset;
	bool is_optional;
};

/* The first operand, when a program has commands. */
struct program_command {
	const char *name;
	const char *help;
	int (*run)(void *options, struct problems *problems); /* an exit code */
	size_t operands; /* how many of the program's operands it takes; it needs them all */
};

struct program {
	const char *doc;                        /* one sentence: what it is for */
	const struct program_option *options;   /* this and those below end with an empty row, or are NULL */
	const struct program_operand *operands; /* behind the command, if there are commands */
	const struct program_command *commands;
	const char *notes; /* below the options in the help; or NULL */
	/* When all is read: -1 and a problem when options do not go together. May be NULL. */
	int (*check)(const void *options, struct problems *problems);
	/* The help's further part, such as the rows of a table. May be NULL. */
	void (*print_notes)(FILE *out);
};

/* Fills `options`, which has the defaults. Returns the command's row, or NULL without commands. */
const struct program_command *program_parse(const struct program *program, int argc, char **argv,
					    void *options);

/* The same, then runs the command and logs its problems. An exit code. */
int program_run(const struct program *program, int argc, char **argv, void *options);

#endif
