// SPDX-License-Identifier: MIT
/* Takes a network device away. */
#ifndef NODE_LINK_DELETE_H
#define NODE_LINK_DELETE_H

#include "common/problems.h"

/* For bridges, bonds and VLANs (rtnetlink(7), RTM_DELLINK). One that is not there is fine. */
int link_delete(const char *name, struct problems *problems);

#endif
