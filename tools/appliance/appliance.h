// SPDX-License-Identifier: MIT
/*
 * The running appliance: what every request's handler may use.
 */
#ifndef APPLIANCE_APPLIANCE_H
#define APPLIANCE_APPLIANCE_H

#include <pthread.h>

#include "appliance/ca.h"
#include "appliance/metrics.h"
#include "appliance/rate.h"
#include "appliance/store.h"

struct appliance {
	struct store *store;
	struct ca *ca;
	int boot_fd;             /* the folder that /boot serves; -1: none */
	char *admin_hash;        /* SHA-256 of the admin token, hexadecimal */
	unsigned heartbeat_s;    /* told to nodes */
	struct rate registrations;
	struct metrics metrics;
	/* Whether a node would take this kickstart: 0, or -1 with every problem. */
	int (*check_kickstart)(const char *text, const char *name, struct problems *problems);
};

#endif
