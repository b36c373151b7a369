// SPDX-License-Identifier: MIT
/* The operators' calls about hosts' keytabs. Nothing here gives a key out. */
#include "appliance/host_change.h"
#include "appliance/keytabs.h"
#include "appliance/routes.h"

static void answer(const struct host_record *host, const struct problems *warnings, struct reply *reply)
{
	reply_json(reply, 200, json_pack("{so, so}", "keys", keytab_keys_json(host), "warnings",
					 json_strings(warnings->items)));
}

static void get_keytab(struct request *request, struct reply *reply)
{
	autohost_record struct host_record host = { 0 };
	const struct problems none = { 0 };

	if (host_of_request(request, &host, reply))
		answer(&host, &none, reply);
}

/* NULL data: it has none any more. The reply has the error unless this is true. */
static bool change(struct request *request, const void *data, struct host_record *host, struct problems *warnings,
		   struct reply *reply)
{
	autoproblems struct problems problems = { 0 };

	if (!host_change_begin(request, host, reply))
		return false;
	if (keytab_keep(host, data, request->body_len, warnings, &problems) == 0)
		return host_change_end(request, host, reply);
	store_rollback(request->appliance->store);
	reply_problems(reply, 400, "keytab", &problems);
	return false;
}

static void put_keytab(struct request *request, struct reply *reply)
{
	autohost_record struct host_record host = { 0 };
	autoproblems struct problems warnings = { 0 };

	if (!request->body)
		reply_error(reply, 400, "keytab", "expected a keytab");
	else if (change(request, request->body, &host, &warnings, reply))
		answer(&host, &warnings, reply);
}

static void delete_keytab(struct request *request, struct reply *reply)
{
	autohost_record struct host_record host = { 0 };

	if (change(request, NULL, &host, NULL, reply))
		reply->status = 204;
}

const struct route routes_admin_keytabs[] = {
	{ "GET", "/v1/admin/hosts/{id}/keytab", AUTH_ADMIN, ON_ADMIN, get_keytab,
	  "Whose keys are in the host's keytab. The keys themselves are given to the host alone.",
	  "200 `{\"keys\": [{\"principal\", \"version\", \"encryption\"}]}`; 404." },
	{ "PUT", "/v1/admin/hosts/{id}/keytab", AUTH_ADMIN, ON_ADMIN, put_keytab,
	  "Gives the host a keytab (the file as ktadd writes it) with a key of `libvirt/NAME@REALM`; the host fetches it "
	  "with its\nnext heartbeat.",
	  "200 `{\"keys\", \"warnings\"}`; 400 when it is no keytab, or none for libvirt, and nothing changes; 404." },
	{ "DELETE", "/v1/admin/hosts/{id}/keytab", AUTH_ADMIN, ON_ADMIN, delete_keytab,
	  "Takes it away again: with its next heartbeat the host removes it, and closes what needs it.", "204; 404." },
	{ 0 },
};
