// SPDX-License-Identifier: MIT
/* Layers on a CD, a USB stick or a disk: the medium with the label. */
#include <errno.h>
#include <sys/mount.h>

#include "common/cli.h"
#include "common/file.h"
#include "common/timeline.h"
#include "node/boot_source.h"
#include "node/medium.h"

static bool is_asked(const struct boot_args *args)
{
	(void)args;
	return true;
}

static int mount_medium(const struct medium *medium, struct problems *problems)
{
	if (make_folders(BOOT_MEDIUM, 0755, problems) < 0)
		return -1;
	if (mount(medium->device, BOOT_MEDIUM, medium->fstype, MS_RDONLY, NULL) < 0)
		return problem_errno(problems, errno, "%s: mounting it as %s", medium->device,
				     medium->fstype);
	return 0;
}

static int get(const struct boot_args *args, int64_t deadline_ms, struct problems *problems)
{
	struct medium medium = { 0 };
	int r;

	if (medium_find(args->label, deadline_ms, &medium, problems) < 0)
		return EXIT_TEMPORARY;
	timeline_mark("/", "medium", "%s (%s)", medium.device, medium.fstype);
	r = mount_medium(&medium, problems);
	medium_done(&medium);
	return r < 0 ? EXIT_TEMPORARY : EXIT_DONE;
}

const struct boot_source source_label = {
	.name = "medium", .folder = BOOT_MEDIUM "/roost", .timeout_s = 30,
	.is_asked = is_asked, .get = get,
};
