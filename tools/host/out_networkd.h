// SPDX-License-Identifier: MIT
/*
 * What the parts of the systemd-networkd writer share: out_networkd.c (the units, their devices),
 * out_networkd_addresses.c and out_networkd_vlans.c (sections of them). Keys: systemd.network(5) of
 * systemd 257.
 */
#ifndef HOST_OUT_NETWORKD_H
#define HOST_OUT_NETWORKD_H

#include "host/graph.h"

/*
 * The rest of the [Network] section of a device with addresses, and the sections behind it. `metric` is
 * that of the default routes that it learns; 0: systemd-networkd's own.
 */
void host_write_addresses(FILE *out, const struct host_device *device, int metric);
/* [BridgeVLAN]: what a port of a bridge carries, or the bridge itself for the VLANs on it. */
void host_write_bridge_vlans(FILE *out, const struct host_device *device);

#endif
