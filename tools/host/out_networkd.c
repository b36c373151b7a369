// SPDX-License-Identifier: MIT
/*
 * Writes systemd.netdev(5) and systemd.network(5) files: one .network for every device that the
 * configuration names, directly or as a port, and one .netdev for every device that it makes.
 *
 *	graph     names become devices of this machine ("bootif" -> ens3), and are checked once more
 *	write     the texts
 */
#include "host/kind.h"
#include "host/out_networkd.h"
#include "host/write.h"

#define HEAD "# Written by roost-network from host.conf\n"
/* Default routes of DHCP and routers: systemd-networkd's own for the management network, then more. */
#define METRIC_STEP 1024

struct writing {
	const struct host_graph *graph;
	const struct host_network *main; /* the management network */
	struct host_units *units;
	int learned;            /* other networks so far that may learn a default route */
};

static void add_unit(struct writing *w, const char *device, const char *suffix, char *text)
{
	struct host_units *units = w->units;

	units->items = xreallocarray(units->items, units->count + 1, sizeof(*units->items));
	units->items[units->count++] = (struct host_unit){
		.name = xasprintf(HOST_UNIT_PREFIX "%s.%s", device, suffix), .text = text,
	};
}

/*
 * The MTU when it is not what the device gets by itself. A VLAN and a bridge would take it over from
 * below, but only from what is there at that moment.
 */
static int mtu_to_write(const struct host_device *device)
{
	bool is_given = device->network && device->network->mtu;

	return is_given || (host_device_is_made(device) && device->mtu != HOST_DEFAULT_MTU) ?
		       device->mtu : 0;
}

static void write_netdev(struct writing *w, const struct host_device *device)
{
	const struct host_network *network = device->network;
	const struct host_kind *kind = host_kind_of(network);
	const char *mac = kind->owns_ports ? device->mac : network->macaddr;
	int mtu = mtu_to_write(device);
	char *text;
	size_t len;
	FILE *out;

	if (!kind->write_netdev)
		return;
	out = xopen_memstream(&text, &len);
	fprintf(out, HEAD "[NetDev]\nName=%s\nKind=%s\n", device->name, kind->name);
	if (mac)
		fprintf(out, "MACAddress=%s\n", mac);
	if (mtu)
		fprintf(out, "MTUBytes=%d\n", mtu);
	kind->write_netdev(out, network);
	fclose(out);
	add_unit(w, device->name, "netdev", text);
}

/* A slave's MTU is its bond's business. */
static void write_link(FILE *out, const struct host_device *device)
{
	const struct host_network *network = device->network;
	bool is_slave = device->above && host_kind_of(device->above->network) == &host_kind_bond;
	bool is_off = network && !network->onboot;
	const char *mac = network && !host_device_is_made(device) ? network->macaddr : NULL;
	int mtu = is_slave ? 0 : mtu_to_write(device);

	if (!is_off && !mac && !mtu && !device->above)
		return;
	fputs("\n[Link]\n", out);
	if (mac)
		fprintf(out, "MACAddress=%s\n", mac);
	if (mtu)
		fprintf(out, "MTUBytes=%d\n", mtu);
	if (is_off)
		fputs("ActivationPolicy=down\n", out);
	if (is_off || device->above)
		fputs("RequiredForOnline=no\n", out);
}

/* The bond or bridge above, and the VLANs on it. */
static void write_ties(struct writing *w, FILE *out, const struct host_device *device)
{
	const struct host_network *above = device->above ? device->above->network : NULL;

	if (above)
		fprintf(out, "%s=%s\n", host_kind_of(above)->port_line, device->above->name);
	for (struct host_device **vlan = device->vlans; vlan && *vlan; vlan++)
		fprintf(out, "%s=%s\n", host_kind_vlan.port_line, (*vlan)->name);
	if (above && host_kind_of(above)->write_port)
		host_kind_of(above)->write_port(out, above, device, w->graph->machine);
}

/* 0 for the management network, whose default route is the one that counts. */
static int metric_of(struct writing *w, const struct host_network *network)
{
	if (network == w->main || !host_network_may_learn_default(network))
		return 0;
	w->learned++;
	return METRIC_STEP * (w->learned + 1);
}

static void write_network(struct writing *w, const struct host_device *device)
{
	bool has_addresses = device->network && !device->above;
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	fprintf(out, HEAD "[Match]\nName=%s\n", device->name);
	write_link(out, device);
	fputs("\n[Network]\n", out);
	write_ties(w, out, device);
	if (has_addresses)
		host_write_addresses(out, device, metric_of(w, device->network));
	else
		fputs("DHCP=no\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n", out);
	/* a switch says who it is to a cable's end, and networkd's default would hear routers alone */
	if (!host_device_is_made(device))
		fputs("LLDP=yes\n", out);
	host_write_bridge_vlans(out, device);
	fclose(out);
	add_unit(w, device->name, "network", text);
}

int host_write_networkd(const struct host *host, const struct host_machine *machine,
			struct host_units *ret, struct problems *notes, struct problems *problems)
{
	autounits struct host_units units = { 0 };
	autograph struct host_graph graph = { 0 };
	struct writing w = { .graph = &graph, .main = host_main_network(host), .units = &units };
	int bad = host_graph_build(host, machine, &graph, notes, problems);

	if (bad | host_graph_check(&graph, problems))
		return -1;
	for (size_t i = 0; i < graph.count; i++) {
		if (graph.devices[i]->network)
			write_netdev(&w, graph.devices[i]);
		write_network(&w, graph.devices[i]);
	}
	*ret = units;
	units = (struct host_units){ 0 };
	return 0;
}

/* What follows the kind, without the head: NULL when the text is not of that kind. */
static const char *section_of(const char *text, const struct host_kind *kind)
{
	autofree char *line = xasprintf("\nKind=%s\n", kind->name);
	const char *head = strstr(text, line);

	return head ? strstr(head, "\n\n[") : NULL;
}

bool host_netdev_needs_new(const char *before, const char *after)
{
	for (size_t i = 0; host_kinds[i]; i++) {
		const char *old = section_of(before, host_kinds[i]), *new = section_of(after, host_kinds[i]);

		if (host_kinds[i]->needs_new && old && new)
			return host_kinds[i]->needs_new(old, new);
	}
	return false;
}

void host_units_done(struct host_units *units)
{
	for (size_t i = 0; i < units->count; i++) {
		free(units->items[i].name);
		free(units->items[i].text);
	}
	free(units->items);
	*units = (struct host_units){ 0 };
}
