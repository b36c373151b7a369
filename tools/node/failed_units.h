// SPDX-License-Identifier: MIT
/* The units that systemd tells as failed. */
#ifndef NODE_FAILED_UNITS_H
#define NODE_FAILED_UNITS_H

#include "common/problems.h"

/*
 * Their names, sorted, for strv_free(); NULL: none. Asks systemd's own socket, 2 s at most; below another
 * root the file ROOT/failed-units stands for its answer, a name a line.
 */
int failed_units_read(const char *root, char ***ret, struct problems *problems);

#endif
