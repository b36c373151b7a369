// SPDX-License-Identifier: MIT
/*
 * URLs of folders on servers: "http://" or "https://", a host, a port, a path. No user or password,
 * which would be in every message, no query and no fragment: a file's name is added at the end.
 */
#ifndef COMMON_HTTP_URL_H
#define COMMON_HTTP_URL_H

#include "common/problems.h"

struct http_url {
	char *text;      /* as the client will use it, without a slash at the end */
	char *origin;    /* scheme, host and port alone */
	bool is_https;
};

/* 0, or -1 with a problem and *ret untouched. Release it with http_url_done. */
int http_url_read(const char *text, struct http_url *ret, struct problems *problems);
void http_url_done(struct http_url *url);

#endif
