// SPDX-License-Identifier: MIT
/* A configuration that the machine can have after all; see network_retry.h. */
#include "common/cli.h"
#include "common/clock.h"
#include "common/timeline.h"
#include "host/graph.h"
#include "host/read.h"
#include "node/network_fallback.h"
#include "node/network_machine.h"
#include "node/network_retry.h"

/* udev records a NIC after the kernel has told of it, and tells nobody here. */
#define LOOK_EVERY_MS 5000

bool network_fits(const char *root, const char *conf)
{
	const struct uplink_query query = { .root = root };
	automachine struct network_machine machine = { 0 };
	autoproblems struct problems problems = { 0 };
	autograph struct host_graph graph = { 0 };
	autohost struct host host = { 0 };
	struct host_machine view;

	if (host_read_kickstart(conf, strlen(conf), "host.conf", &host, &problems) < 0)
		return false;
	network_machine_find(&query, &machine, &problems);
	view = network_machine_view(&machine);
	return host_graph_build(&host, &view, &graph, &problems, &problems) == 0 &&
	       host_graph_check(&graph, &problems) == 0 && problems_count(&problems) == 0;
}

int64_t network_retry(const char *root, struct problems *problems)
{
	autogenerations struct generations generations = { 0 };
	const struct generation *current, *wanted;
	autofree char *conf = NULL;

	generations_read(root, &generations);
	current = generations_current(&generations);
	wanted = current ? generations_find(&generations, current->instead_of) : NULL;
	if (!wanted || !wanted->is_unfit)
		return -1;
	conf = generation_read_conf(root, wanted, problems);
	if (!conf || !network_fits(root, conf))
		return now_ms() + LOOK_EVERY_MS;
	timeline_mark(root, "network-retry", "generation %d: this machine can have it now",
		      wanted->number);
	log_info("the network of generation %d is tried again: the machine can have it now",
		 wanted->number);
	(void)generations_forgive(root, problems);
	return -1;
}
