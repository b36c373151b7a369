// SPDX-License-Identifier: MIT
/* Waiting for udev to know the devices that were there at boot. */
#ifndef NODE_UDEV_H
#define NODE_UDEV_H

/* "waiting at most N s for udev to know WHAT". Returns at once where there is no udev. */
void udev_settle(const char *root, int timeout_ms, const char *what);

#endif
