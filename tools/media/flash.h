// SPDX-License-Identifier: MIT
/*
 * Writing a medium, and reading it back. Its first block, which holds the boot sector, the partition
 * table and the label, is emptied first and written last, when all the rest was read back: a medium
 * that is not whole does not boot, and is taken for no medium of ours.
 */
#ifndef MEDIA_FLASH_H
#define MEDIA_FLASH_H

#include "common/progress.h"
#include "media/layout.h"
#include "media/target.h"

struct flash {
	const struct layout *layout; /* with digests */
	struct target *target;
	struct progress *progress;
	int signals;            /* a signalfd; what comes from it ends the work. -1: nothing does */
	int signal;             /* out: what ended it; 0: nothing */
};

/*
 * Writes and reads back everything. 0, or -1 with what went wrong; the target is then not bootable,
 * and a file that was new is gone.
 */
int flash_write(struct flash *flash, struct problems *problems);
/* Compares only. -1 when a byte differs: the first one is named. */
int flash_compare(struct flash *flash, struct problems *problems);

#endif
