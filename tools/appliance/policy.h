// SPDX-License-Identifier: MIT
/*
 * Who may register: a pure function of what came, what is on record, and the join token.
 */
#ifndef APPLIANCE_POLICY_H
#define APPLIANCE_POLICY_H

#include <stdint.h>

#include "appliance/hardware.h"
#include "appliance/store.h"

struct policy_case {
	const struct hardware *hardware;  /* of the newcomer */
	const struct host_record *host;   /* with its id; NULL: none on record */
	const struct hardware *recorded;  /* of that host; NULL with it */
	const struct token_record *token; /* that it showed; NULL: none that we know */
	int64_t now;
	bool is_initiator_taken;          /* another host has its iSCSI initiator name */
};

struct verdict {
	unsigned status;    /* HTTP */
	const char *state;  /* the answer's "state" */
	const char *field;  /* the answer's "field"; may be NULL */
	const char *error;  /* for people; may be NULL */
	bool is_new;        /* the host gets a record, and the token counts one more */
	unsigned retry_after_s; /* 0: none */
};

/*
 * An expired or used-up token still lets a host return that it admitted (stateless nodes register at
 * every boot): expiry and uses bound what is new. A revoked token lets nobody in.
 */
struct verdict policy_decide(const struct policy_case *c);

#endif
