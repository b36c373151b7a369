// SPDX-License-Identifier: MIT
/*
 * /run/roost/network.json: how the network is, written by `roost-network apply` (what was asked for)
 * and `roost-network watch` (what became of it).
 *
 *	{"state": "ok" | "waiting" | "degraded", "reason", "bridge", "uplink", "mac", "addresses": [],
 *	 "wanted": "dhcp" | "static" | "none", "notes": [], "since_ms", "configuration": SHA-256}
 */
#ifndef NODE_NETWORK_STATE_H
#define NODE_NETWORK_STATE_H

#include <stdint.h>

#include "common/json.h"

#define NETWORK_STATE "/run/roost/network.json"
/* A network without an address this long after it was asked for one is degraded. */
#define NETWORK_ADDRESS_MS 30000

struct network_state {
	char *device;           /* that carries the address: "br0"; NULL: none is configured */
	char *uplink;           /* the NIC below it; may be NULL */
	char *mac;
	const char *wanted;     /* "dhcp", "static", "none" */
	char **notes;           /* what could not be set up, in plain words */
	int64_t since_ms;       /* when this configuration was applied (now_ms) */
	char *configuration;    /* SHA-256 of host.conf */

	char **addresses;       /* global ones, with their prefix lengths */
	bool has_carrier;       /* of the uplink */
	int64_t lost_ms;        /* when the last address went; 0: there was none, or it is there */
};

/*
 * Two programs write the file: one at a time. Returns a descriptor (-1 without a lock, which is no
 * reason to stop); the lock ends when it is closed.
 */
int network_state_lock(const char *root);
/* From the file; false when there is none, or none that can be read. Addresses are left out. */
bool network_state_read(const char *root, struct network_state *ret);
/* The device's global addresses and the uplink's carrier, as they are now. */
void network_state_look(const char *root, struct network_state *state);
/* "ok", "waiting" or "degraded"; the reason is owned by the caller, NULL when ok. */
const char *network_state_judge(const struct network_state *state, int64_t at_ms, char **ret_reason);
/* Writes the file when it differs. *ret_changed may be NULL. */
int network_state_write(const char *root, const struct network_state *state, bool *ret_changed,
			struct problems *problems);
void network_state_done(struct network_state *state);

#define autonetstate __attribute__((cleanup(network_state_done)))

#endif
