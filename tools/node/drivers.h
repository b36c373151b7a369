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
/* A socket that is readable when the kernel announces a device, or -1. Open it before the first look. */
int drivers_open_events(void);
/* Takes what was announced from the socket, and loads what it asks for. */
void drivers_load_for_events(struct drivers *drivers, int fd);
void drivers_done(struct drivers *drivers);

#endif
