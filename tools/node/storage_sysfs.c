// SPDX-License-Identifier: MIT
/*
 * Sessions as the kernel lists them; see storage_sysfs.h.
 *
 *	/sys/class/iscsi_session/session2/{targetname,state,ifacename}
 *	                                 /device/connection2:0/iscsi_connection/connection2:0/persistent_*
 *	                                 /device/target1:0:0/1:0:0:1/block/sda
 */
#include "common/file.h"
#include "node/facts.h"
#include "node/storage_sysfs.h"

#define SESSIONS "/sys/class/iscsi_session"
#define CONNECTIONS "/sys/class/iscsi_connection"

static char *attribute(const char *root, const char *folder, const char *name)
{
	autofree char *relative = path_join(folder, name);
	autofree char *path = path_in_root(root, relative);

	return file_read_line(path);
}

/* Every session has one connection: open-iscsi makes no more. */
static void read_portal(const char *root, const char *session, struct iscsi_seen *ret)
{
	const char *number = str_after(session, "session");
	autofree char *folder = xasprintf(CONNECTIONS "/connection%s:0", number ? number : "");
	autofree char *port = attribute(root, folder, "persistent_port");
	long long value = 0;

	ret->address = attribute(root, folder, "persistent_address");
	if (!ret->address)
		ret->address = xstrdup("");
	ret->port = port && str_to_int(port, 1, 65535, &value) ? (int)value : 0;
}

/* The names in `folder` that begin with `prefix`, each with its path below root. */
static void add_children(const char *root, const char *folder, const char *prefix, char ***ret)
{
	autostrv char **names = fact_names(root, folder);

	for (size_t i = 0; names && names[i]; i++)
		if (str_after(names[i], prefix))
			strv_push_take(ret, path_join(folder, names[i]));
}

static char **read_disks(const char *root, const char *folder)
{
	autofree char *device = path_join(folder, "device");
	autostrv char **targets = NULL, **units = NULL;
	char **disks = NULL;

	add_children(root, device, "target", &targets);
	for (size_t i = 0; targets && targets[i]; i++)
		add_children(root, targets[i], "", &units);
	for (size_t i = 0; units && units[i]; i++) {
		autofree char *block = path_join(units[i], "block");
		autostrv char **names = fact_names(root, block);

		for (size_t j = 0; names && names[j]; j++)
			strv_push(&disks, names[j]);
	}
	if (disks)
		strv_sort(disks);
	return disks;
}

static bool read_session(const char *root, const char *name, struct iscsi_seen *ret)
{
	autofree char *folder = path_join(SESSIONS, name);
	autofree char *state = attribute(root, folder, "state");
	autofree char *iface = attribute(root, folder, "ifacename");
	char *target = attribute(root, folder, "targetname");

	if (!target)
		return false; /* it ends right now */
	*ret = (struct iscsi_seen){ .target = target };
	ret->state = state && streq(state, "LOGGED_IN") ? ISCSI_SESSION_UP : ISCSI_SESSION_LOST;
	if (iface && *iface && !streq(iface, "default") && !streq(iface, "<NULL>"))
		ret->iface = take_ptr(iface);
	read_portal(root, name, ret);
	ret->disks = read_disks(root, folder);
	return true;
}

void iscsi_sessions_read(const char *root, struct iscsi_seen_list *ret)
{
	autostrv char **names = fact_names(root, SESSIONS);
	struct iscsi_seen_list list = { .items = xcalloc(strv_len(names) + 1, sizeof(*list.items)) };

	for (size_t i = 0; names && names[i]; i++)
		if (read_session(root, names[i], &list.items[list.count]))
			list.count++;
	*ret = list;
}

void iscsi_sessions_done(struct iscsi_seen_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].target);
		free(list->items[i].address);
		free(list->items[i].iface);
		strv_free(list->items[i].disks);
	}
	free(list->items);
	*list = (struct iscsi_seen_list){ 0 };
}

const char *iscsi_session_state_name(enum iscsi_session_state state)
{
	static const char *const names[] = {
		[ISCSI_SESSION_NONE] = "none", [ISCSI_SESSION_UP] = "up", [ISCSI_SESSION_LOST] = "lost",
	};

	return names[state];
}

enum iscsi_session_state iscsi_session_state(const struct iscsi_seen_list *list,
					     const struct iscsi_session *wanted)
{
	enum iscsi_session_state state = ISCSI_SESSION_NONE;

	for (size_t i = 0; i < list->count && state != ISCSI_SESSION_UP; i++) {
		const struct iscsi_seen *seen = &list->items[i];

		if (streq(seen->target, wanted->target) && streq(seen->address, wanted->address) &&
		    seen->port == wanted->port && streq_null(seen->iface, wanted->iface))
			state = seen->state;
	}
	return state;
}

bool iscsi_has_sessions(const char *root)
{
	autostrv char **sessions = fact_names(root, SESSIONS);

	return strv_len(sessions) > 0;
}

json_t *iscsi_sessions_json(const struct iscsi_seen_list *list, const struct iscsi_target *target)
{
	json_t *sessions = json_array();

	for (size_t i = 0; i < target->count; i++) {
		autofree char *portal = iscsi_portal(&target->sessions[i]);
		enum iscsi_session_state state = iscsi_session_state(list, &target->sessions[i]);

		json_array_append_new(sessions, json_pack("{s:s, s:s}", "portal", portal, "state",
							  iscsi_session_state_name(state)));
	}
	return sessions;
}
