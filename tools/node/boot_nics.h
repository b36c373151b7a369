// SPDX-License-Identifier: MIT
/*
 * The network cards in the initramfs: their drivers, their names, their links.
 */
#ifndef NODE_BOOT_NICS_H
#define NODE_BOOT_NICS_H

#include <stdint.h>

#include "node/drivers.h"
#include "node/link_events.h"

struct boot_nics {
	struct drivers drivers;
	int devices;                /* drivers_open_events; -1 */
	struct link_events links;
};

/* Loads the drivers of the devices that are there. */
void boot_nics_open(struct boot_nics *nics);
/*
 * Brings cards up and waits until some have a link, at most until deadline_ms (now_ms's clock); it
 * says what it waits for. `wanted` is a MAC address, a PCI path or a name, the kernel's or udev's (see
 * boot_nic_is): then only that card counts; NULL: any wired one. Gives their names in *ret, sorted; the
 * caller owns them. 0, or -1 with a problem that says what is there instead.
 */
int boot_nics_wait(struct boot_nics *nics, const char *wanted, int64_t deadline_ms, char ***ret,
		   struct problems *problems);
void boot_nics_close(struct boot_nics *nics);

/*
 * Whether the card goes by this MAC address, PCI path or name. Here it still has the kernel's name (eth0); the
 * running system's (enp3s0) is one of those that udev's net_id tells for it.
 */
bool boot_nic_is(const char *nic, const char *name);

#endif
