// SPDX-License-Identifier: MIT
/* Kinds of values that belong to the `network` command, for its table and for the command line. */
#ifndef HOST_TYPES_NETWORK_H
#define HOST_TYPES_NETWORK_H

#include "kickstart/options.h"

extern const struct ks_type host_name_type;   /* the name of a device that is made */
extern const struct ks_type host_device_type; /* any device: name, MAC address, path, bootif, link */
extern const struct ks_type host_ipv6_type;   /* auto, dhcp, link, or address/length */
extern const struct ks_type host_dhcp_class_type;
extern const struct ks_type host_route_type;  /* network.h, struct host_route */
extern const struct ks_type host_vids_type;   /* a VLAN id, or FROM-TO */

/* What host_vids_type has read: the first and the last id of the range. */
void host_vids(const char *text, int *ret_first, int *ret_last);

#endif
