// SPDX-License-Identifier: MIT
/*
 * A host's identity: its SMBIOS UUID in lower case. Boards whose maker left a placeholder there get a
 * UUID derived from their lowest permanent MAC address (RFC 9562, version 8), the same at every boot.
 */
#ifndef NODE_NODE_ID_H
#define NODE_NODE_ID_H

#include <stdbool.h>

#define NODE_ID_LEN 36

/* NULL when there is neither a usable UUID nor a network card. Owned by the caller. */
char *node_id(const char *root);
/* True for a text of the form of a UUID, in either case. */
bool is_uuid(const char *text);
/* True for UUIDs (lower case) that are known to be on many boards. */
bool is_placeholder_uuid(const char *uuid);

#endif
