// SPDX-License-Identifier: MIT
/*
 * LLDP and LACP frames; see link_frames.h.
 *
 *	frame  = destination(6) source(6) type(2) payload
 *	LLDP   = chassis(1) port(2) ttl(3) { tlv } [ end(0) ]      tlv = type:7 length:9 value
 *	org    = tlv 127: OUI(3) subtype(1) value                  802.1: 00-80-C2
 *	LACPDU = 1 version actor(1,20) partner(2,20) ...           tlv = type(1) length(1) value
 */
#include <string.h>

#include "node/link_frames.h"

#define HEADER 14
#define TYPE_LLDP 0x88cc
#define TYPE_SLOW 0x8809
#define VLAN_MAX 4094

enum { LLDP_END, LLDP_CHASSIS, LLDP_PORT, LLDP_TTL, LLDP_SYSTEM_NAME = 5, LLDP_ORG = 127 };
enum { DOT1_PORT_VLAN = 1, DOT1_PROTOCOL_VLAN, DOT1_VLAN_NAME };

static uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* ---- LLDP ---------------------------------------------------------------------------------------- */

static void add_vlan(struct link_frame *frame, uint16_t id)
{
	size_t i = 0;

	if (id == 0 || id > VLAN_MAX || frame->vlans_count == LINK_VLANS_MAX)
		return;
	while (i < frame->vlans_count && frame->vlans[i] < id)
		i++;
	if (i < frame->vlans_count && frame->vlans[i] == id)
		return;
	memmove(&frame->vlans[i + 1], &frame->vlans[i], (frame->vlans_count - i) * sizeof(*frame->vlans));
	frame->vlans[i] = id;
	frame->vlans_count++;
}

/* IEEE 802.1's own: 802.1Q-2018, annex D. */
static bool read_dot1(const uint8_t *value, size_t length, struct link_frame *frame)
{
	static const uint8_t oui[] = { 0x00, 0x80, 0xc2 };

	if (length < 4)
		return false;
	if (memcmp(value, oui, sizeof(oui)) != 0)
		return true;
	switch (value[3]) {
	case DOT1_PORT_VLAN:
		if (length != 6)
			return false;
		frame->untagged = be16(value + 4) <= VLAN_MAX ? be16(value + 4) : 0;
		return true;
	case DOT1_PROTOCOL_VLAN:
		if (length != 7)
			return false;
		add_vlan(frame, be16(value + 5));
		return true;
	case DOT1_VLAN_NAME:
		if (length < 7 || length != 7u + value[6])
			return false;
		add_vlan(frame, be16(value + 4));
		return true;
	default:
		return true;
	}
}

/* It ends up in messages and JSON. */
static void read_name(const uint8_t *value, size_t length, struct link_frame *frame)
{
	size_t n = 0;

	for (size_t i = 0; i < length && n < sizeof(frame->name) - 1; i++)
		frame->name[n++] = value[i] > ' ' && value[i] < 0x7f ? (char)value[i] : '?';
	frame->name[n] = '\0';
}

static bool read_tlv(unsigned type, const uint8_t *value, size_t length, struct link_frame *frame)
{
	switch (type) {
	case LLDP_CHASSIS:
	case LLDP_PORT:
		return length >= 2 && length <= 256;
	case LLDP_TTL:
		/* 0: the port says good-bye */
		return length == 2 && be16(value) != 0;
	case LLDP_SYSTEM_NAME:
		read_name(value, length, frame);
		return true;
	case LLDP_ORG:
		return read_dot1(value, length, frame);
	default:
		return true;
	}
}

static bool read_lldp(const uint8_t *data, size_t size, struct link_frame *frame)
{
	static const unsigned first[] = { LLDP_CHASSIS, LLDP_PORT, LLDP_TTL };
	size_t count = 0;

	for (size_t at = 0; at + 2 <= size; count++) {
		unsigned type = data[at] >> 1;
		size_t length = be16(data + at) & 0x1ff;

		at += 2;
		if (length > size - at)
			return false;
		if (count < 3 ? type != first[count] : type >= LLDP_CHASSIS && type <= LLDP_TTL)
			return false;
		if (type == LLDP_END)
			return length == 0;
		if (!read_tlv(type, data + at, length, frame))
			return false;
		at += length;
	}
	/* the mandatory three, and an end that may be left out */
	return count >= 3;
}

/* ---- LACP ---------------------------------------------------------------------------------------- */

static bool read_lacp(const uint8_t *data, size_t size, struct link_frame *frame)
{
	enum { SUBTYPE_LACP = 1, ACTOR = 2, PARTNER = 22, END = 42 };

	if (size < END || data[0] != SUBTYPE_LACP || data[1] == 0 || data[ACTOR] != 1 ||
	    data[ACTOR + 1] != 20 || data[PARTNER] != 2 || data[PARTNER + 1] != 20)
		return false;
	memcpy(frame->actor, data + ACTOR + 2, sizeof(frame->actor));
	return true;
}

bool link_frame_read(const uint8_t *data, size_t size, struct link_frame *ret)
{
	struct link_frame frame = { 0 };
	bool is_good = false;

	if (size < HEADER)
		return false;
	if (be16(data + 12) == TYPE_LLDP) {
		frame.kind = LINK_FRAME_LLDP;
		is_good = read_lldp(data + HEADER, size - HEADER, &frame);
	} else if (be16(data + 12) == TYPE_SLOW) {
		frame.kind = LINK_FRAME_LACP;
		is_good = read_lacp(data + HEADER, size - HEADER, &frame);
	}
	if (is_good)
		*ret = frame;
	return is_good;
}
