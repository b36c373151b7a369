// SPDX-License-Identifier: MIT
/*
 * roost-fetch: gets the image's layers over HTTP or HTTPS into a folder, in the initramfs a tmpfs.
 * manifest.json comes first and must have the SHA-256 that the command line names; each layer must
 * have the size and the SHA-256 of the manifest. Whatever servers and networks do, it goes on with
 * what it has, at the same mirror or another one, until all is there or time is over. See fetch.h.
 */
#include <signal.h>

#include "common/digest.h"
#include "common/program.h"
#include "node/fetch.h"

struct arguments {
	struct fetch_options fetch;
	char **urls;
	bool is_json;
};

static int read_digest(char **ret, const char *text, struct problems *problems)
{
	free(*ret);
	*ret = sha256_parse(text);
	return *ret ? 0 : problem(problems, "expected a SHA-256 of 64 hexadecimal digits");
}

static int read_manifest(void *options, const char *text, struct problems *problems)
{
	return read_digest(&((struct arguments *)options)->fetch.manifest_sha256, text, problems);
}

static int read_fingerprint(void *options, const char *text, struct problems *problems)
{
	return read_digest(&((struct arguments *)options)->fetch.fingerprint, text, problems);
}

static int check(const void *options, struct problems *problems)
{
	const struct arguments *arguments = options;

	if (!arguments->fetch.manifest_sha256 || !arguments->urls)
		return problem(problems, "expected --manifest and at least one --url");
	return 0;
}

static const struct program program = {
	.doc = "Fetches the image's layers, verified, into FOLDER.",
	.options = (const struct program_option[]){
		{ "manifest", OPTION_READ(read_manifest, "SHA256"),
		  "the digest that manifest.json must have (required)", 'm' },
		{ "url", OPTION_TEXTS(struct arguments, urls, "URL"),
		  "a folder with manifest.json and the layers; again for each further mirror (required)", 'u' },
		{ "fingerprint", OPTION_READ(read_fingerprint, "SHA256"),
		  "the digest of the CA of https:// mirrors, which is at /v1/ca.pem of each", 'f' },
		{ "timeout", OPTION_NUMBER(struct arguments, fetch.timeout_s, "SECONDS"),
		  "how long it may take in all (by default 1800)", 't', 1, 86400 },
		{ "stall", OPTION_NUMBER(struct arguments, fetch.stall_s, "SECONDS"),
		  "how long less than 1 KiB/s is borne from a mirror (by default 15)", 's', 1, 86400 },
		{ "json", OPTION_FLAG(struct arguments, is_json), "a summary for programs on standard output",
		  'j' },
		{ 0 },
	},
	.operands = (const struct program_operand[]){
		{ "FOLDER", PROGRAM_TEXT, offsetof(struct arguments, fetch.folder) }, { 0 },
	},
	.check = check,
};

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
	struct arguments arguments = { .fetch = { .timeout_s = 1800, .stall_s = 15 } };
	autoproblems struct problems problems = { 0 };
	struct mirrors mirrors = { 0 };
	int code;

	cli_start("roost-fetch");
	program_parse(&program, argc, argv, &arguments);
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
