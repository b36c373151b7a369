// SPDX-License-Identifier: MIT
/*
 * The meaning of kickstart: tables that say which commands exist, which options they take, and
 * where in a plain struct each value goes. Parser, validator, writer, help and docs/kickstart.md
 * read the same table.
 *
 * An example. The owner of a language declares one struct a command, which begins with ks_at,
 * and one that holds them all:
 *
 *	struct logging { struct ks_at at; char *host; int port; };
 *	struct iscsi   { struct ks_at at; char *target; char *user; };
 *	struct config  { struct logging logging; struct iscsi *iscsi; size_t iscsi_count; };
 *
 *	static const struct ks_option logging_options[] = {
 *		{ "host", &ks_host, offsetof(struct logging, host), "where to send the log",
 *		  .flags = KS_REQUIRED },
 *		{ "port", &ks_port, offsetof(struct logging, port), "its port", .fallback = "514" },
 *		{ 0 },
 *	};
 *	static const struct ks_command logging_command = {
 *		.name = "logging", .help = "Sends the journal to another host.",
 *		.options = logging_options, .size = sizeof(struct logging),
 *		.offset = offsetof(struct config, logging),
 *	};
 *	static const struct ks_command iscsi_command = {
 *		..., .offset = offsetof(struct config, iscsi), .is_list = true,
 *		.count_offset = offsetof(struct config, iscsi_count),
 *	};
 *	static const struct ks_command *const commands[] = { &iscsi_command, &logging_command, NULL };
 *	const struct ks_language language = { .name = "host", .commands = commands,
 *		.size = sizeof(struct config) };
 *
 *	struct config config;
 *	if (ks_read(&language, document, &config, problems) == 0) {
 *		...
 *		ks_config_done(&language, &config);
 *	}
 */
#ifndef KICKSTART_OPTIONS_H
#define KICKSTART_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "kickstart/parse.h"

/* First member of every command's struct. line 0 (and a NULL file) means that it was not given. */
struct ks_at {
	char *file;
	unsigned line;
	uint64_t set;           /* bit i: options[i] was given */
};

enum ks_storage {
	KS_TEXT,                /* char *, owned, normalised; NULL when not given */
	KS_NUMBER,              /* int */
	KS_SWITCH,              /* bool; the option takes no value */
};

struct ks_option;

struct ks_value {
	char *text;             /* KS_TEXT: owned */
	int number;             /* KS_NUMBER */
};

/* A kind of value. Owners add their own beside the ones below. */
struct ks_type {
	const char *placeholder; /* in help: "ADDRESS" */
	const char *expected;    /* in messages: "an IPv4 address such as 192.0.2.10" */
	enum ks_storage storage;
	/* False when text is no such value. NULL takes any text that is not empty. */
	bool (*read)(const struct ks_option *option, const char *text, struct ks_value *ret);
};

extern const struct ks_type ks_flag;     /* bool; no value */
extern const struct ks_type ks_string;   /* any text but the empty one */
extern const struct ks_type ks_text;     /* any text, also the empty one */
extern const struct ks_type ks_integer;  /* int, option.min to option.max */
extern const struct ks_type ks_boolean;  /* int 0 or 1: yes/no, true/false, on/off */
extern const struct ks_type ks_enum;     /* int: index of the name in option.names */
extern const struct ks_type ks_word;     /* text: one of option.names */
extern const struct ks_type ks_ipv4;     /* text, canonical */
extern const struct ks_type ks_ipv6;
extern const struct ks_type ks_ip;       /* either */
extern const struct ks_type ks_ipv6_prefix; /* address/length */
extern const struct ks_type ks_netmask;  /* text: dotted, contiguous; a prefix length is turned into it */
extern const struct ks_type ks_mac;      /* text: lower case, with colons */
extern const struct ks_type ks_hostname; /* RFC 1123 name, 253 characters at most */
extern const struct ks_type ks_host;     /* name or address */
extern const struct ks_type ks_host_port; /* name or address with an optional :port; [v6]:port */
extern const struct ks_type ks_port;     /* int, 1 to 65535 */
extern const struct ks_type ks_interface; /* network interface name, IFNAMSIZ - 1 characters at most */
extern const struct ks_type ks_path;     /* absolute, without . and .. */
extern const struct ks_type ks_url;      /* http, https or file */
extern const struct ks_type ks_http_url; /* http or https */
extern const struct ks_type ks_iqn;      /* iSCSI name: iqn., eui. or naa. (RFC 3720 section 3.2.6.3) */
extern const struct ks_type ks_key_value; /* key=value */
/*
 * Kernel arguments that mean the same to every boot loader: GRUB's shell means something by
 * $ ; & | < > # { } ( ) \ and quotes, and by * and ? in file names; iPXE by ${}.
 */
extern const struct ks_type ks_kernel_arguments;
#define KERNEL_ARGUMENT_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" \
	".-_ !%+,/:=@[]~"

enum ks_option_flags {
	KS_REQUIRED = 1 << 0,
	KS_REPEAT = 1 << 1,     /* may be given several times; needs a separator: values add up */
	KS_POSITIONAL = 1 << 2, /* an argument without a name; `name` is its word in messages */
	KS_SECRET = 1 << 3,     /* kept out of messages, and out of dumps made with KS_HIDE_SECRETS */
};

