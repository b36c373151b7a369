// SPDX-License-Identifier: MIT
/*
 * What a switch says on its own: LLDP (IEEE 802.1AB) and LACP (IEEE 802.1AX) frames, as bytes of anybody
 * who is plugged in. A frame that breaks a rule is dropped whole.
 */
#ifndef NODE_LINK_FRAMES_H
#define NODE_LINK_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINK_VLANS_MAX 16

enum link_frame_kind { LINK_FRAME_OTHER, LINK_FRAME_LLDP, LINK_FRAME_LACP };

struct link_frame {
	enum link_frame_kind kind;
	char name[64];          /* LLDP: system name, printable ASCII; "" when there is none */
	uint16_t untagged;      /* LLDP: port VLAN id; 0: none */
	uint16_t vlans[LINK_VLANS_MAX]; /* LLDP: named and protocol VLANs, ascending, each once; more are left out */
	size_t vlans_count;
	uint8_t actor[10];      /* LACP: system priority, system id, key: equal on ports that may go together */
};

/* A whole Ethernet frame without its checksum. False, and *ret untouched, for one that is neither or broken. */
bool link_frame_read(const uint8_t *data, size_t size, struct link_frame *ret);

#endif
