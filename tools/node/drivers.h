// SPDX-License-Identifier: MIT
/*
 * Loading kernel modules for the hardware that is there, without udev: only the initramfs needs it,
 * and there it saves the better part of udev's start and of its rules.
 */
#ifndef NODE_DRIVERS_H
#define NODE_DRIVERS_H

#include "common/str.h"

/* Aliases that modprobe was already asked for; they are not asked for twice. */
struct drivers {
	char **known;
};

/* Loads what the devices in /sys ask for; best effort, as udev's rules are. */
void drivers_load_all(struct drivers *drivers);
/* Loads what one kernel event asks for: NUL-separated "KEY=value" fields, len bytes. */
void drivers_load_for_event(struct drivers *drivers, const char *event, size_t len);
void drivers_done(struct drivers *drivers);

#endif
