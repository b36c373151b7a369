// SPDX-License-Identifier: MIT
/* What libvirt calls a CPU's model, its vendor or a feature: "EPYC-Milan", "lahf_lm". */
#ifndef HOST_CPU_NAME_H
#define HOST_CPU_NAME_H

#include <stdbool.h>

/* Whether it can be such a name: these go into XML and onto terminals. NULL is none. */
bool is_cpu_name(const char *name);

#endif
