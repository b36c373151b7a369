// SPDX-License-Identifier: MIT
/* Credentials, one function a kind; see route_authorize in routes.h. */
#include <gnutls/gnutls.h>

#include "appliance/routes.h"
#include "appliance/tokens.h"
#include "common/digest.h"

static bool is_admin_token(const struct request *request, const char *secret)
{
	autofree char *hash = sha256_text(secret, strlen(secret));

	return secrets_equal(hash, request->appliance->admin_hash);
}

static bool authorize_anyone(struct request *request, struct reply *reply)
{
	(void)request, (void)reply;
	return true;
}

/* Before the body is read: whoever has no token of ours costs us no memory. The policy says the rest. */
static bool authorize_join(struct request *request, struct reply *reply)
{
	const char *secret = bearer_of(request);
	struct token_record token = { 0 };
	autoproblems struct problems problems = { 0 };
	int r = secret ? token_find(request->appliance->store, secret, &token, &problems) : 0;

	token_record_done(&token);
	if (r == 1)
		return true;
	if (r < 0)
		reply_broken(reply, &problems);
	else
		reply_error(reply, 401, "token", secret ? "the join token is not known" :
			    "expected a join token: Authorization: Bearer TOKEN");
	return false;
}

static bool check_host_record(struct request *request, struct reply *reply,
			      const struct host_record *host)
{
	if (host->admission == HOST_REJECTED)
		reply_error(reply, 403, NULL, "an operator has rejected this host");
	else if (host->admission != HOST_APPROVED)
		reply_error(reply, 403, NULL, "this host is not approved");
	else if (!streq_null(host->key_id, request->peer_key_id))
		reply_error(reply, 403, NULL, "this certificate was replaced when the host registered "
			    "again");
	else
		return true;
	return false;
}

static bool authorize_host(struct request *request, struct reply *reply)
{
	struct host_record host = { 0 };
	autoproblems struct problems problems = { 0 };
	bool may_pass = false;
	int r;

	if (!request->peer_id) {
		reply_error(reply, 401, NULL, "expected a host's certificate of this appliance");
		return false;
	}
	if (!streq(request->peer_id, request->params[0])) {
		reply_error(reply, 403, NULL, "this certificate is of another host");
		return false;
	}
	r = store_host_get(request->appliance->store, request->peer_id, &host, &problems);
	if (r < 0)
		reply_broken(reply, &problems);
	else if (r == 0)
		reply_error(reply, 404, NULL, "this host is not on record: it has to register again");
	else
		may_pass = check_host_record(request, reply, &host);
	host_record_done(&host);
	return may_pass;
}

static bool authorize_admin(struct request *request, struct reply *reply)
{
	const char *secret = bearer_of(request);

	if (secret && is_admin_token(request, secret))
		return true;
	reply_header(reply, "WWW-Authenticate: Bearer");
	reply_error(reply, 401, NULL, "expected the admin token");
	return false;
}

/* "Basic " base64("USER:PASSWORD"), RFC 7617; any user name will do. */
static bool authorize_browser(struct request *request, struct reply *reply)
{
	const char *encoded = request->authorization ? str_after(request->authorization, "Basic ") :
						       NULL;
	gnutls_datum_t in = { (unsigned char *)encoded, encoded ? (unsigned)strlen(encoded) : 0 };
	gnutls_datum_t out;
	bool may_pass = false;

	if (encoded && gnutls_base64_decode2(&in, &out) >= 0) {
		autofree char *text = xstrndup((char *)out.data, out.size);
		const char *colon = strchr(text, ':');

		gnutls_free(out.data);
		may_pass = colon && is_admin_token(request, colon + 1);
	}
	if (may_pass)
		return true;
	reply_header(reply, "WWW-Authenticate: Basic realm=\"Roost: the password is the admin token\"");
	reply_error(reply, 401, NULL, "expected the admin token as the password");
	return false;
}

bool route_authorize(const struct route *route, struct request *request, struct reply *reply)
{
	static bool (*const kinds[])(struct request *request, struct reply *reply) = {
		[AUTH_NONE] = authorize_anyone,   [AUTH_JOIN] = authorize_join,
		[AUTH_HOST] = authorize_host,     [AUTH_ADMIN] = authorize_admin,
		[AUTH_BROWSER] = authorize_browser,
	};

	return kinds[route->auth](request, reply);
}
