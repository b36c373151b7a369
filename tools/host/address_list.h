// SPDX-License-Identifier: MIT
/*
 * Lists of hosts' addresses, as they go between the appliance and its hosts in JSON: which addresses a host has,
 * and from which ones others of its pool come.
 */
#ifndef HOST_ADDRESS_LIST_H
#define HOST_ADDRESS_LIST_H

#include "common/json.h"

#define HOST_ADDRESSES_MAX 32   /* that one host tells of */
#define PEER_ADDRESSES_MAX 1024 /* that one host is told of: 50 KB of JSON */

/*
 * The address of one host, IPv4 or IPv6, as inet_ntop(3) writes it; owned by the caller. NULL when the text is none:
 * loopback, multicast, link-local and the like, or anything else.
 */
char *address_of_host(const char *text);
/*
 * Reads object[field]: at most max addresses of hosts, and nothing else. *ret, owned by the caller, is canonical, in
 * the same order; NULL: none. A missing field is an empty list. -1 with a problem.
 */
int address_list_read(const json_t *object, const char *field, size_t max, char ***ret, const char *source,
		      struct problems *problems);
/* SHA-256 of the list in its order, newlines between: the appliance tells a list again only when it is another one. Owned by the caller. */
char *address_list_digest(char *const *list);

#endif
