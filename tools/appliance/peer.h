// SPDX-License-Identifier: MIT
/* Who is at the other end of a connection of the HTTP library. */
#ifndef APPLIANCE_PEER_H
#define APPLIANCE_PEER_H

#include <microhttpd.h>

/* The address as text, an IPv4 one in its own form also on an IPv6 socket. Owned by the caller. */
char *peer_address(struct MHD_Connection *connection);
/* Our own end of it, as a Host header would say it. Owned by the caller. */
char *peer_own_address(struct MHD_Connection *connection);
/*
 * Whom the client certificate names, when there is one and our authority signed it for clients;
 * otherwise both stay as they are. Owned by the caller.
 */
void peer_identify(struct MHD_Connection *connection, char **ret_id, char **ret_key_id);
/* The socket; it stays the connection's. */
int peer_socket(struct MHD_Connection *connection);

#endif
