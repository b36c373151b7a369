// SPDX-License-Identifier: MIT
/*
 * The guests that run on this host, as processes: known without asking libvirtd, which may hang on the
 * storage that the host goes down for. Ending them goes from asking to force, each step with a bound.
 */
#ifndef NODE_GUESTS_H
#define NODE_GUESTS_H

#include <stdint.h>
#include <sys/types.h>

#include "common/problems.h"

#define GUESTS_FOLDER "/run/libvirt/qemu" /* libvirt's, with a file NAME.pid a guest */

struct guest {
	char *name;             /* libvirt's */
	pid_t pid;
	int process;            /* a pidfd, readable when the process has ended; -1 when it is gone */
	bool can_obey;          /* it was asked to shut down, and may */
};

struct guests {
	struct guest *items;
	size_t count;
};

/* The running guests, in order of their names. A file that leads to no QEMU of this name is none. */
void guests_find(const char *root, struct guests *ret);
void guests_done(struct guests *guests);

/*
 * Asks each to shut down (the ACPI power button), all at once, through libvirt at `uri`. Who cannot be
 * asked, or is paused and will not hear, has can_obey false. At most ASK_S seconds.
 */
void guests_ask(struct guests *guests, const char *uri);

/* Waits until all that can obey have ended, or deadline_ms (now_ms's clock). How many run still, of all. */
size_t guests_wait(struct guests *guests, int64_t deadline_ms);
/* The same for all of them, after sending this signal. */
size_t guests_signal(struct guests *guests, int signal_number, int64_t deadline_ms);

/*
 * Stops libvirt's active pools of type logical, so that their volume groups are left in order before
 * their LUNs go; other pools need nothing. Bounded; what fails is logged and does not matter further.
 */
void guests_pools_stop(const char *uri);

#endif
