// SPDX-License-Identifier: MIT
/*
 * What an iSCSI portal says it has (SendTargets, RFC 7143 appendix C), as iscsiadm prints it. The names
 * become file names and arguments, so this is strict: one line that is not as expected refuses the whole.
 */
#ifndef NODE_ISCSI_DISCOVERED_H
#define NODE_ISCSI_DISCOVERED_H

#include "common/problems.h"

#define DISCOVERED_TARGETS_MAX 64
#define DISCOVERED_PORTALS_MAX 8 /* of one target */

struct discovered_portal {
	char *address;          /* name or address; IPv6 without brackets */
	int port;
};

struct discovered_target {
	char *name;
	struct discovered_portal portals[DISCOVERED_PORTALS_MAX];
	size_t count;           /* at least 1 */
};

struct discovered {
	struct discovered_target *items; /* in the order in which they were named first */
	size_t count;
};

/*
 * Reads iscsiadm's output. -1 with a problem, and *ret untouched: a line that is no portal and name, more
 * targets or portals than the bounds above. No target at all is no error. The same portal twice is one.
 */
int discovered_read(const char *text, struct discovered *ret, struct problems *problems);
/* The same as text that discovered_read reads. Owned by the caller. */
char *discovered_text(const struct discovered *found);
/*
 * Adds what was found before and is wanted still, by `is_kept`; a portal for which there is no room is left
 * out.
 */
void discovered_keep(struct discovered *found, const struct discovered *before,
		     bool (*is_kept)(const char *target, const struct discovered_portal *portal, const void *userdata),
		     const void *userdata);
void discovered_done(struct discovered *found);
#define autodiscovered __attribute__((cleanup(discovered_done)))

#endif
