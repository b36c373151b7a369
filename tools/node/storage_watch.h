// SPDX-License-Identifier: MIT
/*
 * Keeps storage.json and libvirt's pools true while the host runs; docs/storage.md has the bounds.
 * roost-storage apply attaches; this notices what goes, takes away what would hang, and asks for an
 * apply when what was missing answers again.
 */
#ifndef NODE_STORAGE_WATCH_H
#define NODE_STORAGE_WATCH_H

#include "common/problems.h"

#define WATCH_EVERY_S 10
#define WATCH_MISSES 2    /* looks without an answer before a mount is taken away */

/*
 * Looks every `every_s` seconds. Never touches a mount itself, and does not return but for what it cannot
 * do without. An exit code.
 */
int storage_watch(const char *root, const char *uri, int every_s, struct problems *problems);

#endif
