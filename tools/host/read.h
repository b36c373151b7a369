// SPDX-License-Identifier: MIT
/*
 * The readers: from a text to a checked struct host. Each takes its source whole or not at all.
 */
#ifndef HOST_READ_H
#define HOST_READ_H

#include "host/host.h"

/*
 * A host's kickstart (or host.conf, which is one). `name` stands for the file in messages and in
 * every struct's place. Includes and scripts are refused. 0, or -1 with every problem found and
 * *ret all zeroes. The result was checked (host_check).
 */
int host_read_kickstart(const char *text, size_t len, const char *name, struct host *ret,
			struct problems *problems);
int host_read_file(const char *path, const char *name, struct host *ret, struct problems *problems);
/* The same, for who only wants to know whether a node would take it: the appliance. */
int host_check_kickstart(const char *text, const char *name, struct problems *problems);

/* What the kernel command line says beside the configuration. */
struct host_boot {
	char *bootif;           /* MAC address of the NIC that the firmware booted from */
	char *ks;               /* ks= or inst.ks=, as written */
	char *token;            /* roost.token= */
	bool debug;
	char **notes;           /* what a person should know: ignored or unwise arguments */
};
void host_boot_done(struct host_boot *boot);
#define autoboot __attribute__((cleanup(host_boot_done)))

/*
 * The kernel command line, at most 64 KiB. 0, or -1 with every problem and *ret all zeroes. *ret_boot
 * is filled in either case with what was well-formed.
 */
int host_read_cmdline(const char *text, const char *name, struct host *ret,
		      struct host_boot *ret_boot, struct problems *problems);

/*
 * Rules that need the whole configuration: devices given twice, a port with an address, a port of
 * two devices, what a storage pool of its type needs. 0 or -1.
 */
int host_check(const struct host *host, struct problems *problems);

#endif
