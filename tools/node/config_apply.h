// SPDX-License-Identifier: MIT
/*
 * What roost-config itself makes true: the host's name, its time zone and where it gets the time
 * from. Each is done only when it changes.
 */
#ifndef NODE_CONFIG_APPLY_H
#define NODE_CONFIG_APPLY_H

#include "host/host.h"

/* The running kernel and services are told only when root is "/". 0 or -1. */
int config_apply(const char *root, const struct host *host, struct problems *problems);
/* What was read and checked, and nothing here acts on: a line each, for the warnings. */
void config_unapplied(const char *root, const struct host *host, char ***ret_lines);

#endif
