// SPDX-License-Identifier: MIT
/* roostctl token ...: join tokens. */
#include <time.h>

#include "appliance/ctl.h"
#include "appliance/table.h"
#include "common/cli.h"

/* The token alone, so that a script can take it: TOKEN=$(roostctl token create). */
static void show_token(const json_t *answer)
{
	puts(ctl_text(answer, "token"));
}

static int token_create(struct ctl *ctl)
{
	autojson json_t *body = json_pack("{ss*, ss*, sI, sI}", "pool", ctl->pool, "approval",
					  ctl->approval, "expires_in_s", (json_int_t)ctl->expires_s,
					  "uses_max", (json_int_t)ctl->uses_max);
	autojson json_t *answer = NULL;
	int code = ctl_send(ctl, "POST", body, &answer, "/v1/admin/tokens");

	return ctl_show(ctl, code, answer, show_token);
}

static long long number(const json_t *object, const char *field)
{
	return json_integer_value(json_object_get(object, field));
}

static char *token_state(const json_t *token, int64_t now)
{
	if (number(token, "revoked_at"))
		return xstrdup("revoked");
	if (number(token, "expires_at") && number(token, "expires_at") <= now)
		return xstrdup("expired");
	if (number(token, "uses_max") && number(token, "used") >= number(token, "uses_max"))
		return xstrdup("used up");
	if (number(token, "expires_at"))
		return xasprintf("for %lld min", (number(token, "expires_at") - now + 59) / 60);
	return xstrdup("for ever");
}

static void add_row(struct table *table, const json_t *token)
{
	autofree char *state = token_state(token, time(NULL));
	autofree char *age = age_text(number(token, "created_at"), time(NULL));

	table_cell(table, ctl_text(token, "id"));
	table_cell(table, ctl_text(token, "pool"));
	table_cell(table, ctl_text(token, "approval"));
	if (number(token, "uses_max"))
		table_cellf(table, "%lld of %lld", number(token, "used"), number(token, "uses_max"));
	else
		table_cellf(table, "%lld", number(token, "used"));
	table_cell(table, state);
	table_cell(table, age);
}

static void show_tokens(const json_t *answer)
{
	struct table *table = table_new("ID|POOL|APPROVAL|USED|VALID|CREATED");
	const json_t *token;
	size_t i;

	json_array_foreach(json_object_get(answer, "tokens"), i, token)
		add_row(table, token);
	table_end(table, stdout, "no tokens; make one with: roostctl token create");
}

static int token_list(struct ctl *ctl)
{
	autojson json_t *answer = NULL;
	int code = ctl_get(ctl, &answer, "/v1/admin/tokens");

	return ctl_show(ctl, code, answer, show_tokens);
}

static int token_revoke(struct ctl *ctl)
{
	/* The whole token will do, too: its first part is the id. */
	return ctl_send(ctl, "DELETE", NULL, NULL, "/v1/admin/tokens/%.*s",
			(int)strcspn(ctl->args[0], "./?#"), ctl->args[0]);
}

static const struct argp_option create_options[] = {
	{ "pool", CTL_POOL, "NAME", 0, "the pool that hosts join (default: default)", 1 },
	{ "expires", CTL_EXPIRES, "TIME", 0, "such as 30m, 12h, 7d (default: never): bounds new hosts "
	  "only; a host that was admitted with it may return", 1 },
	{ "uses", CTL_USES, "N", 0, "how many hosts it admits (default: any number)", 1 },
	{ "approval", CTL_APPROVAL, "auto|manual", 0, "whether an operator approves each host (default: "
	  "auto)", 1 },
	{ 0 },
};

const struct ctl_command ctl_token_commands[] = {
	{ "token create", "", 0, create_options, token_create,
	  "make a join token and print it, this once" },
	{ "token list", "", 0, NULL, token_list, "all join tokens, without their secrets" },
	{ "token revoke", "ID", 1, NULL, token_revoke, "let nobody register with it any more" },
	{ 0 },
};
