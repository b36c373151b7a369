// SPDX-License-Identifier: MIT
/* What the kernel says about iSCSI sessions (/sys/class/iscsi_session). Nothing here blocks. */
#ifndef NODE_STORAGE_SYSFS_H
#define NODE_STORAGE_SYSFS_H

#include "node/storage_iscsi.h"

enum iscsi_session_state {
	ISCSI_SESSION_NONE,
	ISCSI_SESSION_UP,
	ISCSI_SESSION_LOST, /* it was up; the initiator tries to get it back */
};

/* A session that the kernel has. */
struct iscsi_seen {
	char *target;
	char *address;          /* of the portal, as it was asked for; "" when the kernel does not say */
	int port;
	char *iface;            /* network device that it is bound to; NULL: none */
	enum iscsi_session_state state; /* never NONE */
	char **disks;           /* kernel names ("sda"), sorted; NULL: none */
};

struct iscsi_seen_list {
	struct iscsi_seen *items;
	size_t count;
};

/* All of them. Cannot fail: without the kernel's module there are none. */
void iscsi_sessions_read(const char *root, struct iscsi_seen_list *ret);
void iscsi_sessions_done(struct iscsi_seen_list *list);
/* "up" or "lost"; "none" for what is not there. */
const char *iscsi_session_state_name(enum iscsi_session_state state);

/* The state of one path: of the session in the list to this target, portal and device. */
enum iscsi_session_state iscsi_session_state(const struct iscsi_seen_list *list,
					     const struct iscsi_session *wanted);

/* [{"portal", "state"}], a target's paths in the configuration's order; owned by the caller. */
json_t *iscsi_sessions_json(const struct iscsi_seen_list *list, const struct iscsi_target *target);

/* Whether there is any session. */
bool iscsi_has_sessions(const char *root);

#endif
