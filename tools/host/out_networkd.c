// SPDX-License-Identifier: MIT
/*
 * Writes systemd.netdev(5) and systemd.network(5) files: one .network for every device that the
 * configuration names, directly or as a port, and one .netdev for every device that it makes.
 *
 *	collect   names become devices of this machine ("bootif" -> ens3)
 *	link      every port learns the device above it
 *	write     the texts
 */
#include <arpa/inet.h>

#include "host/kind.h"
#include "host/write.h"

/* A device of this machine. */
struct device {
	char *name;
	const struct host_network *network; /* NULL: only named as a port */
	const struct host_network *above;   /* the bond or bridge that owns it; NULL: none */
	char *above_name;
	char **vlans;                       /* names of the VLANs on it */
};

struct writing {
	const struct host *host;
	const struct host_machine *machine;
	struct device *devices;
	size_t count;
	struct host_units *units;
	struct problems *notes;
	struct problems *problems;
};

static const struct host_nic *find_nic(const struct host_machine *machine, const char *text)
{
	for (size_t i = 0; i < machine->nics_count; i++)
		if (streq(machine->nics[i].name, text) || streq(machine->nics[i].mac, text))
			return &machine->nics[i];
	return NULL;
}

char *host_device_name(const char *device, const struct host_machine *machine)
{
	const char *dot = strrchr(device, '.');
	const struct host_nic *nic;

	if (streq(device, "bootif"))
		return machine->uplink ? xstrdup(machine->uplink) : NULL;
	if (streq(device, "link"))
		return machine->link ? xstrdup(machine->link) : NULL;
	if (dot && !strchr(dot, ':')) {
		/* a VLAN without a name of its own: bootif.5 */
		autofree char *below = xstrndup(device, (size_t)(dot - device));
		autofree char *name = host_device_name(below, machine);

		return name ? xasprintf("%s%s", name, dot) : NULL;
	}
	if (!strchr(device, ':'))
		return xstrdup(device);
	nic = find_nic(machine, device);
	return nic ? xstrdup(nic->name) : NULL;
}

static char *name_of(const struct host_network *network, const struct host_machine *machine)
{
	autofree char *name = host_network_name(network);

	return host_device_name(name, machine);
}

static struct device *find_device(struct writing *w, const char *name)
{
	for (size_t i = 0; i < w->count; i++)
		if (streq(w->devices[i].name, name))
			return &w->devices[i];
	return NULL;
}

static struct device *add_device(struct writing *w, const char *name)
{
	w->devices = xreallocarray(w->devices, w->count + 1, sizeof(*w->devices));
	w->devices[w->count] = (struct device){ .name = xstrdup(name) };
	return &w->devices[w->count++];
}

static void note_missing(struct writing *w, const struct host_network *network,
			 const char *device)
{
	if (streq(device, "bootif") || streq(device, "link"))
		(void)ks_problem(&host_network_command, network, NULL, w->notes,
				 "%s: this machine has no NIC with a link", device);
	else
		(void)ks_problem(&host_network_command, network, NULL, w->notes,
				 "%s: this machine has no such NIC", device);
}

static int collect(struct writing *w)
{
	for (size_t i = 0; i < w->host->networks_count; i++) {
		const struct host_network *network = &w->host->networks[i];
		autofree char *name = name_of(network, w->machine);
		struct device *device = name ? find_device(w, name) : NULL;

		if (!name) {
			note_missing(w, network, network->device);
			continue;
		}
		if (strlen(name) > 15)
			return ks_problem(&host_network_command, network, "interfacename",
					  w->problems, "missing: \"%s\" is longer than the 15 "
					  "characters of a device name", name);
		if (device)
			return ks_problem(&host_network_command, network, "device", w->problems,
					  "duplicate device: on this machine \"%s\" is \"%s\" too",
					  network->device, device->network->device);
		add_device(w, name)->network = network;
	}
	return 0;
}

static int link_port(struct writing *w, const struct host_network *network, const char *port)
{
	autofree char *name = host_device_name(port, w->machine);
	autofree char *above = name_of(network, w->machine);
	bool owns = host_kind_of(network)->owns_ports;
	struct device *device = name ? find_device(w, name) : NULL;

	if (name && !device) {
		if (!find_nic(w->machine, name))
			note_missing(w, network, port);
		device = add_device(w, name);
	}
	if (!name)
		note_missing(w, network, port);
	if (!name || !above)
		return 0;
	if (!owns) {
		strv_push(&device->vlans, above);
		return 0;
	}
	if (device->above)
		return ks_problem(&host_network_command, network, NULL, w->problems,
				  "\"%s\" (%s) is a port of \"%s\" already", name, port,
				  device->above_name);
	device->above = network;
	device->above_name = take_ptr(above);
	return 0;
}

