// SPDX-License-Identifier: MIT
/* The routes of each link, from the kernel's main tables of IPv4 and IPv6. */
#ifndef NODE_LINK_ROUTES_H
#define NODE_LINK_ROUTES_H

#include "common/json.h"

/* Adds "routes" (links.h) to each link. `indexes` is {"3": the link with that index}. -1 with a problem. */
int link_routes_add(const json_t *indexes, struct problems *problems);

#endif
