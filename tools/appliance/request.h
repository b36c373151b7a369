// SPDX-License-Identifier: MIT
/*
 * One request and its answer, as handlers see them: nothing here knows the HTTP library, so a test can
 * call a handler with a request that it made itself.
 */
#ifndef APPLIANCE_REQUEST_H
#define APPLIANCE_REQUEST_H

#include <stdint.h>

#include "appliance/appliance.h"
#include "common/json.h"

#define ROUTE_PARAMS_MAX 2

struct request {
	struct appliance *appliance;
	const char *method;
	const char *path;                /* percent-decoded */
	char *params[ROUTE_PARAMS_MAX];  /* what the route's {…} matched */
	char *body;                      /* NUL behind the last byte; NULL when there is none */
	size_t body_len;
	char *address;                   /* of the peer */
	char *peer_id;                   /* common name of the verified client certificate, or NULL */
	char *peer_key_id;               /* SHA-256 of its key */
	bool is_encrypted;
	char *host;                      /* what the client called us: Host, else our own address */
	const char *authorization;       /* the headers that matter, or NULL */
	const char *if_none_match;
	const char *range;
	const char *if_range;
	int64_t now;                     /* seconds since 1970 */
};

struct reply {
	unsigned status;
	const char *content_type;
	char *body;
	size_t body_len;
	char **headers;                  /* "Name: value" */
	/* Instead of a body: length bytes of an open file from offset; the server closes it. */
	int fd;
	uint64_t offset;
	uint64_t length;
	char *note;                      /* for the log line: why, without secrets */
};

void request_done(struct request *request);
void reply_done(struct reply *reply);

void reply_header(struct reply *reply, const char *fmt, ...) printf_like(2, 3);
/* Takes ownership of text. */
void reply_text(struct reply *reply, unsigned status, const char *content_type, char *text);
/* Takes ownership of value. */
void reply_json(struct reply *reply, unsigned status, json_t *value);
/* {"error": ..., "field": ...}; field may be NULL. */
void reply_error(struct reply *reply, unsigned status, const char *field, const char *fmt, ...)
	printf_like(4, 5);
/* reply_error with all problems in one line. */
void reply_problems(struct reply *reply, unsigned status, const char *field,
		    const struct problems *problems);
/* 503 that says when to come again, in place of what the reply was; the connection ends with it. */
void reply_busy(struct reply *reply, unsigned retry_after_s, const char *what);
/* 500: the problems go to the log, not to the peer. */
void reply_broken(struct reply *reply, const struct problems *problems);

/* The secret of "Bearer SECRET", borrowed from the header; NULL when it is not that. */
const char *bearer_of(const struct request *request);
/* Compares two texts of any length in a time that does not depend on where they differ. */
bool secrets_equal(const char *a, const char *b);

#endif
