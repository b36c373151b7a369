// SPDX-License-Identifier: MIT
/*
 * What the configuration meets: the NICs of one machine, and which of them a word of the configuration
 * means. On a node it is filled in from sysfs (node/network_machine.c), elsewhere from a host's facts.
 */
#ifndef HOST_MACHINE_H
#define HOST_MACHINE_H

#include <stddef.h>
#include <stdbool.h>

/* A NIC of this machine. */
struct host_nic {
	char *name;
	char *mac;              /* lower case, with colons */
	bool has_carrier;
	char *path;             /* udev's ID_PATH, "pci-0000:00:03.0"; NULL: not on PCI */
};

/* Everything is borrowed. */
struct host_machine {
	const struct host_nic *nics;
	size_t nics_count;
	const char *uplink;     /* name of the NIC that "bootif" stands for; NULL when there is none */
	const char *link;       /* the first NIC with carrier: what "link" stands for; may be NULL */
};

/* The NIC with this name, MAC address or path, or NULL. Of two on one path it is the first one. */
const struct host_nic *host_machine_nic(const struct host_machine *machine, const char *text);
/* Whether the word stands for a NIC without being its name: a MAC address, a path, bootif or link. */
bool host_device_is_alias(const char *device);
/*
 * "br0"; for "bootif", "link", MAC addresses and paths the NIC's name; the same in front of a VLAN's id
 * ("bootif.5"). Owned by the caller; NULL: no such NIC.
 */
char *host_device_name(const char *device, const struct host_machine *machine);

#endif
