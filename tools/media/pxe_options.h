// SPDX-License-Identifier: MIT
/*
 * What roost-pxe is told. Every text here ends up in a line of a boot loader's or dnsmasq's
 * configuration, which have different quotes and none in common: what would need any is refused.
 */
#ifndef MEDIA_PXE_OPTIONS_H
#define MEDIA_PXE_OPTIONS_H

#include <argp.h>

#include "common/problems.h"
#include "kickstart/options.h"

struct pxe_options {
	struct ks_at at;
	char *dir;              /* as given */
	char *image;
	char **urls;            /* where DIR is served, without a slash at the end; NULL: nowhere */
	char *server;           /* IPv4 address of the TFTP server; NULL: the one that does DHCP */
	char *dhcp_range;       /* "FROM,TO"; NULL: proxy-DHCP */
	char *interface;        /* of the DHCP server; NULL: all */
	char *append;           /* further kernel arguments; NULL for none */
	char *appliance;        /* HOST[:PORT] */
	char *fingerprint;      /* 64 hexadecimal digits, lower case */
	int timeout_s;          /* of the menus; -1: the image's */
	bool is_dry_run;
	bool is_json;
};

/* The program's arguments; what argp itself finds wrong ends the program. */
int pxe_options_read(int argc, char **argv, struct pxe_options *ret, struct problems *problems);
void pxe_options_done(struct pxe_options *options);

/*
 * kernel_args_check_plain, for as many characters as one option may have. `what` begins the message.
 */
int pxe_check_arguments(const char *text, const char *what, struct problems *problems);

#endif
