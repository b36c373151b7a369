// SPDX-License-Identifier: MIT
/*
 * How a host is doing, in one word and one reason, from its record: what tables, the web page and the
 * figures show.
 */
#ifndef APPLIANCE_HOST_STATUS_H
#define APPLIANCE_HOST_STATUS_H

#include "appliance/store.h"
#include "common/json.h"

enum host_state {
	STATE_PENDING,     /* waits for approval */
	STATE_REJECTED,
	STATE_REGISTERED,  /* has its certificate, no heartbeat yet */
	STATE_CONFIGURING,
	STATE_DEGRADED,
	STATE_READY,
	STATE_LOST,        /* no heartbeat for three intervals and a half */
	HOST_STATES,
};

const char *host_state_name(enum host_state state);
enum host_state host_state(const struct host_record *host, unsigned heartbeat_s, int64_t now);
/* Why it is not ready, in plain words; "" when it is. Owned by the caller. */
char *host_reason(const struct host_record *host, enum host_state state, int64_t now);

/*
 * One host as JSON, for the admin calls: identity, state, reason, addresses, times; with is_whole also
 * facts and the last heartbeat. New.
 */
json_t *host_json(const struct host_record *host, unsigned heartbeat_s, int64_t now, bool is_whole);

#endif
