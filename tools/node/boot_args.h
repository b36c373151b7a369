// SPDX-License-Identifier: MIT
/*
 * What the kernel command line says about booting, for roost-root:
 *
 *	roost.label=LABEL        of the medium (ROOST)
 *	roost.timeout=SECONDS    how long to look for the layers, whatever their source
 *	roost.url=URL            a folder with manifest.json and the layers; again for each mirror
 *	roost.manifest=SHA256    of manifest.json; required with roost.url=
 *	rd.shell[=BOOLEAN]       a shell instead of a restart when booting fails
 *
 * and what tools/host reads of it: ip=, vlan=, nameserver=, BOOTIF=, roost.fingerprint=.
 */
#ifndef NODE_BOOT_ARGS_H
#define NODE_BOOT_ARGS_H

#include "host/read.h"

#define BOOT_URLS_MAX 16

struct boot_args {
	char *label;
	int timeout_s;          /* -1: not given */
	char **urls;
	char *manifest;         /* 64 lower-case hexadecimal digits; NULL: not given, or no such thing */
	bool has_shell;
	struct host host;       /* all zeroes when the command line's network is not valid */
	struct host_boot boot;
};

/*
 * Always fills *ret; what is not valid counts as not given, and is a problem that people should see.
 * 0, or -1 with problems.
 */
int boot_args_read(const char *cmdline, struct boot_args *ret, struct problems *problems);
void boot_args_done(struct boot_args *args);

#endif