static int link_ports(struct writing *w)
{
	for (size_t i = 0; i < w->host->networks_count; i++) {
		const struct host_network *network = &w->host->networks[i];

		for (size_t p = 0; host_network_port(network, p); p++)
			if (link_port(w, network, host_network_port(network, p)) < 0)
				return -1;
	}
	return 0;
}

/*
 * The address of a device: its NIC's; that of the first port for a bond or a bridge, so that a DHCP
 * server sees the same machine as during the network boot. NULL: the kernel's choice. Borrowed.
 */
static const char *mac_of(struct writing *w, const char *name, int depth)
{
	struct device *device = find_device(w, name);
	const struct host_nic *nic = find_nic(w->machine, name);

	if (device && device->network && device->network->macaddr)
		return device->network->macaddr;
	if (nic)
		return nic->mac;
	if (!device || !device->network || depth > 8)
		return NULL;
	for (size_t p = 0; host_network_port(device->network, p); p++) {
		autofree char *port = host_device_name(host_network_port(device->network, p),
						       w->machine);
		const char *mac = port ? mac_of(w, port, depth + 1) : NULL;

		if (mac)
			return mac;
	}
	return NULL;
}

static void add_unit(struct writing *w, const char *device, const char *suffix, char *text)
{
	struct host_units *units = w->units;

	units->items = xreallocarray(units->items, units->count + 1, sizeof(*units->items));
	units->items[units->count++] = (struct host_unit){
		.name = xasprintf(HOST_UNIT_PREFIX "%s.%s", device, suffix), .text = text,
	};
}

static void write_netdev(struct writing *w, const struct device *device)
{
	const struct host_network *network = device->network;
	const struct host_kind *kind = host_kind_of(network);
	const char *mac = kind->owns_ports ? mac_of(w, device->name, 0) : network->macaddr;
	char *text;
	size_t len;
	FILE *out;

	if (!kind->write_netdev)
		return;
	out = xopen_memstream(&text, &len);
	fprintf(out, "# Written by roost-network from host.conf\n[NetDev]\nName=%s\nKind=%s\n",
		device->name, kind->name);
	if (mac)
		fprintf(out, "MACAddress=%s\n", mac);
	if (network->mtu)
		fprintf(out, "MTUBytes=%d\n", network->mtu);
	kind->write_netdev(out, network);
	fclose(out);
	add_unit(w, device->name, "netdev", text);
}

static void write_match(struct writing *w, FILE *out, const struct device *device)
{
	const struct host_nic *nic = find_nic(w->machine, device->name);
	const struct host_network *network = device->network;

	fputs("# Written by roost-network from host.conf\n[Match]\n", out);
	/* Type=ether keeps bridges and bonds out, which take the address of their port */
	if (nic && network && network->bindto)
		fprintf(out, "MACAddress=%s\nType=ether\n", nic->mac);
	else
		fprintf(out, "Name=%s\n", device->name);
}

static void write_link(FILE *out, const struct device *device, bool is_made)
{
	const struct host_network *network = device->network;
	bool is_off = network && !network->onboot;
	bool has_mac = network && network->macaddr && !is_made;

	if (!is_off && !has_mac && !(network && network->mtu) && !device->above)
		return;
	fputs("\n[Link]\n", out);
	if (has_mac)
		fprintf(out, "MACAddress=%s\n", network->macaddr);
	if (network && network->mtu)
		fprintf(out, "MTUBytes=%d\n", network->mtu);
	if (is_off)
		fputs("ActivationPolicy=down\n", out);
	if (is_off || device->above)
		fputs("RequiredForOnline=no\n", out);
}

static int prefix_length(const char *netmask)
{
	struct in_addr mask;

	return inet_pton(AF_INET, netmask, &mask) == 1 ? __builtin_popcount(mask.s_addr) : 32;
}

static bool is_dhcp4(const struct host_network *n)
{
	return !n->noipv4 && n->bootproto != HOST_BOOTPROTO_STATIC;
}

/* "auto", "dhcp", "link", "no" or an address. */
static const char *ipv6_method(const struct host_network *n)
{
	return n->noipv6 ? "no" : n->ipv6 ? n->ipv6 : "auto";
}

static void write_static(FILE *out, const struct host_network *n)
{
	if (!n->noipv4 && n->ip)
		fprintf(out, "Address=%s/%d\n", n->ip, prefix_length(n->netmask));
	if (!n->noipv4 && n->gateway && !n->nodefroute)
		fprintf(out, "Gateway=%s\n", n->gateway);
	if (strchr(ipv6_method(n), '/'))
		fprintf(out, "Address=%s\n", n->ipv6);
	if (n->ipv6gateway && !n->nodefroute)
		fprintf(out, "Gateway=%s\n", n->ipv6gateway);
	for (char **server = n->nodns ? NULL : n->nameserver; server && *server; server++)
		fprintf(out, "DNS=%s\n", *server);
	for (char **domain = n->ipv4_dns_search; domain && *domain; domain++)
		fprintf(out, "Domains=%s\n", *domain);
	for (char **domain = n->ipv6_dns_search; domain && *domain; domain++)
		if (!strv_contains(n->ipv4_dns_search, *domain))
			fprintf(out, "Domains=%s\n", *domain);
}

