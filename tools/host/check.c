// SPDX-License-Identifier: MIT
/*
 * Rules that need the whole configuration. Those of a single command stand beside its table
 * (schema_*.c) and its kind (kind_*.c); those of the network in check_devices.c and its neighbours.
 */
#include "host/graph.h"
#include "host/read.h"
#include "host/schema.h"

static int check_networks(const struct host *host, struct problems *problems)
{
	autograph struct host_graph graph = { 0 };
	int bad = host_graph_build(host, NULL, &graph, NULL, problems);

	return bad | host_graph_check(&graph, problems);
}

static int check_pools(const struct host *host, struct problems *problems)
{
	int bad = 0;

	for (size_t i = 0; i < host->pools_count; i++)
		for (size_t j = 0; j < i; j++)
			if (streq(host->pools[i].name, host->pools[j].name))
				bad = ks_problem(&host_pool_command, &host->pools[i], "name",
						 problems, "duplicate pool \"%s\": the first one is "
						 "at %s:%u", host->pools[i].name,
						 host->pools[j].at.file, host->pools[j].at.line);
	return bad;
}

static int check_targets(const struct host *host, struct problems *problems)
{
	int bad = 0;

	for (size_t i = 0; i < host->iscsi_count; i++)
		for (size_t j = 0; j < i; j++) {
			const struct host_iscsi *a = &host->iscsi[i], *b = &host->iscsi[j];

			/* the same target through two portals is multipath */
			if (!streq_null(a->target, b->target) || !streq(a->ipaddr, b->ipaddr) ||
			    a->port != b->port)
				continue;
			bad = ks_problem(&host_iscsi_command, a, a->target ? "target" : "ipaddr",
					 problems, "duplicate %s \"%s\": the first one is at %s:%u",
					 a->target ? "target" : "discovery",
					 a->target ? a->target : a->ipaddr, b->at.file, b->at.line);
		}
	return bad;
}

/* A session goes through a device that has an address, which a port of a bond or a bridge has not. */
static int check_session_devices(const struct host *host, struct problems *problems)
{
	autograph struct host_graph graph = { 0 };
	int bad = 0;

	host_graph_build(host, NULL, &graph, NULL, NULL);
	for (size_t i = 0; host->networks_count > 0 && i < host->iscsi_count; i++) {
		const struct host_iscsi *iscsi = &host->iscsi[i];
		const struct host_device *device;

		if (!iscsi->iface)
			continue;
		device = host_graph_find(&graph, iscsi->iface);
		if (host_device_is_alias(iscsi->iface))
			bad = ks_problem(&host_iscsi_command, iscsi, "iface", problems,
					 "\"%s\" is not a device's own name: expected one such as "
					 "ens3", iscsi->iface);
		else if (!device)
			bad = ks_problem(&host_iscsi_command, iscsi, "iface", problems,
					 "\"%s\" is not there: expected a device that a network "
					 "command configures", iscsi->iface);
		else if (device->above)
			bad = ks_problem(&host_iscsi_command, iscsi, "iface", problems,
					 "\"%s\" is a port of %s and has no address: expected %s",
					 iscsi->iface, device->above->name, device->above->name);
	}
	return bad;
}

static int check_timesources(const struct host *host, struct problems *problems)
{
	for (size_t i = 0; i < host->timesources_count; i++)
		if (host->timesources[i].ntp_disable && host->timesources_count > 1)
			return ks_problem(&host_timesource_command, &host->timesources[i],
					  "ntp-disable", problems,
					  "contradicts the other timesource commands");
	return 0;
}

int host_check(const struct host *host, struct problems *problems)
{
	int bad = check_networks(host, problems) | check_pools(host, problems) |
		  check_targets(host, problems) | check_session_devices(host, problems) |
		  check_timesources(host, problems);

	return bad ? -1 : 0;
}
