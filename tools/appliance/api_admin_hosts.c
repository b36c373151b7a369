// SPDX-License-Identifier: MIT
/* The operators' calls about hosts. */
#include "appliance/host_change.h"
#include "appliance/host_status.h"
#include "appliance/kickstart_fit.h"
#include "appliance/kickstarts.h"
#include "appliance/registrar.h"
#include "appliance/routes.h"

struct host_list {
	json_t *list;
	const struct request *request;
};

static int add_host(const struct host_record *host, void *userdata)
{
	struct host_list *hosts = userdata;

	json_array_append_new(hosts->list, host_json(host,
						     hosts->request->appliance->heartbeat_s,
						     hosts->request->now, false));
	return 0;
}

static int add_duplicate(const struct duplicate_record *duplicate, void *userdata)
{
	autojson json_t *facts = json_loads(duplicate->facts, 0, NULL);

	json_array_append_new(userdata,
			      json_pack("{ss, ss?, sO?, sI, sI, sI}", "hardware",
					duplicate->hardware, "address", duplicate->address,
					"facts", facts, "first_at",
					(json_int_t)duplicate->first_at, "last_at",
					(json_int_t)duplicate->last_at, "times",
					(json_int_t)duplicate->times));
	return 0;
}

/* Each host's number of held duplicates; a second walk, because a walk must not call the store. */
static int count_duplicates(struct store *store, json_t *hosts, struct problems *problems)
{
	json_t *host;
	size_t i;

	json_array_foreach(hosts, i, host) {
		autojson json_t *held = json_array();
		const char *id = json_string_value(json_object_get(host, "id"));

		if (store_duplicate_each(store, id, add_duplicate, held, problems) < 0)
			return -1;
		json_object_set_new(host, "duplicates", json_integer((json_int_t)json_array_size(held)));
	}
	return 0;
}

static void get_hosts(struct request *request, struct reply *reply)
{
	struct store *store = request->appliance->store;
	autoproblems struct problems problems = { 0 };
	autojson json_t *list = json_array();
	struct host_list hosts = { list, request };

	if (store_host_each(store, add_host, &hosts, &problems) < 0 ||
	    count_duplicates(store, list, &problems) < 0)
		reply_broken(reply, &problems);
	else
		reply_json(reply, 200, json_pack("{sO}", "hosts", list));
}

static void get_host(struct request *request, struct reply *reply)
{
	struct store *store = request->appliance->store;
	autoproblems struct problems problems = { 0 };
	autohost_record struct host_record host = { 0 };
	autojson json_t *held = json_array();
	json_t *value;

	if (!host_of_request(request, &host, reply))
		return;
	if (store_duplicate_each(store, request->params[0], add_duplicate, held, &problems) < 0) {
		reply_broken(reply, &problems);
		return;
	}
	value = host_json(&host, request->appliance->heartbeat_s, request->now, true);
	json_object_set(value, "held_duplicates", held);
	reply_json(reply, 200, value);
}

/* ---- Changes ------------------------------------------------------------------------------------ */

/* The reply is 204, unless there is no such host, or the store fails. */
static void change_host(struct request *request, struct reply *reply,
			void (*change)(struct host_record *host, struct request *request))
{
	autohost_record struct host_record host = { 0 };

	if (!host_change_begin(request, &host, reply))
		return;
	change(&host, request);
	if (host_change_end(request, &host, reply))
		reply->status = 204;
}

static void approve(struct host_record *host, struct request *request)
{
	(void)request;
	host->admission = HOST_APPROVED;
}

static void reject(struct host_record *host, struct request *request)
{
	(void)request;
	host->admission = HOST_REJECTED;
}

static void set_kickstart(struct host_record *host, struct request *request)
{
	free(host->kickstart);
	host->kickstart = xstrdup(request->body);
}

static void unset_kickstart(struct host_record *host, struct request *request)
{
	(void)request;
	free(host->kickstart);
	host->kickstart = NULL;
}

static void post_approve(struct request *request, struct reply *reply)
{
	change_host(request, reply, approve);
}

