// SPDX-License-Identifier: MIT
/*
 * HTTP client (libcurl): bounded in bytes and in time, TLS verified against exactly one CA.
 */
#ifndef COMMON_HTTP_H
#define COMMON_HTTP_H

#include <stdint.h>

#include "common/http_head.h"
#include "common/problems.h"

/*
 * Where a body goes that is too large for memory. A function that returns false ends the exchange:
 * `begin`, which sees every answer's head once, as "there is nothing here to read" (HTTP_OK, and
 * the response has the status); `data` as HTTP_STOPPED, and the sink knows why.
 */
struct http_sink {
	bool (*begin)(const struct http_head *head, void *userdata);
	bool (*data)(const void *data, size_t len, void *userdata);
	void (*tick)(void *userdata);   /* at least once a second, for who shows progress; may be NULL */
	void *userdata;
};

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
	int stall_s;                /* ends when less than 1 KiB/s came for so long; 0 means never */
	const struct http_sink *sink; /* NULL: the body comes with the response */
	uint64_t range_from;        /* asks for the bytes from there on; 0: for all */
	const char *if_range;       /* only of the version with this ETag; used when it is a strong one */
};

enum http_failure {
	HTTP_OK = 0,       /* an HTTP answer came, whatever its status */
	HTTP_UNREACHABLE,  /* name, route, refused, timeout: try again */
	HTTP_TLS,          /* certificate not trusted */
	HTTP_TLS_CLOCK,    /* certificate not yet valid or expired: look at the clock */
	HTTP_BAD_REPLY,    /* too large, truncated, not HTTP */
	HTTP_STOPPED,      /* by the sink; no problem was added */
};

struct http_response {
	long status;
	char *body;                 /* NUL-terminated; never NULL after HTTP_OK; empty with a sink */
	size_t body_len;
	char *etag;                 /* NULL when absent */
	char *location;             /* where a redirect leads, which is not followed; NULL otherwise */
	int64_t retry_after_ms;     /* 0 when absent; capped at one hour */
};

/* One exchange, no redirects. On anything but HTTP_OK a problem is added and *ret is untouched. */
enum http_failure http_exchange(const struct http_request *request, struct http_response *ret,
				struct problems *problems);
void http_response_done(struct http_response *response);

#define autoresponse __attribute__((cleanup(http_response_done)))

#endif
