// SPDX-License-Identifier: MIT
/* The network that the configuration asks for, against the one that is there. */
#ifndef NODE_NETWORK_COMPARE_H
#define NODE_NETWORK_COMPARE_H

#include "common/json.h"
#include "host/graph.h"

/*
 * How one device differs from what the graph wants: a list of texts, empty when it does not. `link` is
 * the device of links_read(); NULL: there is none. Owned by the caller.
 */
json_t *network_compare(const struct host_device *device, const json_t *link);
/* The same for a device that the configuration does not name. */
json_t *network_compare_extra(const json_t *link);

#endif
