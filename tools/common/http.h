// SPDX-License-Identifier: MIT
/*
 * HTTP client (libcurl): bounded in bytes and in time, TLS verified against exactly one CA.
 */
#ifndef COMMON_HTTP_H
#define COMMON_HTTP_H

#include <stdint.h>

#include "common/problems.h"

struct http_request {
	const char *method;         /* NULL means GET */
	const char *url;
	const char *ca_pem;         /* the only CA that is trusted; NULL: the system's */
	bool insecure_ca_fetch;     /* no verification: only for fetching the CA that is then compared */
	const char *client_cert_pem; /* mTLS; both or neither */
	const char *client_key_pem;
	const char *bearer;         /* Authorization: Bearer ...; kept out of every message */
	const char *if_none_match;
	const char *content_type;   /* of the body */
	const char *body;
	size_t body_len;
	size_t max_bytes;           /* of the reply's body; 0 means 1 MiB */
	int connect_timeout_ms;     /* 0 means 10 s */
	int timeout_ms;             /* whole exchange; 0 means 30 s */
};

enum http_failure {
	HTTP_OK = 0,       /* an HTTP answer came, whatever its status */
	HTTP_UNREACHABLE,  /* name, route, refused, timeout: try again */
	HTTP_TLS,          /* certificate not trusted */
	HTTP_TLS_CLOCK,    /* certificate not yet valid or expired: look at the clock */
	HTTP_BAD_REPLY,    /* too large, truncated, not HTTP */
};

struct http_response {
	long status;
	char *body;                 /* NUL-terminated; never NULL after HTTP_OK */
	size_t body_len;
	char *etag;                 /* NULL when absent */
	int64_t retry_after_ms;     /* 0 when absent; capped at one hour */
};

/* One exchange, no redirects. On anything but HTTP_OK a problem is added and *ret is untouched. */
enum http_failure http_exchange(const struct http_request *request, struct http_response *ret,
				struct problems *problems);
void http_response_done(struct http_response *response);

#define autoresponse __attribute__((cleanup(http_response_done)))

#endif
