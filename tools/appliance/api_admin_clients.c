// SPDX-License-Identifier: MIT
/* The operators' calls about who may manage hosts from outside, and how they know a host. */
#include <ctype.h>

#include "appliance/routes.h"

#define NAME_MAX_BYTES 64 /* RFC 5280, ub-common-name */
#define DAYS_MAX 3650

/* Letters, digits and -._@: it stands in lists of names, where , = and * mean something. */
static bool is_client_name(const char *name)
{
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-._@", *p))
			return false;
	return *name;
}

static int read_subject(const json_t *body, struct ca_subject *ret, const char **ret_field,
			struct problems *problems)
{
	long long days = 0;

	*ret_field = "name";
	if (json_get_string(body, "name", NAME_MAX_BYTES, &ret->name, "request", problems) < 0)
		return -1;
	if (!is_client_name(ret->name))
		return problem(problems, "request: \"name\": expected letters, digits and -._@");
	*ret_field = "days";
	if (json_object_get(body, "days") &&
	    json_get_int(body, "days", 1, DAYS_MAX, &days, "request", problems) < 0)
		return -1;
	ret->days = days;
	return 0;
}

static int read_request(const json_t *body, struct ca_subject *ret, struct csr *ret_csr,
			const char **ret_field, struct problems *problems)
{
	const char *pem;

	if (read_subject(body, ret, ret_field, problems) < 0)
		return -1;
	*ret_field = "csr";
	if (json_get_string(body, "csr", CSR_PEM_MAX, &pem, "request", problems) < 0)
		return -1;
	return csr_read(pem, ret_csr, problems);
}

static void post_certificate(struct request *request, struct reply *reply)
{
	struct ca *ca = request->appliance->ca;
	struct ca_subject subject = { .role = CERTIFICATE_CLIENT };
	autoproblems struct problems problems = { 0 };
	autofree char *certificate = NULL;
	struct csr csr = { 0 };
	const char *field = NULL;
	autojson json_t *body = json_read(request->body, request->body_len, 4 * CSR_PEM_MAX, "request",
					  &problems);

	if (!body || read_request(body, &subject, &csr, &field, &problems) < 0)
		reply_problems(reply, 400, field, &problems);
	else if (ca_sign(ca, &csr, &subject, request->now, &certificate, &problems) < 0)
		reply_broken(reply, &problems);
	else
		reply_json(reply, 201, json_pack("{ss, ss}", "certificate", certificate, "ca", ca_pem(ca)));
	if (certificate)
		reply->note = xasprintf("client %s", subject.name);
	csr_done(&csr);
}

static void get_ssh_ca(struct request *request, struct reply *reply)
{
	reply_json(reply, 200, json_pack("{ss}", "key", ssh_ca_key(request->appliance->ssh_ca)));
}

const struct route routes_admin_clients[] = {
	{ "POST", "/v1/admin/client-certificates", AUTH_ADMIN, ON_ADMIN, post_certificate,
	  "Signs the certificate of a client that may manage hosts (libvirt over TLS): `{\"name\", \"csr\": PEM, "
	  "\"days\"}`,\ndays from 1 to 3650, 30 when missing. Its subject is O=roost-client, CN=name; a host's has "
	  "O=roost-host.",
	  "201 `{\"certificate\": PEM, \"ca\": PEM}`; 400 with the field." },
	{ "GET", "/v1/admin/ssh-ca", AUTH_ADMIN, ON_ADMIN, get_ssh_ca,
	  "The key that signs hosts' ssh keys, for ssh's known_hosts.",
	  "200 `{\"key\": \"ecdsa-sha2-nistp256 BASE64\"}`." },
	{ 0 },
};
