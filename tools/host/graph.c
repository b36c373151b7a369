// SPDX-License-Identifier: MIT
/* Builds the graph of devices; see graph.h. */
#include "host/graph.h"
#include "host/kind.h"



struct building {
	struct host_graph *graph;
	struct problems *notes;
	struct problems *problems;
	size_t errors;
};

static void complain(struct building *b, const struct host_network *network, const char *option,
		     const char *fmt, ...) printf_like(4, 5);
static void complain(struct building *b, const struct host_network *network, const char *option,
		     const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	b->errors++;
	(void)ks_problem(&host_network_command, network, option, b->problems, "%s", text);
}

struct host_device *host_graph_find(const struct host_graph *graph, const char *name)
{
	for (size_t i = 0; i < graph->count; i++)
		if (streq(graph->devices[i]->name, name))
			return graph->devices[i];
	return NULL;
}

bool host_device_is_made(const struct host_device *device)
{
	return device->network && host_kind_of(device->network) != &host_kind_nic;
}

const struct host_device *host_device_parent(const struct host_device *device)
{
	bool is_vlan = device->network && host_kind_of(device->network) == &host_kind_vlan;

	return is_vlan && device->below ? device->below[0] : NULL;
}

static size_t list_len(struct host_device *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

static void list_push(struct host_device ***list, struct host_device *device)
{
	size_t n = list_len(*list);

	*list = xreallocarray(*list, n + 2, sizeof(**list));
	(*list)[n] = device;
	(*list)[n + 1] = NULL;
}

static struct host_device *add_device(struct host_graph *graph, const char *name,
				      const char *written, const struct host_network *named_by)
{
	struct host_device *device = xcalloc(1, sizeof(*device));

	*device = (struct host_device){ .name = xstrdup(name), .written = written,
					.named_by = named_by, .index = graph->count };
	graph->devices = xreallocarray(graph->devices, graph->count + 1, sizeof(*graph->devices));
	graph->devices[graph->count++] = device;
	return device;
}

static void note_missing(struct building *b, const struct host_network *network,
			 const char *device)
{
	if (streq(device, "bootif") || streq(device, "link"))
		(void)ks_problem(&host_network_command, network, NULL, b->notes,
				 "%s: this machine has no NIC with a link", device);
	else
		(void)ks_problem(&host_network_command, network, NULL, b->notes,
				 "%s: this machine has no such NIC", device);
}

/* A card with two ports on one PCI function has one path for both. */
static void check_path(struct building *b, const struct host_network *network, const char *text)
{
	const struct host_machine *machine = b->graph->machine;
	const struct host_nic *first = NULL;

	for (size_t i = 0; i < machine->nics_count; i++) {
		const struct host_nic *nic = &machine->nics[i];

		if (!streq_null(nic->path, text))
			continue;
		if (first)
			complain(b, network, NULL,
				 "%s is two NICs on this machine, \"%s\" and \"%s\": expected "
				 "the MAC address of one of them", text, first->name, nic->name);
		first = nic;
	}
}

/* The name of the device that a word means; NULL when the machine has no such NIC. */
static char *name_of(struct building *b, const struct host_network *network, const char *text)
{
	if (!b->graph->machine)
		return xstrdup(text);
	check_path(b, network, text);
	return host_device_name(text, b->graph->machine);
}

static void duplicate(struct building *b, const struct host_network *network,
		      const struct host_device *first)
{
	autofree char *written = host_network_name(network);
	autofree char *other = host_network_name(first->network);
	const struct ks_at *at = &first->network->at;

	if (streq(written, other))
		complain(b, network, "device",
			 "duplicate device \"%s\": the first one is at %s:%u", written, at->file,
			 at->line);
	else
		complain(b, network, "device",
			 "duplicate device: on this machine \"%s\" is \"%s\" too, which is at "
			 "%s:%u", written, other, at->file, at->line);
}

/* Names that fit in the text may not fit this machine. */
static void check_name(struct building *b, const struct host_network *network, const char *name)
{
	const struct host_machine *machine = b->graph->machine;
	bool is_nic = host_kind_of(network) == &host_kind_nic;

	if (!machine)
		return;
	if (strlen(name) > 15)
		complain(b, network, "interfacename",
			 "missing: \"%s\" is longer than the 15 characters of a device name",
			 name);
	if (is_nic && !host_machine_nic(machine, name))
		note_missing(b, network, name);
	if (!is_nic && host_machine_nic(machine, name))
		complain(b, network, network->interfacename ? "interfacename" : "device",
			 "\"%s\" is a NIC of this machine: expected another name", name);
}

static bool has_too_many(struct building *b, const struct host_network *network)
{
	if (b->graph->count < HOST_DEVICES_MAX)
		return false;
	if (b->errors <= PROBLEMS_MAX)
		complain(b, network, NULL, "one device too many: expected %d at most",
			 HOST_DEVICES_MAX);
	/* nobody looks further */
	b->errors = PROBLEMS_MAX + 1;
	return true;
}

static void collect(struct building *b)
{
	const struct host *host = b->graph->host;

	for (size_t i = 0; i < host->networks_count; i++) {
		const struct host_network *network = &host->networks[i];
		autofree char *written = host_network_name(network);
		autofree char *name = name_of(b, network, written);
		struct host_device *device = name ? host_graph_find(b->graph, name) : NULL;

		if (has_too_many(b, network))
			return;
		if (!name) {
			note_missing(b, network, network->device);
		} else if (device) {
			duplicate(b, network, device);
		} else {
			check_name(b, network, name);
			device = add_device(b->graph, name, network->vlanid ? NULL : network->device,
					    network);
			device->network = network;
		}
	}
}

/* The port belongs to `device` from now on, unless it belongs to another one. */
static void give_port(struct building *b, struct host_device *device, struct host_device *port,
		      const char *written)
{
	const struct host_network *network = device->network;
	const char *option = host_kind_of(network)->ports_option;
	autofree char *alias = streq(written, port->name) ? xstrdup("") :
							    xasprintf(" (%s)", written);

	if (!port->above) {
		port->above = device;
		return;
	}
	complain(b, network, option,
		 "\"%s\"%s is a port already, of \"%s\" (%s:%u): expected it in one bond or bridge",
		 port->name, alias, port->above->name, port->above->network->at.file,
		 port->above->network->at.line);
}

static void link_port(struct building *b, struct host_device *device, const char *written)
{
	const struct host_network *network = device->network;
	const struct host_machine *machine = b->graph->machine;
	autofree char *name = name_of(b, network, written);
	struct host_device *port = name ? host_graph_find(b->graph, name) : NULL;

	if (!name) {
		note_missing(b, network, written);
		return;
	}
	if (!port && has_too_many(b, network))
		return;
	if (!port) {
		if (machine && !host_machine_nic(machine, name))
			note_missing(b, network, written);
		port = add_device(b->graph, name, written, network);
	}
	if (port == device) {
		complain(b, network, host_kind_of(network)->ports_option,
			 "\"%s\" cannot be a port of itself", written);
		return;
	}
	list_push(&device->below, port);
	if (host_kind_of(network)->owns_ports)
		give_port(b, device, port, written);
	else
		list_push(&port->vlans, device);
}

static int least_mtu(struct host_device *const *ports)
{
	int least = 0;

	for (; ports && *ports; ports++)
		if (least == 0 || (*ports)->mtu < least)
			least = (*ports)->mtu;
	return least ? least : HOST_DEFAULT_MTU;
}

static void settle_mtu(struct host_device *device, const struct host_kind *kind)
{
	bool is_slave = device->above && host_kind_of(device->above->network) == &host_kind_bond;

	device->mtu = HOST_DEFAULT_MTU;
	if (is_slave)
		device->mtu = device->above->network->mtu ? device->above->network->mtu : HOST_DEFAULT_MTU;
	else if (device->network && device->network->mtu)
		device->mtu = device->network->mtu;
	else if (kind == &host_kind_vlan || kind == &host_kind_bridge)
		device->mtu = least_mtu(device->below);
}

static void settle_mac(struct host_device *device, const struct host_machine *machine)
{
	const struct host_nic *nic = machine ? host_machine_nic(machine, device->name) : NULL;

	if (device->network && device->network->macaddr)
		device->mac = device->network->macaddr;
	else if (nic)
		device->mac = nic->mac;
	for (struct host_device **port = device->below; !device->mac && port && *port; port++)
		device->mac = (*port)->mac;
}

/* What is below comes first; in a loop, somewhere. */
static void settle(struct host_device *device, const struct host_machine *machine)
{
	if (device->is_settled)
		return;
	device->is_settled = true;
	for (struct host_device **below = device->below; below && *below; below++)
		settle(*below, machine);
	settle_mtu(device, device->network ? host_kind_of(device->network) : &host_kind_nic);
	settle_mac(device, machine);
}

static void link_ports(struct building *b, struct host_device *device)
{
	for (size_t p = 0; host_network_port(device->network, p); p++) {
		if (b->errors > PROBLEMS_MAX)
			return;
		link_port(b, device, host_network_port(device->network, p));
	}
}

int host_graph_build(const struct host *host, const struct host_machine *machine,
		     struct host_graph *ret, struct problems *notes, struct problems *problems)
{
	struct building b = { .graph = ret, .notes = notes, .problems = problems };
	size_t made;

	*ret = (struct host_graph){ .host = host, .machine = machine };
	collect(&b);
	/* linking adds the devices that only ports name, which have no ports themselves */
	made = ret->count;
	for (size_t i = 0; i < made; i++)
		link_ports(&b, ret->devices[i]);
	for (size_t i = 0; i < ret->count; i++)
		settle(ret->devices[i], machine);
	return b.errors ? -1 : 0;
}

void host_graph_done(struct host_graph *graph)
{
	for (size_t i = 0; i < graph->count; i++) {
		free(graph->devices[i]->name);
		free(graph->devices[i]->below);
		free(graph->devices[i]->vlans);
		free(graph->devices[i]);
	}
	free(graph->devices);
	*graph = (struct host_graph){ 0 };
}