/* One option. Arrays of them end with a row whose name is NULL; at most 64. */
struct ks_option {
	const char *name;       /* without dashes */
	const struct ks_type *type;
	size_t offset;          /* in the command's struct */
	const char *help;
	unsigned flags;
	/* Not NULL: a list (char ** at offset) of the type's texts, e.g. ",". A positional list takes
	 * all arguments that are left. */
	const char *separator;
	const char *fallback;   /* the value when the option is not given, as text */
	int min, max;           /* ks_integer */
	const char *const *names; /* ks_enum, ks_word; NULL-terminated */
	const char *placeholder; /* instead of the type's */
	const char *expected;   /* instead of the type's */
};

/* An option that others' kickstarts have, and why this reader does not take it. */
struct ks_refusal {
	const char *name;       /* without dashes */
	const char *reason;     /* and what was expected instead */
};

struct ks_command {
	const char *name;       /* "network"; a section begins with % */
	const char *help;       /* whole sentences; the first paragraph of its documentation */
	const struct ks_option *options; /* NULL: takes none */
	const struct ks_refusal *refused_options; /* ends with a row without a name; NULL: none */
	size_t size;            /* of the command's struct */
	size_t offset;          /* of it, or of the pointer to the first one, in the language's struct */
	bool is_list;           /* may be given several times */
	size_t count_offset;    /* is_list: of a size_t in the language's struct */
	size_t lines_offset;    /* a section: of a struct ks_lines in the command's struct */
	const char *refused;    /* not NULL: known, and refused for this reason */
	/* Rules between options, after each was read alone. May be NULL. Use ks_problem. */
	int (*check)(const struct ks_command *command, const void *values,
		     struct problems *problems);
};

/* The lines of a section, owned by the command's struct. */
struct ks_lines {
	struct ks_section_line {
		char *text;
		char *file;
		unsigned line;
	} *items;
	size_t count;
};

struct ks_language {
	const char *name;       /* "host", "image": for the documentation */
	const char *title;
	const struct ks_command *const *commands; /* NULL-terminated */
	size_t size;            /* of the struct that holds every command's values */
};

/*
 * Reads a document into `config` (of language->size bytes; what it held is overwritten). 0, or -1
 * with every problem found; then nothing needs to be freed and config is all zeroes.
 */
int ks_read(const struct ks_language *language, const struct ks_document *document, void *config,
	    struct problems *problems);
/* Frees what ks_read filled in and zeroes it. */
void ks_config_done(const struct ks_language *language, void *config);

/* One item into one command's struct (overwritten; fallbacks applied). For owners of other containers. */
int ks_read_command(const struct ks_command *command, const struct ks_item *item, void *values,
		    struct problems *problems);
/* Frees a command's values and zeroes them. */
void ks_values_done(const struct ks_command *command, void *values);
/* Deep copy; dest is overwritten. */
void ks_values_copy(const struct ks_command *command, void *dest, const void *src);

const struct ks_command *ks_find_command(const struct ks_language *language, const char *name);
const struct ks_option *ks_find_option(const struct ks_command *command, const char *name);
/* Whether the option was given in the text (a fallback does not count). */
bool ks_is_given(const struct ks_command *command, const void *values, const char *option);
/* The value as text, as it would be written; owned by the caller; NULL when there is none. */
char *ks_value_text(const struct ks_option *option, const void *values);
/* Sets a value from text, as if it had been given. For sources that are not kickstarts, such as the
 * kernel command line. `where` begins the message. */
int ks_set_value(const struct ks_command *command, void *values, const char *option,
		 const char *text, const char *where, struct problems *problems);
/* Copies one option's value and its "given" bit. */
void ks_copy_value(const struct ks_command *command, const char *option, void *dest,
		   const void *src);

/* "file:line: command --option: text". option NULL leaves it out. Returns -1. */
int ks_problem(const struct ks_command *command, const void *values, const char *option,
	       struct problems *problems, const char *fmt, ...) printf_like(5, 6);

enum ks_write_flags {
	KS_HIDE_SECRETS = 1 << 0, /* print secrets as "***": for people, not for parsing back */
};

/* The command as text: name, given options in the table's order, positionals, lines; normalised. */
void ks_write_values(FILE *out, const struct ks_command *command, const void *values,
		     unsigned flags);
/* Every command that was given, in the table's order. */
void ks_write_config(FILE *out, const struct ks_language *language, const void *config,
		     unsigned flags);

/* Help for a terminal, and the language's chapter of docs/kickstart.md. */
void ks_print_help(FILE *out, const struct ks_command *command);
void ks_print_markdown(FILE *out, const struct ks_language *language);

/* The nearest of NULL-terminated names for "did you mean", or NULL when none is near. */
const char *ks_nearest(const char *word, const char *const *names);
/* What is wrong with a table itself (no help, two rows of one name, 65 options, ...): for unit tests. */
int ks_check_language(const struct ks_language *language, struct problems *problems);

#endif
