// SPDX-License-Identifier: MIT
/*
 * The network cards of a machine: those behind which there is hardware, under their permanent
 * addresses. A card that is a port of a bond shows the bond's address, so that is never used.
 */
#ifndef NODE_NICS_H
#define NODE_NICS_H

#include <stdbool.h>

/* Names of the physical Ethernet and InfiniBand interfaces, sorted; NULL when there are none. */
char **nics_physical(const char *root);
/*
 * The same; where there are none, the stand-ins for them (veth ends), as in a container or a test.
 */
char **nics_usable(const char *root);
/*
 * The address that the card was made with, lower case with colons. Asked of the driver when root is
 * "/"; from sysfs otherwise. NULL when there is none. Owned by the caller.
 */
char *nic_permanent_mac(const char *root, const char *name);
/* udev's ID_PATH, "pci-0000:00:03.0", from its database or from sysfs; NULL: none. Owned by the caller. */
char *nic_path(const char *root, const char *name);
/* Whether there is a link. False for a card that is down: sysfs refuses to say. */
bool nic_has_carrier(const char *root, const char *name);
/*
 * The lowest of them all, or NULL: a name for the machine. Addresses that the driver made up count
 * only when there are no others. Owned by the caller.
 */
char *nics_lowest_mac(const char *root);

#endif
