// SPDX-License-Identifier: MIT
/* The operators' calls about pools of hosts and their kickstarts. */
#include <ctype.h>

#include "appliance/cpu_baseline.h"
#include "appliance/kickstart_fit.h"
#include "appliance/kickstarts.h"
#include "appliance/registration.h"
#include "appliance/routes.h"

#define POOL_NAME_MAX 63

/* A word that needs no quoting in a path, a shell or a table. */
static bool is_pool_name(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > POOL_NAME_MAX || !isalnum((unsigned char)name[0]))
		return false;
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
			return false;
	return true;
}

struct pool_list {
	json_t *list;
	json_t *hosts; /* how many of each pool */
};

static int count_host(const struct host_record *host, void *userdata)
{
	json_t *counts = userdata;
	json_int_t count = json_integer_value(json_object_get(counts, host->pool));

	json_object_set_new(counts, host->pool, json_integer(count + 1));
	return 0;
}

static int add_pool(const struct pool_record *pool, void *userdata)
{
	struct pool_list *pools = userdata;
	json_int_t hosts = json_integer_value(json_object_get(pools->hosts, pool->name));

	json_array_append_new(pools->list, json_pack("{ss, sI, sI, sI}", "name", pool->name,
						     "hosts", hosts, "kickstart_bytes",
						     (json_int_t)strlen(pool->kickstart),
						     "created_at", (json_int_t)pool->created_at));
	return 0;
}

static void get_pools(struct request *request, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	autojson json_t *list = json_array();
	autojson json_t *counts = json_object();
	struct pool_list pools = { list, counts };

	if (store_host_each(request->appliance->store, count_host, counts, &problems) < 0 ||
	    store_pool_each(request->appliance->store, add_pool, &pools, &problems) < 0)
		reply_broken(reply, &problems);
	else
		reply_json(reply, 200, json_pack("{sO}", "pools", list));
}

static void create_pool(struct request *request, const char *name, struct reply *reply)
{
	struct store *store = request->appliance->store;
	autoproblems struct problems problems = { 0 };
	autopool_record struct pool_record old = { 0 };
	struct pool_record pool = { (char *)name, (char *)"", request->now };
	int r;

	if (store_begin(store, &problems) < 0) {
		reply_broken(reply, &problems);
		return;
	}
	r = store_pool_get(store, name, &old, &problems);
	if (r != 0 || store_pool_put(store, &pool, &problems) < 0)
		store_rollback(store);
	else if (store_commit(store, &problems) == 0)
		reply_json(reply, 201, json_pack("{ss}", "name", name));
	if (r == 1)
		reply_error(reply, 409, "name", "there is a pool %s already", name);
	else if (!reply->status)
		reply_broken(reply, &problems);
}

static void post_pool(struct request *request, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	autojson json_t *body = json_read(request->body, request->body_len, 4096, "request",
					  &problems);
	const char *name;

	if (!body || json_get_string(body, "name", POOL_NAME_MAX, &name, "request", &problems) < 0)
		reply_problems(reply, 400, body ? "name" : NULL, &problems);
	else if (!is_pool_name(name))
		reply_error(reply, 400, "name", "expected letters, digits, hyphens, dots and "
			    "underscores, beginning with a letter or a digit");
	else
		create_pool(request, name, reply);
}

static void get_pool_kickstart(struct request *request, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	autopool_record struct pool_record pool = { 0 };
	int r = store_pool_get(request->appliance->store, request->params[0], &pool, &problems);

	if (r == 1)
		kickstart_reply(reply, take_ptr(pool.kickstart));
	else if (r == 0)
		reply_error(reply, 404, NULL, "there is no pool %s", request->params[0]);
	else
		reply_broken(reply, &problems);
}

/* 1 done, 0 no such pool, -1. */
static int set_kickstart(struct store *store, const char *name, char *text,
			 struct problems *problems)
{
	autopool_record struct pool_record pool = { 0 };
	int r;

	if (store_begin(store, problems) < 0)
		return -1;
	r = store_pool_get(store, name, &pool, problems);
	if (r == 1) {
		free(pool.kickstart);
		pool.kickstart = xstrdup(text);
		if (store_pool_put(store, &pool, problems) < 0)
			r = -1;
	}
	if (r == 1)
		return store_commit(store, problems) < 0 ? -1 : 1;
	store_rollback(store);
	return r;
}

