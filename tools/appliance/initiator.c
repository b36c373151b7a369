// SPDX-License-Identifier: MIT
/* iSCSI initiator names of hosts; see initiator.h. */
#include "appliance/initiator.h"
#include "host/read.h"

struct search {
	const char *name, *id;
	char *owner;
};

static bool has_in_facts(const struct host_record *host, const char *name)
{
	autojson json_t *facts = NULL;
	const char *text;

	/* Most hosts have another one: no need to read all of their facts. */
	if (!host->facts || !strstr(host->facts, name))
		return false;
	facts = json_loads(host->facts, 0, NULL);
	text = json_string_value(json_object_get(facts, "iscsi_initiator"));
	return text && streq(text, name);
}

static bool has_in_kickstart(const struct host_record *host, const char *name)
{
	autohost struct host wanted = { 0 };

	if (!host->kickstart || !strstr(host->kickstart, name))
		return false;
	return host_read_kickstart(host->kickstart, strlen(host->kickstart), "kickstart", &wanted, NULL) == 0 &&
	       wanted.iscsiname.iqn && streq(wanted.iscsiname.iqn, name);
}

static int look(const struct host_record *host, void *userdata)
{
	struct search *search = userdata;

	if (search->id && streq(host->id, search->id))
		return 0;
	if (!has_in_facts(host, search->name) && !has_in_kickstart(host, search->name))
		return 0;
	search->owner = xstrdup(host->name && *host->name ? host->name : host->id);
	return 1;
}

int initiator_find_owner(struct store *store, const char *name, const char *id, char **ret_owner,
			 struct problems *problems)
{
	struct search search = { name, id, NULL };

	if (store_host_each(store, look, &search, problems) < 0) {
		free(search.owner);
		return -1;
	}
	*ret_owner = search.owner;
	return 0;
}

int initiator_check_facts(struct store *store, const json_t *facts, const char *id, char **ret_owner,
			  struct problems *problems)
{
	const char *name = json_string_value(json_object_get(facts, "iscsi_initiator"));

	*ret_owner = NULL;
	if (!name || str_ends(name, id))
		return 0;
	return initiator_find_owner(store, name, id, ret_owner, problems);
}

struct members {
	const char *pool;
	char *only;             /* id of the first one */
	size_t count;
};

static int count_member(const struct host_record *host, void *userdata)
{
	struct members *members = userdata;

	if (!streq(host->pool, members->pool) || host->kickstart)
		return 0;
	if (members->count++ == 0)
		members->only = xstrdup(host->id);
	return 0;
}

int initiator_fits(struct store *store, const char *name, const char *id, const char *pool,
		   struct problems *problems)
{
	struct members members = { .pool = pool };
	autofree char *owner = NULL;
	int result = 0;

	if (pool && store_host_each(store, count_member, &members, problems) < 0)
		result = -1;
	else if (members.count > 1)
		result = problem(problems, "iscsiname: %s would be the name of %zu hosts of pool %s: a "
				 "name belongs to one host: give it in the host's own kickstart, or "
				 "leave it out", name, members.count, pool);
	else if (initiator_find_owner(store, name, pool ? members.only : id, &owner, problems) < 0)
		result = -1;
	else if (owner)
		result = problem(problems, "iscsiname: %s is the name of host %s already: a name "
				 "belongs to one host", name, owner);
	free(members.only);
	return result;
}
