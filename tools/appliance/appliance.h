// SPDX-License-Identifier: MIT
/*
 * The running appliance: what every request's handler may use.
 */
#ifndef APPLIANCE_APPLIANCE_H
#define APPLIANCE_APPLIANCE_H

#include <pthread.h>

#include "appliance/boot_image.h"
#include "appliance/ca.h"
#include "appliance/host_macs.h"
#include "appliance/metrics.h"
#include "appliance/peers.h"
#include "appliance/rate.h"
#include "appliance/reach.h"
#include "appliance/ssh_ca.h"
#include "appliance/store.h"

struct appliance {
	struct store *store;
	struct ca *ca;
	struct ssh_ca *ssh_ca;
	const char *boot_dir;    /* the folder that /boot serves; NULL: none */
	struct boot_images boot_images;
	struct host_macs host_macs;
	struct peers peers;
	struct reach reach;
	char *admin_hash;        /* SHA-256 of the admin token, hexadecimal */
	unsigned heartbeat_s;    /* told to nodes */
	struct rate registrations;
	struct metrics metrics;
	/* Whether a node would take this kickstart: 0, or -1 with every problem. */
	int (*check_kickstart)(const char *text, const char *name, struct problems *problems);
};

#endif
