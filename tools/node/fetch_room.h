// SPDX-License-Identifier: MIT
/* Whether what is to be fetched has room, before it is fetched. */
#ifndef NODE_FETCH_ROOM_H
#define NODE_FETCH_ROOM_H

#include <stdint.h>

#include "common/problems.h"

/*
 * 0 when the folder's file system, and the memory for one that lives in it (with a little for the
 * programs), have `bytes` left. Otherwise -1, and a problem with both figures.
 */
int fetch_room_check(const char *folder, uint64_t bytes, struct problems *problems);

#endif
