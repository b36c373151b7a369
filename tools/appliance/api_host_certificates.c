// SPDX-License-Identifier: MIT
/* The nodes' calls about certificates: for others to know the host, and its guests, by. */
#include "appliance/host_names.h"
#include "appliance/registrar.h"
#include "appliance/routes.h"
#include "common/ssh_wire.h"

#define FOR_GUESTS "guests"

static int read_purpose(const json_t *body, enum certificate_role *ret, struct problems *problems)
{
	const json_t *purpose = json_object_get(body, "for");

	if (purpose && !streq_null(json_string_value(purpose), FOR_GUESTS))
		return problem(problems, "for: expected \"" FOR_GUESTS "\", or nothing");
	*ret = purpose ? CERTIFICATE_GUESTS : CERTIFICATE_HOST;
	return 0;
}

/* Programs that run guests can read their key: it must not be the one that the host itself is known by. */
static int check_key(const struct request *request, const struct csr *csr, enum certificate_role role,
		     struct problems *problems)
{
	bool is_own = streq(csr->key_id, request->peer_key_id);

	if (role == CERTIFICATE_HOST && !is_own)
		return problem(problems, "expected the key of the present certificate: another one takes a "
			       "registration");
	if (role == CERTIFICATE_GUESTS && is_own)
		return problem(problems, "expected another key than the host's own");
	return 0;
}

static int read_certificate_request(const struct request *request, struct csr *csr, enum certificate_role *role,
				    struct problems *problems)
{
	autojson json_t *body = json_read(request->body, request->body_len, 4 * CSR_PEM_MAX, "request", problems);
	const char *pem;

	if (!body || read_purpose(body, role, problems) < 0 ||
	    json_get_string(body, "csr", CSR_PEM_MAX, &pem, "request", problems) < 0 ||
	    csr_read(pem, csr, problems) < 0)
		return -1;
	return check_key(request, csr, *role, problems);
}

static void post_certificate(struct request *request, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	autohost_record struct host_record record = { 0 };
	autofree char *certificate = NULL;
	struct csr csr = { 0 };
	struct host_request host = { .id = request->params[0], .address = request->address, .csr = &csr,
				     .now = request->now };

	if (read_certificate_request(request, &csr, &host.role, &problems) < 0) {
		reply_problems(reply, 400, "csr", &problems);
		csr_done(&csr);
		return;
	}
	if (store_host_get(request->appliance->store, host.id, &record, &problems) == 1) {
		host.name = record.name;
		(void)sign_host(request->appliance, &host, &certificate, &problems);
	}
	if (certificate)
		reply_json(reply, 200, json_pack("{ss}", "certificate", certificate));
	else
		reply_broken(reply, &problems);
	csr_done(&csr);
}

/* ---- The host's ssh key ------------------------------------------------------------------------- */

static int sign_ssh(struct request *request, const char *key, char **ret, const char **ret_field,
		    struct problems *problems)
{
	struct appliance *appliance = request->appliance;
	struct ssh_subject subject = { .key = key, .id = request->params[0] };
	autohost_record struct host_record record = { 0 };
	autostrv char **names = NULL;

	*ret_field = NULL;
	if (store_host_get(appliance->store, subject.id, &record, problems) != 1 ||
	    host_names(appliance, subject.id, record.name, request->address, &names, problems) < 0)
		return -1;
	subject.names = names;
	*ret_field = names ? "key" : "name";
	return ssh_ca_sign(appliance->ssh_ca, &subject, request->now, ret, problems);
}

static void post_ssh_certificate(struct request *request, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	autofree char *certificate = NULL;
	const char *key, *field = "key";
	autojson json_t *body = json_read(request->body, request->body_len, 4 * SSH_KEY_TEXT_MAX, "request", &problems);

	if (body && json_get_string(body, "key", SSH_KEY_TEXT_MAX, &key, "request", &problems) == 0)
		(void)sign_ssh(request, key, &certificate, &field, &problems);
	if (!certificate && field)
		reply_problems(reply, 400, field, &problems);
	else if (!certificate)
		reply_broken(reply, &problems);
	else
		reply_json(reply, 200, json_pack("{ss}", "certificate", certificate));
}

const struct route routes_host_certificates[] = {
	{ "POST", "/v1/hosts/{id}/certificate", AUTH_HOST, ON_NODES, post_certificate,
	  "A new certificate for the same key: `{\"csr\": PEM}`. For a host whose name or address has changed, or whose "
	  "certificate\nends soon. Its names are the address that the request came from and the name of the last "
	  "heartbeat, unless they are\nanother host's or the appliance's. With `\"for\": \"guests\"` and a key of its "
	  "own: one for the programs that run\nguests (migration, VNC), `O=roost-guests`, with which nobody is a host.",
	  "200 `{\"certificate\": PEM}`; 400 `\"field\": \"csr\"`, also for another key, or for the host's own key for guests." },
	{ "POST", "/v1/hosts/{id}/ssh-certificate", AUTH_HOST, ON_NODES, post_ssh_certificate,
	  "A certificate for the host's ssh key: `{\"key\": \"ecdsa-sha2-nistp256 BASE64\"}`. It is good for 30 days, and "
	  "for the names\nof the host's other certificate; a host that may have none gets none.",
	  "200 `{\"certificate\": \"ecdsa-sha2-nistp256-cert-v01@openssh.com BASE64\"}`; 400 with the field: `\"key\"`, or "
	  "`\"name\"`\nwhen another host has them." },
	{ 0 },
};
