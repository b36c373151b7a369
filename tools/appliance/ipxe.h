// SPDX-License-Identifier: MIT
/*
 * The iPXE script (https://ipxe.org/scripting) that boots one machine: what to load, from where, and
 * what the kernel is told. Nothing in it is secret: whoever knows a MAC address can read it.
 */
#ifndef APPLIANCE_IPXE_H
#define APPLIANCE_IPXE_H

#include "appliance/boot_image.h"

#define MAC_LEN 17

/*
 * A MAC address of one network card, six pairs of hexadecimal digits all separated by "-" or all by
 * ":", as "aa-bb-cc-dd-ee-ff". False, *ret untouched, for anything else, groups and all zeros included.
 */
bool mac_read(const char *text, char ret[MAC_LEN + 1]);

struct ipxe_boot {
	const struct boot_image *image;
	const char *mac;         /* as mac_read() gives it */
	const char *base;        /* URL of the boot folder, without a slash at the end */
	const char *appliance;   /* HOST:PORT where it registers */
	const char *fingerprint; /* of the appliance's authority */
	const char *host, *pool; /* for people, when the machine is known; else NULL */
	const char *warning;     /* likewise: one line, or NULL */
};

/*
 * The kernel's arguments: those of the image, but from this server first, for this NIC, and with the
 * appliance and its fingerprint unless they name one. -1 when they do not fit on a command line.
 */
int ipxe_arguments(const struct ipxe_boot *boot, char **ret, struct problems *problems);
/* The whole script. Owned by the caller. */
int ipxe_script(const struct ipxe_boot *boot, char **ret, struct problems *problems);

#endif