static void write_addresses(FILE *out, const struct host_network *n)
{
	const char *ipv6 = ipv6_method(n);
	bool is_dhcp6 = streq(ipv6, "dhcp");

	fprintf(out, "DHCP=%s\n", is_dhcp4(n) ? (is_dhcp6 ? "yes" : "ipv4") :
						(is_dhcp6 ? "ipv6" : "no"));
	fprintf(out, "LinkLocalAddressing=%s\n", streq(ipv6, "no") ? "no" : "ipv6");
	fprintf(out, "IPv6AcceptRA=%s\n", streq(ipv6, "auto") ? "yes" : "no");
	write_static(out, n);
}

/*
 * The client identifier is the MAC address: the same at every boot and for every program that asks
 * on behalf of this machine, so one lease is enough (machine-id, systemd's default, is made anew at
 * every boot of a stateless host).
 */
static void write_dhcp(FILE *out, const struct host_network *n)
{
	const char *ipv6 = ipv6_method(n);
	bool is_auto = streq(ipv6, "auto"), is_dhcp6 = streq(ipv6, "dhcp");
	bool no_dns6 = n->nodns || n->ipv6_ignore_auto_dns;

	if (is_dhcp4(n)) {
		fputs("\n[DHCPv4]\nClientIdentifier=mac\n", out);
		if (n->dhcpclass)
			fprintf(out, "VendorClassIdentifier=%s\n", n->dhcpclass);
		if (n->nodns || n->ipv4_ignore_auto_dns)
			fputs("UseDNS=no\n", out);
		if (n->nodefroute)
			fputs("UseGateway=no\n", out);
	}
	if (is_auto || is_dhcp6) {
		fputs("\n[DHCPv6]\nDUIDType=link-layer\n", out);
		if (is_dhcp6)
			fputs("WithoutRA=solicit\n", out);
		if (no_dns6)
			fputs("UseDNS=no\n", out);
	}
	if (is_auto && (no_dns6 || n->nodefroute)) {
		fputs("\n[IPv6AcceptRA]\n", out);
		if (no_dns6)
			fputs("UseDNS=no\n", out);
		if (n->nodefroute)
			fputs("UseGateway=no\n", out);
	}
}

static void write_network(struct writing *w, const struct device *device)
{
	const struct host_network *network = device->network;
	bool is_made = network && host_kind_of(network)->write_netdev;
	bool has_addresses = network && !device->above;
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	write_match(w, out, device);
	write_link(out, device, is_made);
	fputs("\n[Network]\n", out);
	if (device->above)
		fprintf(out, "%s=%s\n", host_kind_of(device->above)->port_line,
			device->above_name);
	for (char **vlan = device->vlans; vlan && *vlan; vlan++)
		fprintf(out, "VLAN=%s\n", *vlan);
	if (device->above && host_kind_of(device->above)->write_port)
		host_kind_of(device->above)->write_port(out, device->above, device->name);
	if (has_addresses) {
		write_addresses(out, network);
		write_dhcp(out, network);
	} else {
		fputs("DHCP=no\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n", out);
	}
	fclose(out);
	add_unit(w, device->name, "network", text);
}

static void devices_done(struct writing *w)
{
	for (size_t i = 0; i < w->count; i++) {
		free(w->devices[i].name);
		free(w->devices[i].above_name);
		strv_free(w->devices[i].vlans);
	}
	free(w->devices);
}

int host_write_networkd(const struct host *host, const struct host_machine *machine,
			struct host_units *ret, struct problems *notes, struct problems *problems)
{
	autounits struct host_units units = { 0 };
	struct writing w = { .host = host, .machine = machine, .units = &units, .notes = notes,
			     .problems = problems };
	int result = collect(&w) < 0 || link_ports(&w) < 0 ? -1 : 0;

	for (size_t i = 0; result == 0 && i < w.count; i++) {
		if (w.devices[i].network)
			write_netdev(&w, &w.devices[i]);
		write_network(&w, &w.devices[i]);
	}
	devices_done(&w);
	if (result == 0) {
		*ret = units;
		units = (struct host_units){ 0 };
	}
	return result;
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

const struct host_network *host_main_network(const struct host *host)
{
	for (size_t i = 0; i < host->networks_count; i++)
		if (host_kind_of(&host->networks[i]) == &host_kind_bridge)
			return &host->networks[i];
	return host->networks_count ? &host->networks[0] : NULL;
}
