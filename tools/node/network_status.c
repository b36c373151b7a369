// SPDX-License-Identifier: MIT
/*
 * Gathers what `roost network status` tells; see network_status.h.
 *
 *	wanted    host.conf as a graph, for this machine's NICs
 *	seen      the kernel's devices, and what switches say
 *	compare   device by device
 */
#include "host/kind.h"
#include "node/host_conf.h"
#include "node/links.h"
#include "node/lldp.h"
#include "node/network_compare.h"
#include "node/network_machine.h"
#include "node/network_state.h"
#include "node/network_status.h"

struct gathering {
	json_t *links;
	struct lldp_neighbours neighbours;
	json_t *devices;
	bool differs;
};

static json_t *below_json(const struct gathering *g, const char *name, const json_t *link)
{
	json_t *list = json_array(), *parent = json_object_get(link, "parent"), *other;
	size_t i;

	if (parent)
		json_array_append(list, parent);
	json_array_foreach(g->links, i, other) {
		const char *master = json_string_value(json_object_get(other, "master"));

		if (master && streq(master, name))
			json_array_append(list, json_object_get(other, "name"));
	}
	return list;
}

/* Takes the differences over. */
static void add_device(struct gathering *g, const char *name, const json_t *link, json_t *differences,
		       const struct host_device *wanted)
{
	json_t *device = link ? json_copy((json_t *)link) : json_object();

	json_object_set_new(device, "name", json_string(name));
	if (!link)
		json_object_set_new(device, "kind", json_string(
			wanted->network ? host_kind_of(wanted->network)->name : host_kind_nic.name));
	json_object_set_new(device, "is_there", json_boolean(link));
	json_object_set_new(device, "is_configured", json_boolean(wanted));
	json_object_set_new(device, "below", below_json(g, name, link));
	json_object_set_new(device, "lldp", lldp_json(&g->neighbours, name));
	json_object_set_new(device, "differences", differences);
	json_array_append_new(g->devices, device);
	if (json_array_size(differences))
		g->differs = true;
}

static void add_devices(struct gathering *g, const struct host_graph *graph)
{
	const json_t *link;
	size_t i;

	for (i = 0; i < graph->count; i++) {
		const struct host_device *device = graph->devices[i];

		link = links_find(g->links, device->name);
		add_device(g, device->name, link, network_compare(device, link), device);
	}
	json_array_foreach(g->links, i, link) {
		const char *name = json_string_value(json_object_get(link, "name"));

		if (name && !host_graph_find(graph, name))
			add_device(g, name, link, network_compare_extra(link), NULL);
	}
}

static json_t *compare_all(const struct host_graph *graph, const struct problems *notes,
			   struct gathering *g)
{
	g->devices = json_array();
	g->differs = problems_count(notes) > 0;
	add_devices(g, graph);
	return json_pack("{s:b, s:o, s:o}", "differs", g->differs, "missing", json_strings(notes->items),
			 "devices", g->devices);
}

json_t *network_status_read(const char *root, struct problems *problems)
{
	struct uplink_query query = { .root = root };
	autonetstate struct network_state state = { 0 };
	automachine struct network_machine machine = { 0 };
	autoproblems struct problems notes = { 0 };
	autograph struct host_graph graph = { 0 };
	autohost struct host host = { 0 };
	struct gathering g = { 0 };
	struct host_machine view;
	json_t *status = NULL;

	if (host_conf_read(root, &host, NULL, problems) < 0)
		return NULL;
	/* the uplink stays what it was when the configuration was applied */
	if (network_state_read(root, &state))
		query.previous = state.uplink;
	network_machine_find(&query, &machine, &notes);
	view = network_machine_view(&machine);
	if (host_graph_build(&host, &view, &graph, &notes, problems) < 0)
		return NULL;
	g.links = links_read(root, problems);
	(void)lldp_neighbours_get(root, &g.neighbours, problems);
	if (g.links)
		status = compare_all(&graph, &notes, &g);
	json_decref(g.links);
	lldp_neighbours_done(&g.neighbours);
	return status;
}
