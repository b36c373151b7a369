// SPDX-License-Identifier: MIT
/*
 * The few calls that our programs make to systemd over D-Bus (sd-bus), bounded in time.
 */
#ifndef NODE_BUS_H
#define NODE_BUS_H

#include <systemd/sd-bus.h>

#include "common/problems.h"

/* Restarts a unit if it is there and runs. Works before the bus is up: through the manager's own socket. */
int bus_try_restart(const char *unit, struct problems *problems);
/* The names of the units that have failed, for strv_free(); NULL: none. Waits 2 s at most. */
int bus_failed_units(char ***ret, struct problems *problems);
/* systemd-networkd reads its files again and applies what changed. */
int bus_networkd_reload(struct problems *problems);
/* It begins anew with the link of this index: its leases go, and DHCP is asked at once. */
int bus_networkd_reconfigure(unsigned index, struct problems *problems);

/*
 * A property of systemd-resolved's manager of this D-Bus type, in a message that stands at its value; to be
 * freed with sd_bus_message_unref(). Waits 2 s at most, and does not start it.
 */
int bus_resolved_get(const char *property, const char *type, sd_bus_message **ret,
		     struct problems *problems);

#endif
