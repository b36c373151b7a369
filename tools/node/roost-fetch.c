// SPDX-License-Identifier: MIT
/*
 * roost-fetch: gets the image's layers over HTTP or HTTPS into a folder, in the initramfs a tmpfs.
 * manifest.json comes first and must have the SHA-256 that the command line names; each layer must
 * have the size and the SHA-256 of the manifest. Whatever servers and networks do, it goes on with
 * what it has, at the same mirror or another one, until all is there or time is over. See fetch.h.
 */
#include <signal.h>

#include "common/cli.h"
#include "common/digest.h"
#include "node/fetch.h"

struct arguments {
	struct fetch_options fetch;
	char **urls;
	bool is_json;
};

static const struct argp_option argp_options[] = {
	{ "manifest", 'm', "SHA256", 0, "The digest that manifest.json must have (required)", 0 },
	{ "url", 'u', "URL", 0,
	  "A folder with manifest.json and the layers; again for each further mirror (required)", 0 },
	{ "fingerprint", 'f', "SHA256", 0,
	  "The digest of the CA of https:// mirrors, which is at /v1/ca.pem of each", 0 },
	{ "timeout", 't', "SECONDS", 0, "How long it may take in all (by default 1800)", 0 },
	{ "stall", 's', "SECONDS", 0,
	  "How long less than 1 KiB/s is borne from a mirror (by default 15)", 0 },
	{ "json", 'j', NULL, 0, "A summary for programs on standard output", 0 },
	{ 0 },
};

static char *digest_of(const char *arg, const char *option, struct argp_state *state)
{
	char *digest = sha256_parse(arg);

	if (!digest)
		argp_error(state, "%s %s: expected a SHA-256 of 64 hexadecimal digits", option, arg);
	return digest;
}

static int seconds_of(const char *arg, const char *option, struct argp_state *state)
{
	long long seconds;

	if (!str_to_int(arg, 1, 86400, &seconds)) {
		argp_error(state, "%s %s: expected 1 to 86400 seconds", option, arg);
		return 0;
	}
	return (int)seconds;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct fetch_options *fetch = &arguments->fetch;

	switch (key) {
	case 'm':
		free(fetch->manifest_sha256);
		fetch->manifest_sha256 = digest_of(arg, "--manifest", state);
		return 0;
	case 'f':
		free(fetch->fingerprint);
		fetch->fingerprint = digest_of(arg, "--fingerprint", state);
		return 0;
	case 'u':
		strv_push(&arguments->urls, arg);
		return 0;
	case 't':
		fetch->timeout_s = seconds_of(arg, "--timeout", state);
		return 0;
	case 's':
		fetch->stall_s = seconds_of(arg, "--stall", state);
		return 0;
	case 'j':
		arguments->is_json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (fetch->folder)
			argp_usage(state);
		fetch->folder = arg;
		return 0;
	case ARGP_KEY_END:
		if (!fetch->folder || !fetch->manifest_sha256 || !arguments->urls)
			argp_error(state, "expected --manifest, at least one --url, and a folder");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int read_urls(const struct arguments *arguments, struct mirrors *ret,
		     struct problems *problems)
{
	for (size_t i = 0; arguments->urls[i]; i++)
		mirrors_add(ret, arguments->urls[i], problems);
	for (size_t i = 0; i < ret->count; i++)
		if (ret->items[i].url.is_https && !arguments->fetch.fingerprint)
			problem(problems, "%s: https needs --fingerprint (roost.fingerprint=): without it "
				"the server could not be told from an impostor", ret->items[i].url.text);
	return problems_count(problems) ? -1 : 0;
}

static int run(const struct arguments *arguments, struct mirrors *mirrors)
{
	autoproblems struct problems problems = { 0 };
	autofree char *json = NULL, *text = NULL;
	struct fetch fetch;
	int code;

	fetch_init(&fetch, &arguments->fetch, mirrors);
	code = fetch_run(&fetch, &problems);
	if (arguments->is_json) {
		json = fetch_summary_json(&fetch, code, &problems);
		fputs(json, stdout);
	}
	if (code == EXIT_DONE) {
		text = fetch_summary_text(&fetch);
		log_info("%s", text);
	}
	fetch_done(&fetch);
	return cli_fail(&problems, code);
}

int main(int argc, char **argv)
{
	static const struct argp argp = { argp_options, parse_option, "FOLDER",
		"Fetches the image's layers, verified, into FOLDER.", 0, 0, 0 };
	struct arguments arguments = { .fetch = { .timeout_s = 1800, .stall_s = 15 } };
	autoproblems struct problems problems = { 0 };
	struct mirrors mirrors = { 0 };
	int code;

	cli_start("roost-fetch");
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	/* Proxies, resolver options, OpenSSL's files: no variable of the environment has a say. */
	clearenv();
	signal(SIGPIPE, SIG_IGN);
	if (read_urls(&arguments, &mirrors, &problems) < 0)
		code = cli_fail(&problems, EXIT_PERMANENT);
	else
		code = run(&arguments, &mirrors);
	mirrors_done(&mirrors);
	strv_free(arguments.urls);
	free(arguments.fetch.manifest_sha256);
	free(arguments.fetch.fingerprint);
	return code;
}
