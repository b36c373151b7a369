// SPDX-License-Identifier: MIT
/*
 * Registering a host: token, record and policy in one change of the store; and what follows from the
 * record afterwards, the kickstart and its generation.
 */
#ifndef APPLIANCE_REGISTRAR_H
#define APPLIANCE_REGISTRAR_H

#include "appliance/appliance.h"
#include "appliance/policy.h"
#include "appliance/registration.h"

struct newcomer {
	const struct registration *registration;
	const struct csr *csr;
	const char *token;     /* as it was sent */
	const char *address;
	int64_t now;
};

struct registered {
	struct verdict verdict;
	char *certificate;     /* PEM; only with status 201 */
	char *pool;
};

/* When it returns 0, the verdict is on the disk: it may be told. */
int register_host(struct appliance *appliance, const struct newcomer *newcomer,
		  struct registered *ret, struct problems *problems);
void registered_done(struct registered *registered);

/* A host of ours that asks for a certificate. */
struct host_request {
	const char *id, *address;
	const char *name;      /* that it gives itself; may be NULL */
	const struct csr *csr;
	enum certificate_role role;
	int64_t now;
};

/* With the names that it may have (host_names.h). */
int sign_host(const struct appliance *appliance, const struct host_request *host, char **ret_pem,
	      struct problems *problems);

/* The host's own kickstart, else its pool's. Owned by the caller. */
int kickstart_of_host(struct store *store, const struct host_record *host, char **ret,
		      struct problems *problems);
/* A name for exactly this text: what the ETag is, and what heartbeats compare. */
char *kickstart_generation(const char *text);

#endif
