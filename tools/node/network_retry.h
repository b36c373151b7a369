// SPDX-License-Identifier: MIT
/*
 * A first configuration that names NICs which the machine lacks, or that it cannot have for another
 * reason: other networks stand in for it (network_fallback.h), also when they have proved themselves. When
 * the machine can have it after all, because a NIC was plugged in or its driver came late, it is tried
 * anew, as after `roost network apply`.
 */
#ifndef NODE_NETWORK_RETRY_H
#define NODE_NETWORK_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/problems.h"

/* Whether this machine has every NIC that the text of a host.conf names, and nothing in it contradicts. */
bool network_fits(const char *root, const char *conf);
/*
 * Forgives the configuration that is stood in for when it did not fit and does now; roost-config puts it
 * into use. Returns when to look again (now_ms; also at every change of links): -1 when nothing waits for
 * a NIC.
 */
int64_t network_retry(const char *root, struct problems *problems);

#endif
