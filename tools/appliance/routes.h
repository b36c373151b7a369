// SPDX-License-Identifier: MIT
/*
 * The table of calls: the server dispatches by it, the documentation (docs/api.md) is written from it,
 * and a test asks for each row what happens without its credentials.
 */
#ifndef APPLIANCE_ROUTES_H
#define APPLIANCE_ROUTES_H

#include "appliance/request.h"

enum auth_kind {
	AUTH_NONE,     /* anyone */
	AUTH_JOIN,     /* Authorization: Bearer, a join token */
	AUTH_HOST,     /* the client certificate of the host that {id} names */
	AUTH_ADMIN,    /* Authorization: Bearer, the admin token */
	AUTH_BROWSER,  /* HTTP Basic; the password is the admin token */
};

enum listener {
	ON_NODES = 1,  /* the address that nodes talk to */
	ON_ADMIN = 2,  /* the address of operators */
	ON_BOOT = 4,   /* plain HTTP for firmware and boot loaders: calls for anyone only */
};

#define LISTENERS 3
/* 0 to LISTENERS - 1. */
unsigned listener_index(enum listener listener);
/* "nodes", "admin", "boot". */
const char *listener_name(enum listener listener);

struct route {
	const char *method;
	/* Literal path; {NAME} matches one segment, {NAME...} at the end the rest of the path. */
	const char *pattern;
	enum auth_kind auth;
	unsigned listeners;  /* enum listener, or-ed */
	void (*handle)(struct request *request, struct reply *reply);
	const char *help;    /* what it does */
	const char *answers; /* statuses and what is in them */
};

/* Each group of calls is one file that ends in its rows, up to one without a method. */
extern const struct route routes_hosts[], routes_host_certificates[], routes_boot[], routes_admin_boot[],
	routes_admin_hosts[], routes_admin_pools[], routes_admin_tokens[], routes_admin_clients[], routes_admin_keytabs[],
	routes_metrics[], routes_web[];
/* NULL-terminated list of those. */
extern const struct route *const route_groups[];

/*
 * The row for a method and a path at a listener, with params filled. NULL when there is none; then
 * *ret_is_known tells whether another method would have been right (405) or not (404).
 */
const struct route *route_find(enum listener listener, const char *method, const char *path,
			       char *params[ROUTE_PARAMS_MAX], bool *ret_is_known);

/*
 * Checks the row's kind of credentials. True when the handler may run; otherwise the reply says 401
 * or 403.
 */
bool route_authorize(const struct route *route, struct request *request, struct reply *reply);

/* The whole interface as a page in Markdown. */
void routes_document(FILE *out);

#endif
