// SPDX-License-Identifier: MIT
/*
 * roostctl's inside: one file a group of commands (ctl_hosts.c, ctl_boot.c and so on), each ending
 * in its rows; here is what they share.
 */
#ifndef APPLIANCE_CTL_H
#define APPLIANCE_CTL_H

#include <argp.h>

#include "common/json.h"

#define CTL_ARGS_MAX 2

struct ctl {
	/* From the command line; the command's own options keep their defaults when absent. */
	const char *server, *ca_file, *token_file, *state_dir;
	bool wants_json;
	const char *args[CTL_ARGS_MAX];
	int arg_count;
	const char *pool, *approval, *wanted_state, *directory;
	long long expires_s, uses_max, timeout_s;
	/* Read by ctl_connect. */
	char *url, *ca_pem, *token;
};

/* Keys of the options; a command lists those that it takes. */
enum ctl_option {
	CTL_SERVER = 256, CTL_CA, CTL_TOKEN_FILE, CTL_JSON, CTL_STATE_DIR,
	CTL_DIRECTORY, CTL_POOL, CTL_EXPIRES, CTL_USES, CTL_APPROVAL, CTL_WANTED_STATE, CTL_TIMEOUT,
};

struct ctl_command {
	const char *words;               /* "host approve" */
	const char *args;                /* for --help: "HOST" */
	int arg_count;
	const struct argp_option *options; /* its own; NULL: none */
	int (*run)(struct ctl *ctl);     /* an exit code of common/cli.h */
	const char *help;
};

/* Each ends with a row without words. */
extern const struct ctl_command ctl_host_commands[], ctl_boot_commands[], ctl_pool_commands[],
	ctl_token_commands[], ctl_client_commands[], ctl_keytab_commands[];

/* Finds server, CA and token; 0, or an exit code after saying what is missing. */
int ctl_connect(struct ctl *ctl);
void ctl_done(struct ctl *ctl);

struct ctl_call {
	const char *method;       /* NULL: GET */
	const char *content_type; /* of the body; NULL: JSON */
	const char *body;         /* NULL: none */
	size_t body_len;
};

/*
 * One call. EXIT_DONE when the answer is a success, with its body (owned by the caller) if ret is not
 * NULL. Otherwise the reason has been printed and the code says whether to try again. `call` NULL is a
 * plain GET.
 */
int ctl_exchange(struct ctl *ctl, const struct ctl_call *call, char **ret, const char *path_fmt, ...)
	printf_like(4, 5);
/* The same with a JSON object as the answer. */
int ctl_get(struct ctl *ctl, json_t **ret, const char *path_fmt, ...) printf_like(3, 4);
int ctl_send(struct ctl *ctl, const char *method, const json_t *body, json_t **ret,
	     const char *path_fmt, ...) printf_like(5, 6);
/* Sends a file ("-" is standard input) with PUT, and prints the warnings of the answer. */
int ctl_put_file(struct ctl *ctl, const char *file, const char *path_fmt, ...) printf_like(3, 4);

/* The id of the host that the first argument names; an exit code, after saying what is wrong. Owned by the caller. */
int ctl_resolve_host(struct ctl *ctl, char **ret_id);
/* The text of a field, "" when missing. Borrowed. */
const char *ctl_text(const json_t *object, const char *field);
/*
 * What a call with this code has answered: nothing unless it is EXIT_DONE, the JSON itself with --json, else what
 * `show` prints of it. Returns the code.
 */
int ctl_show(const struct ctl *ctl, int code, const json_t *answer, void (*show)(const json_t *answer));

#endif
