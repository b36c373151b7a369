// SPDX-License-Identifier: MIT
/* What to try; see probe_plan.h. */
#include <string.h>

#include "common/str.h"
#include "node/probe_plan.h"

void probe_port_heard(struct probe_port *port, const struct link_frame *frame)
{
	if (frame->kind == LINK_FRAME_LACP) {
		port->has_lacp = true;
		port->lacp = *frame;
	} else if (frame->kind == LINK_FRAME_LLDP) {
		port->has_lldp = true;
		port->lldp = *frame;
	}
}

static bool is_same_switch(const struct probe_port *a, const struct probe_port *b)
{
	return a->has_lacp && b->has_lacp &&
	       memcmp(a->lacp.actor, b->lacp.actor, sizeof(a->lacp.actor)) == 0;
}

/* The first port of the largest group, or NULL. */
static const struct probe_port *find_group(const struct probe_port *ports, size_t count)
{
	const struct probe_port *found = NULL;
	size_t most = 0;

	for (size_t i = 0; i < count; i++) {
		size_t size = 0;

		for (size_t j = 0; j < count; j++)
			size += is_same_switch(&ports[i], &ports[j]);
		if (size > most) {
			most = size;
			found = &ports[i];
		}
	}
	return found;
}

static void add_try(json_t *tries, char *name, char *lines)
{
	if (json_array_size(tries) < PROBE_TRIES_MAX)
		json_array_append_new(tries, json_pack("{s:s, s:s}", "name", name, "lines", lines));
	free(name);
	free(lines);
}

/* `below` makes the device of that name. */
static char *bridge_over(const char *below, const char *device)
{
	return xasprintf("%snetwork --device=br0 --bridgeslaves=%s --bootproto=dhcp", below, device);
}

static char *vlan_over(const char *below, const char *device, unsigned id)
{
	autofree char *vlan = xasprintf("%snetwork --device=%s --vlanid=%u --interfacename=vlan%u "
					"--noipv4 --noipv6\n", below, device, id, id);
	autofree char *name = xasprintf("vlan%u", id);

	return bridge_over(vlan, name);
}

static void add_vlans(json_t *tries, const struct probe_port *port, const char *what,
		      const char *below, const char *device)
{
	for (size_t i = 0; port->has_lldp && i < port->lldp.vlans_count; i++)
		if (port->lldp.vlans[i] != port->lldp.untagged)
			add_try(tries, xasprintf("VLAN %u on %s", port->lldp.vlans[i], what),
				vlan_over(below, device, port->lldp.vlans[i]));
}

static void add_lacp(json_t *tries, const struct probe_port *first, const struct probe_port *ports,
		     size_t count)
{
	autofree char *what = NULL, *bond = NULL, *names_text = NULL, *macs_text = NULL;
	autostrv char **names = NULL, **macs = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!is_same_switch(first, &ports[i]))
			continue;
		strv_push(&names, ports[i].name);
		strv_push(&macs, ports[i].mac);
	}
	names_text = strv_join(names, ", ");
	macs_text = strv_join(macs, ",");
	what = xasprintf("LACP on %s", names_text);
	bond = xasprintf("network --device=bond0 --bondslaves=%s --bondopts=mode=802.3ad --noipv4 "
			 "--noipv6\n", macs_text);
	add_try(tries, xstrdup(what), bridge_over(bond, "bond0"));
	/* the ports of one group carry the same: the first that says so speaks for all */
	for (size_t i = 0; i < count; i++) {
		if (!is_same_switch(first, &ports[i]) || ports[i].lldp.vlans_count == 0)
			continue;
		add_vlans(tries, &ports[i], what, bond, "bond0");
		return;
	}
}

static json_t *heard_json(const struct probe_port *port)
{
	json_t *vlans = json_array();

	for (size_t i = 0; i < port->lldp.vlans_count; i++)
		json_array_append_new(vlans, json_integer(port->lldp.vlans[i]));
	return json_pack("{s:s, s:s, s:s, s:b, s:i, s:o}", "nic", port->name, "mac", port->mac,
			 "switch", port->lldp.name, "lacp", port->has_lacp, "untagged",
			 (int)port->lldp.untagged, "vlans", vlans);
}

json_t *probe_plan(const struct probe_port *ports, size_t count)
{
	json_t *heard = json_array(), *tries = json_array();
	const struct probe_port *first = find_group(ports, count);

	for (size_t i = 0; i < count; i++)
		if (ports[i].has_lacp || ports[i].has_lldp)
			json_array_append_new(heard, heard_json(&ports[i]));
	if (first)
		add_lacp(tries, first, ports, count);
	for (size_t i = 0; i < count; i++)
		if (!first || !is_same_switch(first, &ports[i]))
			add_vlans(tries, &ports[i], ports[i].name, "", ports[i].mac);
	return json_pack("{s:o, s:o}", "heard", heard, "tries", tries);
}
