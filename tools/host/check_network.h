// SPDX-License-Identifier: MIT
/*
 * The parts of host_graph_check (graph.h). Each adds every problem that it finds and returns 0 or -1.
 */
#ifndef HOST_CHECK_NETWORK_H
#define HOST_CHECK_NETWORK_H

#include "host/graph.h"

/* Names, ports, loops: what must hold before anything else can be asked. */
int host_check_devices(const struct host_graph *graph, struct problems *problems);
/* VLANs on devices, and the VLANs that a bridge's ports carry. */
int host_check_vlans(const struct host_graph *graph, struct problems *problems);
int host_check_mtus(const struct host_graph *graph, struct problems *problems);
/* Static addresses: each by itself, and each with all others. */
int host_check_addresses(const struct host_graph *graph, struct problems *problems);
/* Gateways, default routes, --route. */
int host_check_routes(const struct host_graph *graph, struct problems *problems);

#endif
