// SPDX-License-Identifier: MIT
/* What systemd-resolved asks over each link, whoever told it: a kickstart, DHCP, resolvectl(1). */
#ifndef NODE_LINK_DNS_H
#define NODE_LINK_DNS_H

#include "common/json.h"

/*
 * Adds "dns_servers" and "search_domains" (links.h) to each link, over D-Bus (org.freedesktop.resolve1(5)).
 * `indexes` is {"3": the link with that index}. -1 with a problem, and nothing is added, when
 * systemd-resolved does not answer within 2 s or does not run.
 */
int link_dns_add(const json_t *indexes, struct problems *problems);

#endif
