// SPDX-License-Identifier: MIT
/* The operators' calls about join tokens. */
#include "appliance/routes.h"
#include "appliance/tokens.h"

#define TOKEN_SECONDS_MAX (10LL * 366 * 86400)

static json_t *token_json(const struct token_record *token)
{
	return json_pack("{ss, ss, ss, sI, sI, sI, sI, sI}", "id", token->id, "pool", token->pool,
			 "approval", token->is_auto_approving ? "auto" : "manual", "created_at",
			 (json_int_t)token->created_at, "expires_at",
			 (json_int_t)token->expires_at, "uses_max", (json_int_t)token->uses_max,
			 "used", (json_int_t)token->used, "revoked_at",
			 (json_int_t)token->revoked_at);
}

static int add_token(const struct token_record *token, void *userdata)
{
	json_array_append_new(userdata, token_json(token));
	return 0;
}

static void get_tokens(struct request *request, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	json_t *list = json_array();

	if (store_token_each(request->appliance->store, add_token, list, &problems) == 0) {
		reply_json(reply, 200, json_pack("{so}", "tokens", list));
		return;
	}
	json_decref(list);
	reply_broken(reply, &problems);
}

/* An optional number; `fallback` without one. */
static int get_number(const json_t *body, const char *field, long long max, long long fallback,
		      long long *ret, struct problems *problems)
{
	if (!json_object_get(body, field)) {
		*ret = fallback;
		return 0;
	}
	return json_get_int(body, field, 0, max, ret, "request", problems);
}

/* Fills what the operator asked for; *ret_field names what is wrong. */
static int read_wishes(const json_t *body, int64_t now, struct token_record *token,
		       const char **ret_field, struct problems *problems)
{
	const char *pool, *approval;
	long long expires_s, uses_max;

	*ret_field = "pool";
	if (json_get_optional_string(body, "pool", 64, &pool, "request", problems) < 0)
		return -1;
	*ret_field = "approval";
	if (json_get_optional_string(body, "approval", 16, &approval, "request", problems) < 0)
		return -1;
	if (approval && !streq(approval, "auto") && !streq(approval, "manual"))
		return problem(problems, "request: \"approval\": expected auto or manual");
	*ret_field = "expires_in_s";
	if (get_number(body, *ret_field, TOKEN_SECONDS_MAX, 0, &expires_s, problems) < 0)
		return -1;
	*ret_field = "uses_max";
	if (get_number(body, *ret_field, 1000000000, 0, &uses_max, problems) < 0)
		return -1;
	token->pool = xstrdup(pool ? pool : DEFAULT_POOL);
	token->is_auto_approving = !approval || streq(approval, "auto");
	token->created_at = now;
	token->expires_at = expires_s ? now + expires_s : 0;
	token->uses_max = uses_max;
	return 0;
}

static void create_token(struct request *request, struct token_record *token, struct reply *reply)
{
	struct store *store = request->appliance->store;
	autoproblems struct problems problems = { 0 };
	autopool_record struct pool_record pool = { 0 };
	autofree char *text = NULL;
	int r = store_pool_get(store, token->pool, &pool, &problems);
	json_t *answer;

	if (r == 0) {
		reply_error(reply, 404, "pool", "there is no pool %s", token->pool);
		return;
	}
	text = token_make(token);
	if (r < 0 || store_token_put(store, token, &problems) < 0) {
		reply_broken(reply, &problems);
		return;
	}
	answer = token_json(token);
	json_object_set_new(answer, "token", json_string(text));
	reply_header(reply, "Cache-Control: no-store");
	reply_json(reply, 201, answer);
}

static void post_token(struct request *request, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	autotoken_record struct token_record token = { 0 };
	autojson json_t *body = json_read(request->body, request->body_len, 4096, "request",
					  &problems);
	const char *field = NULL;

	if (!body || read_wishes(body, request->now, &token, &field, &problems) < 0)
		reply_problems(reply, 400, field, &problems);
	else
		create_token(request, &token, reply);
}

static void delete_token(struct request *request, struct reply *reply)
{
	struct store *store = request->appliance->store;
	autoproblems struct problems problems = { 0 };
	autotoken_record struct token_record token = { 0 };
	int r;

	if (store_begin(store, &problems) < 0) {
		reply_broken(reply, &problems);
		return;
	}
	r = store_token_get(store, request->params[0], &token, &problems);
	if (r == 1 && !token.revoked_at)
		token.revoked_at = request->now;
	if (r != 1 || store_token_put(store, &token, &problems) < 0)
		store_rollback(store);
	else if (store_commit(store, &problems) == 0)
		reply->status = 204;
	if (r == 0)
		reply_error(reply, 404, NULL, "there is no token %s", request->params[0]);
	else if (reply->status != 204)
		reply_broken(reply, &problems);
}

const struct route routes_admin_tokens[] = {
	{ "GET", "/v1/admin/tokens", AUTH_ADMIN, ON_ADMIN, get_tokens,
	  "All join tokens, without their secrets.", "200 `{\"tokens\": [...]}`." },
	{ "POST", "/v1/admin/tokens", AUTH_ADMIN, ON_ADMIN, post_token,
	  "Makes a join token: `{\"pool\", \"approval\": \"auto|manual\", \"expires_in_s\", "
	  "\"uses_max\"}`, all optional; 0 means no limit.\nUses count hosts that were admitted, not "
	  "requests.",
	  "201 with `\"token\"`, which is shown this once; 404 `\"field\": \"pool\"`." },
	{ "DELETE", "/v1/admin/tokens/{id}", AUTH_ADMIN, ON_ADMIN, delete_token,
	  "Revokes a token: nobody registers with it any more, not even hosts that it admitted.",
	  "204; 404." },
	{ 0 },
};
