// SPDX-License-Identifier: MIT
/* Units of systemd by name, in bounded calls. */
#ifndef NODE_STORAGE_UNIT_H
#define NODE_STORAGE_UNIT_H

#include "common/problems.h"

/* Stops it and waits for that, at most timeout_ms. */
int unit_stop(const char *unit, int timeout_ms, struct problems *problems);
/* Begins to stop it, and waits for nothing. */
int unit_stop_begin(const char *unit, struct problems *problems);

#endif
