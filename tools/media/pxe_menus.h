// SPDX-License-Identifier: MIT
/*
 * The texts of a network boot tree: the boot loaders' menus and dnsmasq.conf, filled in from the
 * image's templates (boot/pxelinux, boot/grub, boot/ipxe, boot/dnsmasq). Their words:
 *
 *	VERSION       of the image                DIR           the tree's full path
 *	ARGS          kernel arguments of the default entry: over HTTP with --url, else ARGS_TFTP
 *	ARGS_TFTP     those of the entry that needs nothing but the loader's own protocol
 *	SECOND        the initramfs behind initrd.img: net.img for HTTP, else layers.img
 *	HTTP          set with --url
 *	TIMEOUT_S, TIMEOUT_DS, TIMEOUT_MS   the menu's timeout in the loader's unit
 *	RANGE, INTERFACE                    as given, if given
 *	NEXT_SERVER, PROXY_SERVER           --server as the end of dhcp-boot= and pxe-service=; may be empty
 *	IPXE_SCRIPT   boot.ipxe, as iPXE finds it     LOADER_URL   of bootx64.efi; only with an http:// URL
 */
#ifndef MEDIA_PXE_MENUS_H
#define MEDIA_PXE_MENUS_H

#include "media/pxe_options.h"
#include "media/pxe_source.h"

struct pxe_menus {
	char *texts[PXE_TEMPLATES];
	char *arguments;        /* the kernel's, of the default entry, for the report */
};

/* `dir`: the tree's full path. */
int pxe_menus_fill(const struct pxe_source *source, const struct pxe_options *options,
		   const char *dir, struct pxe_menus *ret, struct problems *problems);
void pxe_menus_done(struct pxe_menus *menus);

#endif
