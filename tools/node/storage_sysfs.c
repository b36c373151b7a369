// SPDX-License-Identifier: MIT
/* Sessions as the kernel lists them; see storage_sysfs.h. */
#include "common/file.h"
#include "node/facts.h"
#include "node/storage_sysfs.h"

#define SESSIONS "/sys/class/iscsi_session"

static char *attribute(const char *root, const char *session, const char *name)
{
	autofree char *relative = xasprintf(SESSIONS "/%s/%s", session, name);
	autofree char *path = path_in_root(root, relative);

	return file_read_line(path);
}

enum iscsi_session_state iscsi_session_state(const char *root, const char *target)
{
	autostrv char **sessions = fact_names(root, SESSIONS);
	enum iscsi_session_state best = ISCSI_SESSION_NONE;

	for (size_t i = 0; sessions && sessions[i]; i++) {
		autofree char *name = attribute(root, sessions[i], "targetname");
		autofree char *state = attribute(root, sessions[i], "state");

		if (!name || !streq(name, target))
			continue;
		if (state && streq(state, "LOGGED_IN"))
			return ISCSI_SESSION_UP;
		best = ISCSI_SESSION_LOST;
	}
	return best;
}

bool iscsi_has_sessions(const char *root)
{
	autostrv char **sessions = fact_names(root, SESSIONS);

	return strv_len(sessions) > 0;
}
