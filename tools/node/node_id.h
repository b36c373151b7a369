// SPDX-License-Identifier: MIT
/*
 * A host's identity: its SMBIOS UUID in lower case. Boards whose maker left a placeholder there get a
 * UUID derived from their lowest permanent MAC address (RFC 9562, version 8), the same at every boot.
 */
#ifndef NODE_NODE_ID_H
#define NODE_NODE_ID_H

/* NULL when there is neither a usable UUID nor a network card. Owned by the caller. */
char *node_id(const char *root);

#endif
