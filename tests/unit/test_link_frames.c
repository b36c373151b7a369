// SPDX-License-Identifier: MIT
/*
 * What switches say, and what is worth a try then. PAINS 1 (a port that waits for LACPDUs), 3 (management
 * on a tagged VLAN).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "common/str.h"
#include "node/probe_plan.h"

#define LLDP "0180c200000e 525400000001 88cc "
#define CHASSIS "0207 04 525400000001 "
#define PORT "0404 05 616263 "
#define TTL "0602 0078 "
#define START LLDP CHASSIS PORT TTL
#define VLAN_10 "fe07 0080c203 000a 00 "
#define VLAN_20 "fe0b 0080c203 0014 04 6d676d74 "
#define SLOW "0180c2000002 525400000001 8809 "
#define ACTOR "0114 8000 525400000001 0007 00ff 0001 45 000000 "
#define PARTNER "0214 0000 000000000000 0000 0000 0000 00 000000 "

static size_t bytes(const char *hex, uint8_t *ret)
{
	size_t n = 0;

	for (const char *p = hex; *p; p++) {
		unsigned value;

		if (*p == ' ')
			continue;
		assert_int_equal(sscanf(p, "%2x", &value), 1);
		ret[n++] = (uint8_t)value;
		p++;
	}
	return n;
}

/* "lacp 800052540000000100007", "lldp NAME untagged 1 vlans 10 20"; NULL: refused. */
static char *read_text(const char *hex)
{
	struct link_frame frame = { 0 };
	autostrv char **words = NULL;
	autofree char *actor = NULL;
	uint8_t data[512];
	size_t size = bytes(hex, data);

	if (!link_frame_read(data, size, &frame))
		return NULL;
	if (frame.kind == LINK_FRAME_LACP) {
		actor = str_hex(frame.actor, sizeof(frame.actor));
		return xasprintf("lacp %s", actor);
	}
	strv_pushf(&words, "lldp [%s] untagged %u vlans", frame.name, frame.untagged);
	for (size_t i = 0; i < frame.vlans_count; i++)
		strv_pushf(&words, "%u", frame.vlans[i]);
	return strv_join(words, " ");
}

static const struct {
	unsigned line;
	const char *hex;
	const char *expected;
} cases[] = {
	{ __LINE__, START "0000", "lldp [] untagged 0 vlans" },
	{ __LINE__, START, "lldp [] untagged 0 vlans" },
	{ __LINE__, START "0a06 6c65616620 31 " "fe06 0080c201 0001 " VLAN_20 VLAN_10 VLAN_20 "0000",
	  "lldp [leaf?1] untagged 1 vlans 10 20" },
	/* a protocol VLAN; one of another organisation; unknown types */
	{ __LINE__, START "fe07 0080c202 01 001e " "fe05 00120f 01 00 " "0e04 00140014 " "0000",
	  "lldp [] untagged 0 vlans 30" },
	/* ids that are none */
	{ __LINE__, START "fe07 0080c203 0fff 00 " "fe07 0080c203 0000 00 " "0000",
	  "lldp [] untagged 0 vlans" },
	/* what comes after the end does not count */
	{ __LINE__, START "0000 " VLAN_10, "lldp [] untagged 0 vlans" },
	/* broken: the order, a second chassis, lengths beyond the frame, wrong lengths, good-bye */
	{ __LINE__, LLDP PORT CHASSIS TTL, NULL },
	{ __LINE__, LLDP CHASSIS PORT, NULL },
	{ __LINE__, START CHASSIS, NULL },
	{ __LINE__, START "fe40 0080c203", NULL },
	{ __LINE__, START "fe03 0080c2", NULL },
	{ __LINE__, START "fe08 0080c203 000a 04 61", NULL },
	{ __LINE__, START "fe05 0080c201 00", NULL },
	{ __LINE__, START "0001 00", NULL },
	{ __LINE__, LLDP CHASSIS PORT "0602 0000", NULL },
	{ __LINE__, LLDP "0201 04", NULL },
	{ __LINE__, LLDP, NULL },
	{ __LINE__, "0180c200000e 5254000000", NULL },
	{ __LINE__, SLOW "0101 " ACTOR PARTNER, "lacp 80005254000000010007" },
	{ __LINE__, SLOW "0201 " ACTOR PARTNER, NULL },
	{ __LINE__, SLOW "0100 " ACTOR PARTNER, NULL },
	{ __LINE__, SLOW "0101 " PARTNER ACTOR, NULL },
	{ __LINE__, SLOW "0101 " ACTOR "0214 0000", NULL },
	{ __LINE__, "0180c2000002 525400000001 0800 " "0101 " ACTOR PARTNER, NULL },
};

