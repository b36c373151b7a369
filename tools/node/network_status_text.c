// SPDX-License-Identifier: MIT
/*
 * The tree of `roost network status` for people: a device a line, what it is made of indented below it,
 * and under each what there is to say about it. A difference begins with "!".
 */
#include "common/str.h"
#include "node/network_status.h"
#include "node/report_print.h"

#define INDENT 2
#define DEPTH_MAX 16

struct printing {
	const json_t *devices;
	json_t *told;           /* names that have been printed */
	FILE *out;
};

static const char *text_of(const json_t *object, const char *field)
{
	return json_string_value(json_object_get(object, field));
}

static long long number_of(const json_t *object, const char *field)
{
	return json_integer_value(json_object_get(object, field));
}

static const json_t *find(const struct printing *p, const char *name)
{
	const json_t *device;
	size_t i;

	json_array_foreach(p->devices, i, device)
		if (name && streq(text_of(device, "name"), name))
			return device;
	return NULL;
}

static char **below_of(const json_t *device)
{
	const json_t *name;
	char **names = NULL;
	size_t i;

	json_array_foreach(json_object_get(device, "below"), i, name)
		strv_push(&names, json_string_value(name));
	return names;
}

/* "VLAN 10 of bond0", "bond (802.3ad)", "nic" */
static char *kind_text(const json_t *device)
{
	const char *kind = text_of(device, "kind"), *mode = text_of(device, "mode");

	if (number_of(device, "vlan_id"))
		return xasprintf("VLAN %lld of %s", number_of(device, "vlan_id"),
				 text_of(device, "parent") ? text_of(device, "parent") : "no device");
	return mode ? xasprintf("%s (%s)", kind, mode) : xstrdup(kind ? kind : "device");
}

static const char *state_text(const json_t *device)
{
	if (!json_is_true(json_object_get(device, "is_there")))
		return "missing";
	if (!json_is_true(json_object_get(device, "is_up")))
		return "down";
	return json_is_true(json_object_get(device, "has_carrier")) ? "up" : "no link";
}

static void print_head(struct printing *p, const json_t *device, int indent)
{
	autofree char *kind = kind_text(device);
	const char *mac = text_of(device, "mac"), *port = text_of(device, "port_state");
	const char *duplex = text_of(device, "duplex");

	fprintf(p->out, "%*s%s  %s, %s", indent, "", text_of(device, "name"), kind, state_text(device));
	if (port)
		fprintf(p->out, ", %s", port);
	if (number_of(device, "speed_mbps"))
		fprintf(p->out, ", %lld Mb/s%s%s", number_of(device, "speed_mbps"), duplex ? " " : "",
			duplex ? duplex : "");
	if (number_of(device, "mtu"))
		fprintf(p->out, ", MTU %lld", number_of(device, "mtu"));
	if (mac)
		fprintf(p->out, ", %s", mac);
	fputc('\n', p->out);
}

static void print_counters(struct printing *p, const json_t *device, const char *field,
			   const char *word, int indent)
{
	const json_t *c = json_object_get(device, field);

	if (!c)
		return;
	fprintf(p->out, "%*s%-9s %lld bytes, %lld packets, %lld errors, %lld dropped\n", indent, "",
		word, number_of(c, "bytes"), number_of(c, "packets"), number_of(c, "errors"),
		number_of(c, "drops"));
}

static void print_list(struct printing *p, const json_t *list, const char *before, int indent)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		fprintf(p->out, "%*s%s%s\n", indent, "", before, json_string_value(item));
}

static bool follows(const json_t *vlan, const json_t *before)
{
	return before && number_of(vlan, "id") == number_of(before, "id") + 1 &&
	       json_is_true(json_object_get(vlan, "is_tagged")) &&
	       json_is_true(json_object_get(before, "is_tagged"));
}

/* "1 (untagged) 10 20-29" */
static void print_vlans(struct printing *p, const json_t *device, int indent)
{
	const json_t *vlans = json_object_get(device, "vlans"), *vlan, *before = NULL;
	size_t i;

	if (json_array_size(vlans) == 0)
		return;
	fprintf(p->out, "%*sVLANs    ", indent, "");
	json_array_foreach(vlans, i, vlan) {
		const json_t *next = json_array_get(vlans, i + 1);
		bool is_inside = follows(vlan, before);

		before = vlan;
		if (is_inside && next && follows(next, vlan))
			continue;
		fprintf(p->out, "%c%lld%s", is_inside ? '-' : ' ', number_of(vlan, "id"),
			json_is_true(json_object_get(vlan, "is_tagged")) ? "" : " (untagged)");
	}
	fputc('\n', p->out);
}

