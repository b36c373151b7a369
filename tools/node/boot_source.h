// SPDX-License-Identifier: MIT
/*
 * Where roost-root takes the image's layers from. A source is one file, source_NAME.c, that ends in a
 * descriptor, and one line in roost-root.c's list: the first source that is asked for is used.
 */
#ifndef NODE_BOOT_SOURCE_H
#define NODE_BOOT_SOURCE_H

#include <stdint.h>

#include "node/boot_args.h"

#define BOOT_STATE "/run/roost"             /* survives the switch to the real root */
#define BOOT_MEDIUM BOOT_STATE "/medium"    /* where a medium, or the memory in its place, is mounted */

struct boot_source {
	const char *name;       /* "medium" */
	const char *folder;     /* manifest.json and the layers are there after get() */
	int timeout_s;          /* roost.timeout= is stronger */
	bool (*is_asked)(const struct boot_args *args);
	/*
	 * Tries until deadline_ms (now_ms's clock), and says what it waits for. EXIT_DONE;
	 * EXIT_TEMPORARY, and then it may be called again; EXIT_PERMANENT when going on is no use.
	 * Problems in all cases but the first.
	 */
	int (*get)(const struct boot_args *args, int64_t deadline_ms, struct problems *problems);
};

extern const struct boot_source source_ram, source_url, source_label;

#endif