static void test_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autofree char *text = read_text(cases[i].hex);

		if (!streq_null(text, cases[i].expected))
			fail_msg("line %u: got %s", cases[i].line, text ? text : "a refusal");
	}
}

/* More VLANs than fit are left out, whatever their order. */
static void test_many_vlans(void **state)
{
	autostrv char **words = NULL;
	autofree char *hex = NULL, *text = NULL;

	(void)state;
	strv_push(&words, START);
	for (int id = 40; id > 0; id--)
		strv_pushf(&words, "fe07 0080c203 %04x 00", (unsigned)id);
	hex = strv_join(words, " ");
	text = read_text(hex);
	assert_string_equal(text, "lldp [] untagged 0 vlans 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40");
}

/* ---- What is worth a try ------------------------------------------------------------------------- */

static void hear(struct probe_port *port, const char *hex)
{
	struct link_frame frame;
	uint8_t data[512];

	assert_true(link_frame_read(data, bytes(hex, data), &frame));
	probe_port_heard(port, &frame);
}

static struct probe_port port(const char *name, const char *mac)
{
	return (struct probe_port){ .name = xstrdup(name), .mac = xstrdup(mac) };
}

static void assert_tries(struct probe_port *ports, size_t count, const char *expected)
{
	autojson json_t *plan = probe_plan(ports, count);
	autostrv char **lines = NULL;
	autofree char *text = NULL;
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(plan, "tries"), i, item)
		strv_pushf(&lines, "%s:\n%s", json_string_value(json_object_get(item, "name")),
			   json_string_value(json_object_get(item, "lines")));
	text = lines ? strv_join(lines, "\n") : xstrdup("");
	assert_string_equal(text, expected);
	for (i = 0; i < count; i++) {
		free(ports[i].name);
		free(ports[i].mac);
	}
}

static void test_nothing(void **state)
{
	struct probe_port ports[] = { port("ens3", "52:54:00:12:34:53") };

	(void)state;
	hear(&ports[0], START);
	assert_tries(ports, 1, "");
}

/* LACP first, then with the VLANs that are named on its ports, then the VLANs of the others. */
static void test_order(void **state)
{
	struct probe_port ports[] = { port("ens3", "a"), port("ens4", "b"), port("ens5", "c") };

	(void)state;
	hear(&ports[0], START "fe06 0080c201 000a " VLAN_20 VLAN_10);
	hear(&ports[1], SLOW "0101 " ACTOR PARTNER);
	hear(&ports[2], SLOW "0101 " ACTOR PARTNER);
	hear(&ports[2], START VLAN_10);
	assert_tries(ports, 3,
		     "LACP on ens4, ens5:\n"
		     "network --device=bond0 --bondslaves=b,c --bondopts=mode=802.3ad --noipv4 --noipv6\n"
		     "network --device=br0 --bridgeslaves=bond0 --bootproto=dhcp\n"
		     "VLAN 10 on LACP on ens4, ens5:\n"
		     "network --device=bond0 --bondslaves=b,c --bondopts=mode=802.3ad --noipv4 --noipv6\n"
		     "network --device=bond0 --vlanid=10 --interfacename=vlan10 --noipv4 --noipv6\n"
		     "network --device=br0 --bridgeslaves=vlan10 --bootproto=dhcp\n"
		     "VLAN 20 on ens3:\n"
		     "network --device=a --vlanid=20 --interfacename=vlan20 --noipv4 --noipv6\n"
		     "network --device=br0 --bridgeslaves=vlan20 --bootproto=dhcp");
}

/* Ports of two switches are no one bond: the larger group is. */
static void test_two_switches(void **state)
{
	struct probe_port ports[] = { port("ens3", "a"), port("ens4", "b"), port("ens5", "c") };

	(void)state;
	hear(&ports[0], SLOW "0101 0114 8000 5254000000ff 0007 00ff 0001 45 000000 " PARTNER);
	hear(&ports[1], SLOW "0101 " ACTOR PARTNER);
	hear(&ports[2], SLOW "0101 " ACTOR PARTNER);
	assert_tries(ports, 3,
		     "LACP on ens4, ens5:\n"
		     "network --device=bond0 --bondslaves=b,c --bondopts=mode=802.3ad --noipv4 --noipv6\n"
		     "network --device=br0 --bridgeslaves=bond0 --bootproto=dhcp");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read), cmocka_unit_test(test_many_vlans),
		cmocka_unit_test(test_nothing), cmocka_unit_test(test_order),
		cmocka_unit_test(test_two_switches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
