// SPDX-License-Identifier: MIT
/* What the kernel says about iSCSI sessions (/sys/class/iscsi_session). */
#ifndef NODE_STORAGE_SYSFS_H
#define NODE_STORAGE_SYSFS_H

#include <stdbool.h>

enum iscsi_session_state {
	ISCSI_SESSION_NONE,
	ISCSI_SESSION_UP,
	ISCSI_SESSION_LOST, /* it was up; the initiator tries to get it back */
};

/* The best state among the sessions to this target. */
enum iscsi_session_state iscsi_session_state(const char *root, const char *target);

/* Whether there is any session. */
bool iscsi_has_sessions(const char *root);

#endif
