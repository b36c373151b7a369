// SPDX-License-Identifier: MIT
/*
 * roostctl: what operators ask of the appliance, over its admin address. Options that say where the
 * appliance is may stand before or behind the command; those of a command stand behind it.
 */
#include "appliance/ctl.h"
#include "common/cli.h"
#include "common/file.h"

#define STATE_ROW { "state", CTL_STATE_DIR, "DIR", 0, "the appliance's state folder, for address, " \
		    "authority and token at once (ROOST_STATE)", 0 }

static const struct argp_option connection_options[] = {
	{ "server", CTL_SERVER, "URL", 0, "the admin address, https://HOST:PORT (ROOST_ADMIN)", 0 },
	{ "ca", CTL_CA, "FILE", 0, "the appliance's authority, PEM (ROOST_CA)", 0 },
	{ "token-file", CTL_TOKEN_FILE, "FILE", 0, "the admin token (ROOST_TOKEN_FILE)", 0 },
	{ "json", CTL_JSON, NULL, 0, "for programs", 0 },
	{ 0 },
};

static const struct argp_option state_options[] = { STATE_ROW, { 0 } };

/* ---- Reading options ---------------------------------------------------------------------------- */

static void parse_number(struct argp_state *state, const char *text, long long min, long long max,
			 long long *ret)
{
	if (!str_to_int(text, min, max, ret))
		argp_error(state, "%s: expected a number from %lld to %lld", text, min, max);
}