/* Those that the kernel makes of addresses say nothing new. */
static void print_routes(struct printing *p, const json_t *device, int indent)
{
	const json_t *route;
	size_t i;

	json_array_foreach(json_object_get(device, "routes"), i, route) {
		const char *destination = text_of(route, "destination"), *origin = text_of(route, "origin");
		const char *gateway = text_of(route, "gateway");

		if (!destination || (origin && streq(origin, "kernel")))
			continue;
		fprintf(p->out, "%*sroute     %s", indent, "",
			str_ends(destination, "/0") ? "default" : destination);
		if (gateway)
			fprintf(p->out, " via %s", gateway);
		if (origin && !streq(origin, "static"))
			fprintf(p->out, " (%s)", streq(origin, "boot") ? "by hand" : origin);
		fputc('\n', p->out);
	}
}

static void print_lldp(struct printing *p, const json_t *device, int indent)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(device, "lldp"), i, item) {
		const char *name = text_of(item, "system_name"), *port = text_of(item, "port_id");
		const char *chassis = text_of(item, "chassis_id");
		const char *description = text_of(item, "port_description");

		fprintf(p->out, "%*sneighbour %s, port %s", indent, "",
			name ? name : chassis ? chassis : "without a name", port ? port : "unknown");
		if (description && !streq_null(description, port))
			fprintf(p->out, " (%s)", description);
		if (number_of(item, "vlan_id"))
			fprintf(p->out, ", VLAN %lld", number_of(item, "vlan_id"));
		fputc('\n', p->out);
	}
}

static void print_details(struct printing *p, const json_t *device, int indent)
{
	const char *partner = text_of(device, "partner_mac"), *active = text_of(device, "active_port");

	print_list(p, json_object_get(device, "differences"), "! ", indent);
	print_list(p, json_object_get(device, "addresses"), "address   ", indent);
	print_routes(p, device, indent);
	print_list(p, json_object_get(device, "dns_servers"), "DNS       ", indent);
	print_list(p, json_object_get(device, "search_domains"), "search    ", indent);
	if (partner)
		fprintf(p->out, "%*spartner   %s, aggregator %lld\n", indent, "", partner,
			number_of(device, "aggregator"));
	if (active)
		fprintf(p->out, "%*sactive    %s\n", indent, "", active);
	print_vlans(p, device, indent);
	print_lldp(p, device, indent);
	print_counters(p, device, "rx", "received", indent);
	print_counters(p, device, "tx", "sent", indent);
}

/* A bond with several VLANs is below each of them; the second time its name is enough. */
static void print_device(struct printing *p, const json_t *device, int depth)
{
	const char *name = text_of(device, "name");
	autostrv char **below = below_of(device);

	if (json_object_get(p->told, name)) {
		fprintf(p->out, "%*s%s  (above)\n", depth * INDENT, "", name);
		return;
	}
	json_object_set_new(p->told, name, json_true());
	print_head(p, device, depth * INDENT);
	print_details(p, device, depth * INDENT + 2 * INDENT);
	for (char **other = below; other && *other && depth < DEPTH_MAX; other++)
		if (find(p, *other))
			print_device(p, find(p, *other), depth + 1);
}

static bool is_below_another(const struct printing *p, const char *name)
{
	const json_t *device;
	size_t i;

	json_array_foreach(p->devices, i, device) {
		autostrv char **below = below_of(device);

		if (strv_contains(below, name))
			return true;
	}
	return false;
}

void network_status_print(const json_t *status, FILE *out)
{
	autojson json_t *told = json_object();
	struct printing p = { json_object_get(status, "devices"), told, out };
	const json_t *device;
	size_t i;

	json_array_foreach(p.devices, i, device)
		if (!is_below_another(&p, text_of(device, "name")))
			print_device(&p, device, 0);
	print_list(&p, json_object_get(status, "missing"), "! ", 0);
	fputs(report_differs(status) ?
	      "The network differs from the configuration: see the lines with \"!\".\n" :
	      "The network is as configured.\n", out);
}
