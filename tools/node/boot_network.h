// SPDX-License-Identifier: MIT
/*
 * The network in the initramfs, for as long as the layers are fetched: one NIC, or a VLAN on one, with
 * an address by DHCP, by router advertisements or from the kernel command line. The running system
 * starts anew, with the same client identifier, so it gets the same lease.
 */
#ifndef NODE_BOOT_NETWORK_H
#define NODE_BOOT_NETWORK_H

#include <stdint.h>

#include "node/boot_args.h"

/* What the command line asks for. Borrows from the arguments. */
struct boot_plan {
	const char *nic;        /* MAC address or name; NULL: any wired one */
	int vlanid;             /* 0: none */
	int mtu;                /* 0: the driver's */
	const struct host_network *network; /* addresses; NULL: DHCP */
};

/*
 * The configuration's main network, down through bridges, bonds (their first port stands for all of
 * them) and VLANs to a NIC. A NIC that ip= names counts more than BOOTIF, since an address may belong
 * to it; then BOOTIF counts.
 */
void boot_plan_make(const struct boot_args *args, struct boot_plan *ret);

/*
 * An address on this NIC, which has a link, a route and /etc/resolv.conf; waits at most until
 * deadline_ms (now_ms's clock), and says what for. -1 with a problem: another NIC may be tried.
 */
int boot_network_up(const struct boot_plan *plan, const char *nic, int64_t deadline_ms,
		    struct problems *problems);
/*
 * Takes the addresses away, but not what routers advertised, which they may not again for minutes. The
 * link stays up: a switch that blocks a new one for 30 s does so once.
 */
void boot_network_down(const struct boot_plan *plan, const char *nic);

#endif
