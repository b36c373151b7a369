// SPDX-License-Identifier: MIT
/*
 * How the network is, beside how it was asked for:
 *
 *	{"differs": true or false,
 *	 "missing": [text],        what the configuration names and the machine lacks, with file and line
 *	 "devices": [a device of links.h, and
 *	             "is_configured", "is_there", "below": [its ports, or a VLAN's device],
 *	             "lldp": [see lldp.h], "differences": [text]]}
 *
 * Devices of the configuration first, in its order, then the others. One that is not there has a
 * name, its kind, and what stands in the last two lines above.
 */
#ifndef NODE_NETWORK_STATUS_H
#define NODE_NETWORK_STATUS_H

#include "common/json.h"

/* Owned by the caller; NULL with a problem: no valid configuration, or the kernel does not say. */
json_t *network_status_read(const char *root, struct problems *problems);
/* The tree of devices, each above what it is made of, and at its end whether anything differs. */
void network_status_print(const json_t *status, FILE *out);

#endif
