// SPDX-License-Identifier: MIT
/*
 * What a site adds to a stick: a FAT file system labelled OEMDRV that holds ks.cfg and roost.token,
 * where the node's roost-config looks for them.
 */
#ifndef MEDIA_SITE_H
#define MEDIA_SITE_H

#include <stdint.h>

#include "common/problems.h"

#define SITE_LABEL "OEMDRV"
#define SITE_BYTES (4 * 1024 * 1024) /* of the file system: 1 MiB of kickstart fits well */

struct site {
	char *kickstart;        /* NULL: none */
	size_t kickstart_len;
	char *token;            /* NULL: none. Secret: it goes nowhere but onto the medium */
};

/*
 * Reads and checks the files; either path may be NULL. A kickstart is one that a node would take,
 * a token is one word in a file that only its owner can read. 0, or -1 with every problem.
 */
int site_read(const char *kickstart, const char *token, struct site *ret, struct problems *problems);
bool site_is_empty(const struct site *site);
/*
 * The file system, SITE_BYTES of it, owned by the caller, who wipes it when it is written. The same
 * files give the same bytes. hidden_sectors is where its partition begins.
 */
int site_volume(const struct site *site, uint32_t hidden_sectors, unsigned char **ret,
		struct problems *problems);
void site_done(struct site *site);

#endif
