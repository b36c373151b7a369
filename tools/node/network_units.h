// SPDX-License-Identifier: MIT
/*
 * systemd-networkd's files: written, and taken over by it when it runs. Only what changed is touched. A device
 * that networkd cannot change while it is there, such as a bond with another mode, is made anew in two steps,
 * each of them a configuration of its own: first without it, its ports and the VLANs on it, then with them.
 */
#ifndef NODE_NETWORK_UNITS_H
#define NODE_NETWORK_UNITS_H

#include "host/write.h"

#define NETWORK_UNITS "/run/systemd/network"

/* Whether network_units_use would make devices anew: they go down for some seconds. */
bool network_units_go_down(const char *root, const struct host_units *units);
/*
 * 1: networkd has taken new files over; 0: nothing changed, or it does not run (at boot it starts after us, and
 * below another root there is none); -1: it could not, and calling again goes on from there.
 */
int network_units_use(const char *root, const struct host_units *units, struct problems *problems);

#endif
