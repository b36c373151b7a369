// SPDX-License-Identifier: MIT
/*
 * UUIDs as text, and those that makers of boards leave in place of a number of their own. The node
 * replaces such a placeholder, the appliance refuses it: both ask here.
 */
#ifndef COMMON_UUID_H
#define COMMON_UUID_H

#include <stdbool.h>

#define UUID_TEXT_LEN 36

/* True for a text of the form of a UUID, in either case. */
bool is_uuid(const char *text);
/* True for UUIDs (lower case) that are known to be on many boards. */
bool is_placeholder_uuid(const char *uuid);

#endif
