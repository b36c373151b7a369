// SPDX-License-Identifier: MIT
/*
 * What a node sends: the body of POST /v1/hosts and that of a heartbeat, read strictly and bounded.
 * Fields that are not known here are kept in the facts and otherwise ignored, so that a newer node can
 * talk to an older appliance.
 */
#ifndef APPLIANCE_REGISTRATION_H
#define APPLIANCE_REGISTRATION_H

#include "appliance/hardware.h"

#define BODY_MAX (1024 * 1024)
#define HOSTNAME_LEN_MAX 253
#define REASONS_MAX 32
#define REASON_LEN_MAX 1024
#define TIMELINE_MAX 1000

struct registration {
	char *id;        /* UUID, lower case, no placeholder */
	char *csr;       /* PEM, not checked yet */
	char *hostname;  /* may be NULL */
	json_t *facts;
	struct hardware hardware;
};

/* On failure a problem is added and *ret_field (never NULL) names the JSON field that is wrong. */
int registration_read(const char *body, size_t len, struct registration *ret,
		      const char **ret_field, struct problems *problems);
void registration_done(struct registration *registration);

/* The body of PUT .../facts: the facts alone. The same rules. */
int facts_read(const char *body, size_t len, json_t **ret, struct hardware *ret_hardware,
	       const char **ret_field, struct problems *problems);

struct heartbeat {
	json_t *report;  /* the whole body, checked */
	char *hostname;  /* may be NULL */
	const char *generation; /* borrowed from report; may be NULL */
};

int heartbeat_read(const char *body, size_t len, struct heartbeat *ret, const char **ret_field,
		   struct problems *problems);
void heartbeat_done(struct heartbeat *heartbeat);

/* A host's name as RFC 1123 has it. */
bool is_hostname(const char *text);

#endif