/* "90s", "30m", "12h", "7d", "never"; a number alone is seconds. */
static void parse_time(struct argp_state *state, const char *text, long long *ret_s)
{
	static const struct {
		char unit;
		long long seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	size_t len = strlen(text);
	autofree char *digits = xstrdup(text);
	long long factor = 1, value;

	if (streq(text, "never")) {
		*ret_s = 0;
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (len > 1 && text[len - 1] == units[i].unit) {
			digits[len - 1] = '\0';
			factor = units[i].seconds;
		}
	}
	if (!str_to_int(digits, 1, 3650LL * 86400 / factor, &value))
		argp_error(state, "--expires %s: expected a time such as 30m, 12h or 7d", text);
	else
		*ret_s = value * factor;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct ctl *ctl = state->input;

	switch (key) {
	case CTL_SERVER:
		ctl->server = arg;
		break;
	case CTL_CA:
		ctl->ca_file = arg;
		break;
	case CTL_TOKEN_FILE:
		ctl->token_file = arg;
		break;
	case CTL_JSON:
		ctl->wants_json = true;
		break;
	case CTL_STATE_DIR:
		ctl->state_dir = arg;
		break;
	case CTL_DIRECTORY:
		ctl->directory = arg;
		break;
	case CTL_POOL:
		ctl->pool = arg;
		break;
	case CTL_EXPIRES:
		parse_time(state, arg, &ctl->expires_s);
		break;
	case CTL_USES:
		parse_number(state, arg, 0, 1000000000, &ctl->uses_max);
		break;
	case CTL_APPROVAL:
		ctl->approval = arg;
		break;
	case CTL_WANTED_STATE:
		ctl->wanted_state = arg;
		break;
	case CTL_TIMEOUT:
		parse_number(state, arg, 0, 86400, &ctl->timeout_s);
		break;
	case ARGP_KEY_ARG:
		if (ctl->arg_count == CTL_ARGS_MAX)
			argp_usage(state);
		ctl->args[ctl->arg_count++] = arg;
		break;
	case ARGP_KEY_INIT:
		for (int i = 0; state->root_argp->children && state->root_argp->children[i].argp; i++)
			state->child_inputs[i] = ctl;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* For children: options only, the arguments are the parent's. */
static error_t parse_child(int key, char *arg, struct argp_state *state)
{
	bool is_option = key >= CTL_SERVER && key <= CTL_STATE_DIR;

	return is_option ? parse_option(key, arg, state) : ARGP_ERR_UNKNOWN;
}

static const struct argp connection_parser = { connection_options, parse_child, 0, 0, 0, 0, 0 };
static const struct argp state_parser = { state_options, parse_child, 0, 0, 0, 0, 0 };

/* ---- Commands ----------------------------------------------------------------------------------- */

static int print_fingerprint(struct ctl *ctl)
{
	autoproblems struct problems problems = { 0 };
	const char *folder = ctl->state_dir ? ctl->state_dir : getenv("ROOST_STATE");
	autofree char *path = path_join(folder ? folder : "/var/lib/roost",
					"endpoints.json");
	autojson json_t *value = json_read_file(path, 65536, &problems);

	if (!value)
		return cli_fail(&problems, EXIT_PERMANENT);
	if (ctl->wants_json)
		json_print(value, stdout);
	else
		printf("%s\n", ctl_text(value, "fingerprint"));
	return EXIT_DONE;
}

static const struct ctl_command own_commands[] = {
	{ "fingerprint", "", 0, NULL, print_fingerprint,
	  "the authority's SHA-256: roost.fingerprint=" },
	{ 0 },
};

static const struct ctl_command *const groups[] = {
	ctl_host_commands, ctl_boot_commands, ctl_pool_commands, ctl_token_commands, ctl_client_commands,
	ctl_keytab_commands, own_commands,
};

/* Whether argv begins with the command's words; *ret_used is their number. */
static bool begins_with(const struct ctl_command *command, int argc, char **argv, int *ret_used)
{
	autostrv char **words = strv_split(command->words, " ", false);
	int count = (int)strv_len(words);

	if (argc < count)
		return false;
	for (int i = 0; i < count; i++)
		if (!streq(argv[i], words[i]))
			return false;
	*ret_used = count;
	return true;
}

static const struct ctl_command *find_command(int argc, char **argv, int *ret_used)
{
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		for (const struct ctl_command *command = groups[i]; command->words; command++)
			if (begins_with(command, argc, argv, ret_used))
				return command;
	return NULL;
}

static bool takes_option(const struct ctl_command *command, const char *name)
{
	for (const struct argp_option *option = command->options; option && option->name; option++)
		if (streq(option->name, name))
			return true;
	return false;
}

static int run_command(const struct ctl_command *command, int argc, char **argv, struct ctl *ctl)
{
	/* `wait --state` is the state that is waited for: the folder stands before the command. */
	struct argp_child children[] = {
		{ &connection_parser, 0, "Where the appliance is:", 2 },
		{ takes_option(command, "state") ? NULL : &state_parser, 0, NULL, 2 },
		{ 0 },
	};
	struct argp parser = { command->options, parse_option, command->args, command->help, children,
			       NULL, NULL };
	int code;

	argv[0] = xasprintf("roostctl %s", command->words);
	argp_parse(&parser, argc, argv, 0, NULL, ctl);
	free(argv[0]);
	if (ctl->arg_count != command->arg_count) {
		log_error("%s: expected %s; see roostctl %s --help", command->words,
			  *command->args ? command->args : "no arguments", command->words);
		return EXIT_PERMANENT;
	}
	code = command->run == print_fingerprint ? EXIT_DONE : ctl_connect(ctl);
	return code == EXIT_DONE ? command->run(ctl) : code;
}

/* ---- main --------------------------------------------------------------------------------------- */

/* The list of commands, for --help. */
static char *help_filter(int key, const char *text, void *input)
{
	char *list = NULL;
	size_t len;
	FILE *out;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	out = xopen_memstream(&list, &len);
	fputs("Commands:\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		for (const struct ctl_command *command = groups[i]; command->words; command++) {
			autofree char *usage = xasprintf("%s %s", command->words, command->args);

			fprintf(out, "  %-29s %s\n", usage, command->help);
		}
	fputs("\nHOST is an id, a name, or the beginning of one.", out);
	fclose(out);
	return list;
}

struct start {
	struct ctl *ctl;
	int first; /* index of the command's first word */
};

static error_t parse_start(int key, char *arg, struct argp_state *state)
{
	struct start *start = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = state->child_inputs[1] = start->ctl;
		return 0;
	case ARGP_KEY_ARG:
		(void)arg;
		start->first = state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child start_children[] = {
	{ &connection_parser, 0, NULL, 0 },
	{ &state_parser, 0, NULL, 0 },
	{ 0 },
};

static const struct argp start_parser = {
	NULL, parse_start, "COMMAND [ARGUMENT...]", "Asks and tells a Roost appliance.\v ",
	start_children, help_filter, NULL,
};

int main(int argc, char **argv)
{
	struct ctl ctl = { .wanted_state = "ready", .timeout_s = 120 };
	struct start start = { .ctl = &ctl };
	const struct ctl_command *command;
	int used, code;

	cli_start("roostctl");
	argp_parse(&start_parser, argc, argv, ARGP_IN_ORDER, NULL, &start);
	command = find_command(argc - start.first, argv + start.first, &used);
	if (!command) {
		log_error("unknown command \"%s%s%s\": expected one of those that `roostctl --help` lists",
			  argv[start.first], start.first + 1 < argc ? " " : "",
			  start.first + 1 < argc ? argv[start.first + 1] : "");
		return EXIT_PERMANENT;
	}
	used += start.first - 1;
	code = run_command(command, argc - used, argv + used, &ctl);
	ctl_done(&ctl);
	return code;
}
