// SPDX-License-Identifier: MIT
/* udevadm settle: it asks the daemon, whose queue file alone says too little right after the trigger. */
#include "common/cli.h"
#include "common/file.h"
#include "common/process.h"
#include "node/udev.h"

void udev_settle(const char *root, int timeout_ms, const char *what)
{
	autofree char *timeout = xasprintf("--timeout=%d", (timeout_ms + 999) / 1000);
	const char *const argv[] = { "udevadm", "settle", timeout, NULL };
	struct process process = { .argv = argv, .timeout_ms = timeout_ms + 1000 };

	if (!streq(root, "/") || !path_exists("/run/udev/control"))
		return;
	log_info("waiting at most %d s for udev to know %s", (timeout_ms + 999) / 1000, what);
	(void)process_run(&process, NULL, NULL);
}
