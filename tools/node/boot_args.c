// SPDX-License-Identifier: MIT
/* The kernel command line's words about booting; see boot_args.h. */
#include "host/kernel_args.h"
#include "node/boot_args.h"
#include "common/manifest.h"

#define LABEL_MAX 32 /* the longest that ISO 9660 takes */
#define TIMEOUT_MAX_S 86400

static int read_label(struct boot_args *args, const char *text, struct problems *problems)
{
	if (*text == '\0' || strlen(text) > LABEL_MAX)
		return problem(problems, "roost.label=: expected 1 to %d characters", LABEL_MAX);
	free(args->label);
	args->label = xstrdup(text);
	return 0;
}

static int read_timeout(struct boot_args *args, const char *text, struct problems *problems)
{
	long long seconds;

	if (!str_to_int(text, 0, TIMEOUT_MAX_S, &seconds))
		return problem(problems, "roost.timeout=%s: expected 0 to %d seconds", text,
			       TIMEOUT_MAX_S);
	args->timeout_s = (int)seconds;
	return 0;
}

static int read_url(struct boot_args *args, const char *text, struct problems *problems)
{
	struct ks_value url;

	if (!ks_http_url.read(NULL, text, &url))
		return problem(problems, "roost.url=%s: expected %s", text, ks_http_url.expected);
	if (strv_len(args->urls) >= BOOT_URLS_MAX) {
		free(url.text);
		return problem(problems, "roost.url=: expected at most %d of them", BOOT_URLS_MAX);
	}
	strv_push_take(&args->urls, url.text);
	return 0;
}

static int read_manifest(struct boot_args *args, const char *text, struct problems *problems)
{
	free(args->manifest);
	args->manifest = sha256_parse(text);
	if (!args->manifest)
		return problem(problems, "roost.manifest=%s: expected the SHA-256 of manifest.json, "
			       "which has %d hexadecimal digits", text, SHA256_HEX_LEN);
	return 0;
}

static int read_shell(struct boot_args *args, const char *text, struct problems *problems)
{
	if (*text == '\0')
		args->has_shell = true;
	else if (!str_to_bool(text, &args->has_shell))
		return problem(problems, "rd.shell=%s: expected yes or no", text);
	return 0;
}

static const struct {
	const char *name;
	int (*read)(struct boot_args *args, const char *text, struct problems *problems);
} parameters[] = {
	{ "roost.label", read_label },
	{ "roost.timeout", read_timeout },
	{ "roost.url", read_url },
	{ "roost.manifest", read_manifest },
	{ "rd.shell", read_shell },
};

static int read_parameter(struct boot_args *args, const struct kernel_arg *arg,
			  struct problems *problems)
{
	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++)
		if (streq(parameters[i].name, arg->name))
			return parameters[i].read(args, arg->value ? arg->value : "", problems);
	return 0;
}

int boot_args_read(const char *cmdline, struct boot_args *ret, struct problems *problems)
{
	struct kernel_args words = { 0 };
	int r;

	*ret = (struct boot_args){ .label = xstrdup("ROOST"), .timeout_s = -1 };
	r = host_read_cmdline(cmdline, "kernel command line", &ret->host, &ret->boot, problems);
	kernel_args_split(cmdline, &words);
	for (size_t i = 0; i < words.count; i++)
		if (read_parameter(ret, &words.items[i], problems) < 0)
			r = -1;
	kernel_args_done(&words);
	return r;
}

void boot_args_done(struct boot_args *args)
{
	free(args->label);
	strv_free(args->urls);
	free(args->manifest);
	host_done(&args->host);
	host_boot_done(&args->boot);
	*args = (struct boot_args){ 0 };
}
