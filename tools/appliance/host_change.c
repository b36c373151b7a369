// SPDX-License-Identifier: MIT
/* A host and its change for the operators' calls; see host_change.h. */
#include "appliance/host_change.h"

bool host_of_request(struct request *request, struct host_record *ret, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	int r = store_host_get(request->appliance->store, request->params[0], ret, &problems);

	if (r == 0)
		reply_error(reply, 404, NULL, "there is no host %s", request->params[0]);
	else if (r < 0)
		reply_broken(reply, &problems);
	return r == 1;
}

bool host_change_begin(struct request *request, struct host_record *ret, struct reply *reply)
{
	struct store *store = request->appliance->store;
	autoproblems struct problems problems = { 0 };

	if (store_begin(store, &problems) < 0) {
		reply_broken(reply, &problems);
		return false;
	}
	if (host_of_request(request, ret, reply))
		return true;
	store_rollback(store);
	return false;
}

bool host_change_end(struct request *request, const struct host_record *host, struct reply *reply)
{
	struct store *store = request->appliance->store;
	autoproblems struct problems problems = { 0 };
	int r = store_host_put(store, host, &problems);

	if (r < 0)
		store_rollback(store);
	else
		r = store_commit(store, &problems);
	if (r < 0)
		reply_broken(reply, &problems);
	return r == 0;
}
