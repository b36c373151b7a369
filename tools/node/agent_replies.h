// SPDX-License-Identifier: MIT
/*
 * The appliance's answers, from bytes to structs. Everything in them is hostile until it was checked:
 * lengths, types, characters. Fuzzed by tests/fuzz/fuzz_replies.c.
 */
#ifndef NODE_AGENT_REPLIES_H
#define NODE_AGENT_REPLIES_H

#include "common/problems.h"
#include "common/ssh_wire.h"

#define GENERATION_MAX 128
#define INTERVAL_MIN_S 1
#define INTERVAL_MAX_S 3600

/* 201 to POST /v1/hosts. */
struct reply_registration {
	char *certificate;  /* PEM; only its length and kind of text were checked */
	char *pool;         /* may be NULL */
};

/* 200 to a heartbeat. */
struct reply_heartbeat {
	char *generation;   /* of the host's current kickstart; NULL when the appliance has none */
	char *keytab;       /* SHA-256 of its keytab, lower-case hexadecimal; NULL when there is none */
	char **peers;       /* addresses of the other hosts of its pool, canonical; NULL: there are none */
	bool has_peers;     /* false: they are as they were */
	int interval_s;
};

/* `id` is the node's own: an answer for another host is a problem. *ret is untouched on failure. */
int reply_registration_read(const char *body, size_t len, const char *id,
			    struct reply_registration *ret, struct problems *problems);
void reply_registration_done(struct reply_registration *reply);

/* 200 to POST .../certificate: the PEM text, as far as checked above. Owned by the caller. */
int reply_certificate_read(const char *body, size_t len, char **ret_pem, struct problems *problems);

/* 200 to POST .../ssh-certificate: one line, owned by the caller, and what is in it. */
int reply_ssh_certificate_read(const char *body, size_t len, char **ret_text, struct ssh_certificate *ret,
			       struct problems *problems);

int reply_heartbeat_read(const char *body, size_t len, struct reply_heartbeat *ret,
			 struct problems *problems);
void reply_heartbeat_done(struct reply_heartbeat *reply);

/* The text of {"error": ...}, printable and bounded; NULL when there is none. Owned by the caller. */
char *reply_error_text(const char *body, size_t len);

/*
 * The generation that an ETag header (RFC 9110, 8.8.3) names: its opaque text without quotes. NULL
 * when it is none, too long, or has characters other than [A-Za-z0-9._:+=/-].
 */
char *generation_of_etag(const char *etag);

/* True when the text may be a kickstart: UTF-8 without control characters but tab, CR and LF. */
bool reply_is_text(const char *body, size_t len);

#endif
