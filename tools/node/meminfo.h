// SPDX-License-Identifier: MIT
/* One line of /proc/meminfo, proc_meminfo(5). */
#ifndef NODE_MEMINFO_H
#define NODE_MEMINFO_H

#include <stdint.h>

#include "common/problems.h"

/* The number of "FIELD: NUMBER kB" of ROOT/proc/meminfo. *ret is untouched on failure. */
int meminfo_kib(const char *root, const char *field, uint64_t *ret, struct problems *problems);

#endif
