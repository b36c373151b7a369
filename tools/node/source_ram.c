// SPDX-License-Identifier: MIT
/*
 * Layers that the boot loader loaded with the initramfs: a cpio of their own with roost/ in it
 * (roost-pxe writes it as layers.img). They stay where they are: the switch to the real root removes
 * their names, and the loop devices keep the files.
 */
#include "common/cli.h"
#include "common/file.h"
#include "common/timeline.h"
#include "node/boot_source.h"
#include "common/manifest.h"

#define FOLDER "/roost"

static bool is_asked(const struct boot_args *args)
{
	(void)args;
	return path_exists(FOLDER "/" MANIFEST_NAME);
}

static int get(const struct boot_args *args, int64_t deadline_ms, struct problems *problems)
{
	(void)args;
	(void)deadline_ms;
	(void)problems;
	timeline_mark("/", "medium", "the layers came with the initramfs");
	return EXIT_DONE;
}

const struct boot_source source_ram = {
	.name = "initramfs", .folder = FOLDER, .is_asked = is_asked, .get = get,
};