static void post_reject(struct request *request, struct reply *reply)
{
	change_host(request, reply, reject);
}

static void delete_kickstart(struct request *request, struct reply *reply)
{
	change_host(request, reply, unset_kickstart);
}

/* Written for this one host: what it lacks is a mistake, too. A host that is not there is told later. */
static bool fits(struct request *request, struct reply *reply)
{
	autohost_record struct host_record host = { 0 };
	autoproblems struct problems problems = { 0 };

	if (store_host_get(request->appliance->store, request->params[0], &host, &problems) == 1)
		(void)kickstart_fits_host(request->body, request->appliance->store, &host, &problems,
					  &problems);
	if (problems_count(&problems) == 0)
		return true;
	kickstart_refused(reply, &problems);
	return false;
}

static void put_kickstart(struct request *request, struct reply *reply)
{
	autofree char *name = xasprintf("host %s", request->params[0]);
	const struct problems none = { 0 };

	if (!kickstart_accept(request, name, reply) || !fits(request, reply))
		return;
	change_host(request, reply, set_kickstart);
	if (reply->status == 204)
		kickstart_accepted(request, &none, reply);
}

static void get_kickstart(struct request *request, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	autohost_record struct host_record host = { 0 };
	char *text = NULL;

	if (!host_of_request(request, &host, reply))
		return;
	if (kickstart_of_host(request->appliance->store, &host, &text, &problems) < 0)
		reply_broken(reply, &problems);
	else
		kickstart_reply(reply, text);
}

static void delete_host(struct request *request, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	autohost_record struct host_record host = { 0 };

	if (!host_of_request(request, &host, reply))
		return;
	if (store_host_delete(request->appliance->store, request->params[0], &problems) < 0)
		reply_broken(reply, &problems);
	else
		reply->status = 204;
}

const struct route routes_admin_hosts[] = {
	{ "GET", "/v1/admin/hosts", AUTH_ADMIN, ON_ADMIN, get_hosts,
	  "All hosts: id, name, pool, state, reason, address, times, number of held duplicates. The "
	  "state is one of pending,\nrejected, registered (no heartbeat yet), configuring, degraded, "
	  "ready, lost (no heartbeat any more).",
	  "200 `{\"hosts\": [...]}`." },
	{ "GET", "/v1/admin/hosts/{id}", AUTH_ADMIN, ON_ADMIN, get_host,
	  "One host, with its facts, its last heartbeat and the machines that are held because they "
	  "have the same id.",
	  "200; 404." },
	{ "DELETE", "/v1/admin/hosts/{id}", AUTH_ADMIN, ON_ADMIN, delete_host,
	  "Forgets a host. Its certificate is worth nothing then; a machine with this id may register "
	  "as new.",
	  "204; 404." },
	{ "POST", "/v1/admin/hosts/{id}/approve", AUTH_ADMIN, ON_ADMIN, post_approve,
	  "Lets a pending or rejected host in; it gets its certificate when it asks again.",
	  "204; 404." },
	{ "POST", "/v1/admin/hosts/{id}/reject", AUTH_ADMIN, ON_ADMIN, post_reject,
	  "Keeps a host out; its certificate is refused from now on.", "204; 404." },
	{ "GET", "/v1/admin/hosts/{id}/kickstart", AUTH_ADMIN, ON_ADMIN, get_kickstart,
	  "The kickstart that the host gets: its own, else its pool's.", "200 plain text; 404." },
	{ "PUT", "/v1/admin/hosts/{id}/kickstart", AUTH_ADMIN, ON_ADMIN, put_kickstart,
	  "Gives the host a kickstart of its own, instead of its pool's (plain text).",
	  "200 `{\"generation\", \"warnings\"}`; 400 with every problem when a node would refuse it or "
	  "the host\nlacks a network card for it, and nothing changes; 404." },
	{ "DELETE", "/v1/admin/hosts/{id}/kickstart", AUTH_ADMIN, ON_ADMIN, delete_kickstart,
	  "Back to the pool's kickstart.", "204; 404." },
	{ 0 },
};
