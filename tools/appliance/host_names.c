// SPDX-License-Identifier: MIT
/* Names of hosts; see host_names.h. */
#include "appliance/host_names.h"
#include "appliance/names.h"

struct search {
	const char *id;
	char **names;
};

/* Takes away what is another host's. */
static int look(const struct host_record *host, void *userdata)
{
	struct search *search = userdata;
	autostrv char **others = NULL, **mine = NULL;

	if (streq(host->id, search->id) || host->admission != HOST_APPROVED)
		return 0;
	if (host->name)
		names_add(&others, host->name, NULL);
	if (host->address)
		names_add(&others, host->address, NULL);
	for (char **name = search->names; name && *name; name++)
		if (!strv_contains(others, *name))
			strv_push(&mine, *name);
	strv_free(search->names);
	search->names = take_ptr(mine);
	return 0;
}

int host_names(const struct appliance *appliance, const char *id, const char *name, const char *address,
	       char ***ret, struct problems *problems)
{
	struct search search = { .id = id };
	autostrv char **wanted = NULL;

	names_add(&wanted, address, NULL);
	if (name)
		names_add(&wanted, name, NULL);
	for (char **item = wanted; item && *item; item++)
		if (!strv_contains(appliance->reach.names, *item))
			strv_push(&search.names, *item);
	if (store_host_each(appliance->store, look, &search, problems) < 0) {
		strv_free(search.names);
		return -1;
	}
	*ret = search.names;
	return 0;
}