static void put_pool_kickstart(struct request *request, struct reply *reply)
{
	autoproblems struct problems problems = { 0 }, notes = { 0 };
	autofree char *name = xasprintf("pool %s", request->params[0]);
	int r;

	if (!kickstart_accept(request, name, reply))
		return;
	if (kickstart_fits_pool(request->body, request->appliance->store, request->params[0], &notes,
				&problems) < 0) {
		kickstart_refused(reply, &problems);
		return;
	}
	r = set_kickstart(request->appliance->store, request->params[0], request->body, &problems);
	if (r == 1)
		kickstart_accepted(request, &notes, reply);
	else if (r == 0)
		reply_error(reply, 404, NULL, "there is no pool %s", request->params[0]);
	else
		reply_broken(reply, &problems);
}

/* ---- The CPU of its guests ------------------------------------------------------------------------- */

struct cpu_search {
	const char *pool;
	struct cpu_baseline baseline;
	struct problems *problems; /* why there is none */
};

static int add_cpu(const struct host_record *host, void *userdata)
{
	struct cpu_search *search = userdata;
	autojson json_t *facts = NULL;

	if (!streq(host->pool, search->pool) || host->admission != HOST_APPROVED)
		return 0;
	facts = json_read(host->facts, strlen(host->facts), 2 * BODY_MAX, "stored facts", search->problems);
	if (facts)
		cpu_baseline_add(&search->baseline, host->name ? host->name : host->id, facts, search->problems);
	return 0;
}

static void get_cpu_baseline(struct request *request, struct reply *reply)
{
	struct store *store = request->appliance->store;
	autoproblems struct problems problems = { 0 }, reasons = { 0 };
	autopool_record struct pool_record pool = { 0 };
	struct cpu_search search = { .pool = request->params[0], .problems = &reasons };
	json_t *answer = NULL;
	int r = store_pool_get(store, search.pool, &pool, &problems);

	if (r == 0) {
		reply_error(reply, 404, NULL, "there is no pool %s", search.pool);
	} else if (r < 0 || store_host_each(store, add_cpu, &search, &problems) < 0) {
		reply_broken(reply, &problems);
	} else {
		if (!problems_count(&reasons))
			answer = cpu_baseline_json(&search.baseline, &reasons);
		if (answer)
			reply_json(reply, 200, answer);
		else
			reply_problems(reply, 409, NULL, &reasons);
	}
	cpu_baseline_done(&search.baseline);
}

const struct route routes_admin_pools[] = {
	{ "GET", "/v1/admin/pools", AUTH_ADMIN, ON_ADMIN, get_pools,
	  "All pools, with the number of their hosts.", "200 `{\"pools\": [...]}`." },
	{ "POST", "/v1/admin/pools", AUTH_ADMIN, ON_ADMIN, post_pool,
	  "Makes a pool with an empty kickstart: `{\"name\"}`.", "201; 409 when there is one." },
	{ "GET", "/v1/admin/pools/{name}/kickstart", AUTH_ADMIN, ON_ADMIN, get_pool_kickstart,
	  "The pool's kickstart.", "200 plain text; 404." },
	{ "PUT", "/v1/admin/pools/{name}/kickstart", AUTH_ADMIN, ON_ADMIN, put_pool_kickstart,
	  "Replaces the pool's kickstart (plain text). Its hosts take it over with their next "
	  "heartbeat.",
	  "200 `{\"generation\", \"warnings\"}`, the warnings naming hosts that lack something for it; "
	  "400 with every\nproblem when a node would refuse it or it is impossible on a host of the "
	  "pool, and nothing changes; 404." },
	{ "GET", "/v1/admin/pools/{name}/cpu-baseline", AUTH_ADMIN, ON_ADMIN, get_cpu_baseline,
	  "The CPU that guests may have on every host of the pool, so that they migrate between them.",
	  "200 `{\"model\", \"vendor\", \"features\", \"hosts\", \"missing\"}`, the missing ones being hosts that have "
	  "not said yet; 404;\n409 when none has, or they have too little in common." },
	{ 0 },
};
