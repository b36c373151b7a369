// SPDX-License-Identifier: MIT
/* The appliance's answers, checked; see agent_replies.h. */
#include <ctype.h>

#include "common/digest.h"
#include "common/json.h"
#include "host/address_list.h"
#include "node/agent_replies.h"
#include "node/facts.h"

#define REPLY_MAX (64 * 1024)
#define CERTIFICATE_MAX (16 * 1024)
#define NAME_MAX_LEN 256
#define ERROR_TEXT_MAX 256

static bool is_generation(const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len > GENERATION_MAX)
		return false;
	for (const char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._:+=/-", *p))
			return false;
	return true;
}

char *generation_of_etag(const char *etag)
{
	const char *weak = str_after(etag, "W/");
	autofree char *text = NULL;
	size_t len;

	etag = weak ? weak : etag;
	len = strlen(etag);
	if (len >= 2 && etag[0] == '"' && etag[len - 1] == '"')
		text = xstrndup(etag + 1, len - 2);
	else
		text = xstrdup(etag);
	return is_generation(text) ? take_ptr(text) : NULL;
}

static int get_certificate(const json_t *reply, const char **ret, const char *source, struct problems *problems)
{
	if (json_get_string(reply, "certificate", CERTIFICATE_MAX, ret, source, problems) < 0)
		return -1;
	if (!str_after(*ret, "-----BEGIN CERTIFICATE-----"))
		return problem(problems, "%s: \"certificate\": expected PEM", source);
	return 0;
}

int reply_certificate_read(const char *body, size_t len, char **ret_pem, struct problems *problems)
{
	static const char source[] = "the appliance's answer with a certificate";
	autojson json_t *reply = json_read(body, len, REPLY_MAX, source, problems);
	const char *certificate;

	if (!reply || get_certificate(reply, &certificate, source, problems) < 0)
		return -1;
	*ret_pem = xstrdup(certificate);
	return 0;
}

int reply_ssh_certificate_read(const char *body, size_t len, char **ret_text, struct ssh_certificate *ret,
			       struct problems *problems)
{
	static const char source[] = "the appliance's answer with a certificate for ssh";
	autojson json_t *reply = json_read(body, len, REPLY_MAX, source, problems);
	const char *text;

	if (!reply || json_get_string(reply, "certificate", SSH_CERTIFICATE_TEXT_MAX, &text, source, problems) < 0)
		return -1;
	if (!ssh_certificate_read(text, ret))
		return problem(problems, "%s: \"certificate\": expected " SSH_P256_CERTIFICATE " BASE64", source);
	*ret_text = xstrdup(text);
	return 0;
}

int reply_registration_read(const char *body, size_t len, const char *id,
			    struct reply_registration *ret, struct problems *problems)
{
	static const char source[] = "the appliance's answer to the registration";
	autojson json_t *reply = json_read(body, len, REPLY_MAX, source, problems);
	const char *reply_id, *certificate, *pool;

	if (!reply ||
	    json_get_string(reply, "id", NAME_MAX_LEN, &reply_id, source, problems) < 0 ||
	    get_certificate(reply, &certificate, source, problems) < 0 ||
	    json_get_optional_string(reply, "pool", NAME_MAX_LEN, &pool, source, problems) < 0)
		return -1;
	if (!streq(reply_id, id))
		return problem(problems, "%s: \"id\": not this host's", source);
	ret->certificate = xstrdup(certificate);
	ret->pool = pool ? xstrdup(pool) : NULL;
	return 0;
}

void reply_registration_done(struct reply_registration *reply)
{
	free(reply->certificate);
	free(reply->pool);
	*reply = (struct reply_registration){ 0 };
}

int reply_heartbeat_read(const char *body, size_t len, struct reply_heartbeat *ret,
			 struct problems *problems)
{
	static const char source[] = "the appliance's answer to the heartbeat";
	autojson json_t *reply = json_read(body, len, REPLY_MAX, source, problems);
	autofree char *generation = NULL, *keytab = NULL;
	autostrv char **peers = NULL;
	const char *etag, *digest;
	long long interval_s;

	if (!reply ||
	    json_get_optional_string(reply, "generation", NAME_MAX_LEN, &etag, source,
				     problems) < 0 ||
	    json_get_optional_string(reply, "keytab", NAME_MAX_LEN, &digest, source, problems) < 0 ||
	    json_get_int(reply, "interval_s", INTERVAL_MIN_S, INTERVAL_MAX_S, &interval_s, source,
			 problems) < 0 ||
	    address_list_read(reply, "peers", PEER_ADDRESSES_MAX, &peers, source, problems) < 0)
		return -1;
	if (etag && *etag) {
		generation = generation_of_etag(etag);
		if (!generation)
			return problem(problems, "%s: \"generation\": expected the value of an ETag",
				       source);
	}
	if (digest && *digest) {
		keytab = sha256_parse(digest);
		if (!keytab)
			return problem(problems, "%s: \"keytab\": expected a SHA-256", source);
	}
	ret->generation = take_ptr(generation);
	ret->keytab = take_ptr(keytab);
	ret->peers = take_ptr(peers);
	ret->has_peers = json_object_get(reply, "peers");
	ret->interval_s = (int)interval_s;
	return 0;
}

void reply_heartbeat_done(struct reply_heartbeat *reply)
{
	free(reply->generation);
	free(reply->keytab);
	strv_free(reply->peers);
	*reply = (struct reply_heartbeat){ 0 };
}

char *reply_error_text(const char *body, size_t len)
{
	autojson json_t *reply = json_read(body, len, REPLY_MAX, "", NULL);
	autojson json_t *text = NULL;
	const char *error;

	if (!reply || json_get_optional_string(reply, "error", REPLY_MAX, &error, "", NULL) < 0 ||
	    !error)
		return NULL;
	text = clean_string(error, ERROR_TEXT_MAX);
	return json_is_string(text) ? xstrdup(json_string_value(text)) : NULL;
}

bool reply_is_text(const char *body, size_t len)
{
	autojson json_t *checked = NULL;

	for (size_t i = 0; i < len; i++)
		if (iscntrl((unsigned char)body[i]) && !strchr("\t\r\n", body[i]))
			return false;
	if (memchr(body, '\0', len))
		return false;
	checked = json_stringn(body, len); /* NULL unless it is UTF-8 */
	return checked != NULL;
}
