// SPDX-License-Identifier: MIT
/* Targets that a portal tells of: asked for, and remembered; see storage_iscsi.h. */
#include "common/file.h"
#include "node/run_outside.h"
#include "node/storage_probe.h"
#include "node/storage_sysfs.h"

#define DISCOVER_S 60 /* above the bounds of its record */
#define FOUND_MAX (256 * 1024) /* above 64 targets with 8 portals each, by their longest names */

#define STATUS_NO_TARGETS 21
#define STATUS_AUTH_FAILED 24

/* The session of a discovery is iscsiadm's own, not iscsid's: the kernel lets only CAP_SYS_ADMIN use its transport. */
static const char *const sandbox[] = {
	"CapabilityBoundingSet=CAP_SYS_ADMIN CAP_NET_RAW", /* the latter to bind to a device */
	"NoNewPrivileges=yes",
	"ProtectSystem=strict",
	"ReadWritePaths=/run/lock",
	"ProtectHome=yes",
	"PrivateTmp=yes",
	"RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
	"RestrictNamespaces=yes",
	"SystemCallArchitectures=native",
	"UMask=0077",
	NULL,
};

/*
 * Nothing is stored by iscsiadm: the records of what it found are ours, with our bounds. The secret is in
 * the discovery's record, where iscsiadm looks for it. Without a device's name it would ask through every
 * device that another session is bound to.
 */
static int ask(const struct iscsi_session *like, const char *portal, struct discovered *ret,
	       struct problems *problems)
{
	const char *argv[] = { "iscsiadm", "--mode", "discoverydb", "--type", "sendtargets", "--portal",
			       portal, "--discover", "--op", "nonpersistent",
			       "--interface", like->iface ? like->iface : "default", NULL };
	autoproblems struct problems details = { 0 };
	struct process_result result;
	int status = run_outside(sandbox, argv, DISCOVER_S, &result, &details);

	if (result.status == STATUS_NO_TARGETS)
		status = problem(problems, "%s: it has no targets for this host", portal);
	else if (result.status == STATUS_AUTH_FAILED)
		status = problem(problems, "%s: authentication failed: discovery does not accept this "
				 "user and password", portal);
	else if (status < 0)
		problem(problems, "%s: discovery failed: %s", portal, details.items[0]);
	else
		status = discovered_read(result.stdout_text, ret, problems);
	process_result_done(&result);
	return status;
}

/* In the form that the parser of the portal's answer reads. */
static char *found_path(const char *root, const struct iscsi_session *like)
{
	autofree char *relative = xasprintf(ISCSI_FOUND_FOLDER "/%s,%d", like->address, like->port);

	return path_in_root(root, relative);
}

void iscsi_found_read(const char *root, const struct iscsi_session *like, struct discovered *ret)
{
	autofree char *path = found_path(root, like), *text = NULL;

	*ret = (struct discovered){ 0 };
	if (file_read_optional(path, FOUND_MAX, &text, NULL, NULL) == 0 && text)
		discovered_read(text, ret, NULL);
}

struct keeping {
	const struct iscsi_session *like;
	struct iscsi_seen_list seen;
};

static bool has_session(const char *target, const struct discovered_portal *portal, const void *userdata)
{
	const struct keeping *keeping = userdata;
	struct iscsi_session session = *keeping->like;

	session.target = target;
	session.address = portal->address;
	session.port = portal->port;
	return iscsi_session_state(&keeping->seen, &session) != ISCSI_SESSION_NONE;
}

static int remember(const struct iscsi_session *like, struct discovered *found, struct problems *problems)
{
	autofree char *path = found_path("/", like), *text = NULL;
	autodiscovered struct discovered before = { 0 };
	struct keeping keeping = { .like = like };

	iscsi_found_read("/", like, &before);
	iscsi_sessions_read("/", &keeping.seen);
	discovered_keep(found, &before, has_session, &keeping);
	iscsi_sessions_done(&keeping.seen);
	text = discovered_text(found);
	return file_has(path, text, strlen(text)) ? 0 : file_write_text(path, 0644, text, problems);
}

/* "2 targets: A, B" */
static char *found_words(const struct discovered *found, char *const *except)
{
	autostrv char **names = NULL;
	autofree char *list = NULL;

	for (size_t i = 0; i < found->count; i++)
		if (!strv_contains(except, found->items[i].name))
			strv_push(&names, found->items[i].name);
	if (!names)
		return xstrdup("all of its targets have settings of their own");
	list = strv_join(names, ", ");
	return xasprintf("%zu target%s: %s", strv_len(names), strv_len(names) == 1 ? "" : "s", list);
}

int iscsi_discover(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct iscsi_discovery *discovery = arg;
	const struct iscsi_session *like = &discovery->like;
	autodiscovered struct discovered found = { 0 };
	autofree char *portal = iscsi_portal(like);

	if (probe_tcp(like->address, like->port, PROBE_MS, problems) < 0 ||
	    ask(like, portal, &found, problems) < 0 || remember(like, &found, problems) < 0)
		return -1;
	ret->note = found_words(&found, discovery->except);
	return 0;
}
