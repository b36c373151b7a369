// SPDX-License-Identifier: MIT
/* Logging in to targets and out of them, by iscsiadm; see storage_iscsi.h. */
#include <stdio.h>

#include "common/process.h"
#include "node/run_outside.h"
#include "node/storage_iscsi.h"
#include "node/storage_multipath.h"
#include "node/storage_probe.h"
#include "node/storage_sysfs.h"

#define LOGIN_MS 60000 /* above retries x time limit of the record, below PATH_MS */
#define PATH_MS 70000  /* with RESCAN_S and MULTIPATH_WAIT_S below ISCSI_TASK_MS */
#define LOGOUT_ALL_MS 15000 /* below TimeoutStopSec of roost-storage-detach.service */
#define PATHS_AT_ONCE 8
#define RESCAN_S 15

#define STATUS_EXISTS 15
#define STATUS_FATAL_LOGIN 19

/* iscsiadm's exit status (iscsiadm(8), "EXIT STATUS") in plain words, with what to look at. */
static const struct {
	int status;
	const char *words;
} failures[] = {
	{ 4, "the connection to the portal failed" },
	{ 5, "the target refused the login" },
	{ 7, "the initiator did not accept its settings" },
	{ 8, "the target did not answer the login in time" },
	{ 11, "the target did not answer the login in time" },
	{ 12, "the kernel has no iSCSI over TCP (module iscsi_tcp)" },
	{ 18, "the initiator's daemon iscsid does not answer" },
	{ STATUS_FATAL_LOGIN, "the target refused the login: no such target, or it does not know this host's "
	      "initiator name" },
	{ 20, "the initiator's daemon iscsid is not running" },
	{ 23, "the portal's name has no address" },
	{ 24, "authentication failed: the target does not accept this user and password" },
};

static const char *failure_words(int status)
{
	for (size_t i = 0; i < ARRAY_SIZE(failures); i++)
		if (failures[i].status == status)
			return failures[i].words;
	return NULL;
}

/* What else may be behind a login that failed for good: also that we did not accept the target's answer. */
static const char *more_words(const struct iscsi_session *session)
{
	bool has_digests = session->header_digest || session->data_digest;

	if (session->reverse_user && has_digests)
		return "; or it did not prove itself (mutual CHAP); or it cannot the digests asked for";
	if (session->reverse_user)
		return "; or it did not prove itself: authentication failed (mutual CHAP)";
	return has_digests ? "; or it cannot the digests asked for" : "";
}

static int run_login(const struct iscsi_session *session, const char *portal,
		     struct problems *problems)
{
	const char *argv[] = { "iscsiadm", "--mode",   "node",	 "--targetname", session->target,
			       "--portal", portal, "--login", NULL };
	struct process process = { .argv = argv, .timeout_ms = LOGIN_MS };
	struct process_result result;
	autoproblems struct problems details = { 0 };
	int status = process_run(&process, &result, &details);
	const char *words = failure_words(result.status);

	if (result.status == STATUS_EXISTS)
		status = 0;
	else if (status < 0 && words)
		problem(problems, "%s: %s%s", portal, words,
			result.status == STATUS_FATAL_LOGIN ? more_words(session) : "");
	else if (status < 0)
		problem(problems, "%s: %s", portal, details.items[0]);
	process_result_done(&result);
	return status;
}

/* What the kernel has at this moment: another path may just have been made. */
static enum iscsi_session_state state_now(const struct iscsi_session *session)
{
	struct iscsi_seen_list list;
	enum iscsi_session_state state;

	iscsi_sessions_read("/", &list);
	state = iscsi_session_state(&list, session);
	iscsi_sessions_done(&list);
	return state;
}

/* One path to a target: a task within the target's. `arg` is a struct iscsi_session. */
static int login(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct iscsi_session *session = arg;
	autofree char *portal = iscsi_portal(session);
	enum iscsi_session_state state = state_now(session);

	(void)ret;
	if (state == ISCSI_SESSION_UP)
		return 0;
	if (state == ISCSI_SESSION_LOST)
		return problem(problems, "%s: the session is lost; the initiator keeps trying",
			       portal);
	if (probe_tcp(session->address, session->port, PROBE_MS, problems) < 0)
		return -1;
	return run_login(session, portal, problems);
}

/* What the paths' tasks say about the target as a whole. */
static int sum_up(const struct tasks *paths, struct task_result *ret, struct problems *problems)
{
	autostrv char **there = NULL, **missing = NULL;
	autofree char *list = NULL;

	for (size_t i = 0; i < paths->count; i++) {
		const struct task *path = &paths->items[i];

		if (task_is_done(path))
			strv_push(&there, path->name);
		else
			strv_push(&missing, path->result.reason);
	}
	for (size_t i = 0; !there && missing && missing[i]; i++)
		problem(problems, "%s", missing[i]);
	if (!there)
		return -1;
	list = strv_join(there, ", ");
	ret->note = xasprintf("%zu of %zu path%s: %s", strv_len(there), paths->count,
			      paths->count == 1 ? "" : "s", list);
	ret->reason = missing ? strv_join(missing, "; ") : NULL;
	return 0;
}

/*
 * New LUNs, and LUNs that have grown: of paths that are not joined libvirt asks when it lists a pool's volumes.
 * Outside the sandbox, in which /sys cannot be written to.
 */
static void rescan(const struct iscsi_target *target)
{
	const char *argv[] = { "iscsiadm", "--mode", "node", "--targetname", target->name, "--rescan", NULL };
	autoproblems struct problems problems = { 0 };
	struct process_result result;

	if (run_outside(NULL, argv, RESCAN_S, &result, &problems) < 0)
		log_warning("%s: its LUNs cannot be listed anew: %s", target->name, problems.items[0]);
	process_result_done(&result);
}

/* What comes after the target finds its maps, not the paths. A path that is lost would hold up the rescan. */
static void wait_for_maps(const struct iscsi_target *target, struct task_result *ret)
{
	autofree char *missing = NULL, *paths = NULL;

	if (!ret->reason)
		rescan(target);
	missing = multipath_wait("/", target->name);
	paths = ret->reason;
	ret->reason = missing && paths ? xasprintf("%s; %s", paths, missing) :
		      missing ? take_ptr(missing) : take_ptr(paths);
}

/* Each path in a process of its own, so that one that hangs holds up no other. */
static int attach_paths(const struct iscsi_target *target, struct task_result *ret, struct problems *problems)
{
	struct tasks paths = { .at_once = PATHS_AT_ONCE };
	int result;

	for (size_t i = 0; i < target->count; i++)
		tasks_add(&paths, (struct task){
			.kind = "path", .name = iscsi_portal(&target->sessions[i]),
			.after = TASK_NONE, .timeout_ms = PATH_MS, .run = login,
			.arg = &target->sessions[i],
		});
	tasks_run(&paths, NULL, NULL);
	result = sum_up(&paths, ret, problems);
	tasks_done(&paths);
	return result;
}

/* Most targets have but this one: the target's process is the path's. */
static int attach_path(const struct iscsi_session *session, struct task_result *ret, struct problems *problems)
{
	autofree char *portal = iscsi_portal(session);

	if (login(session, ret, problems) < 0)
		return -1;
	ret->note = xasprintf("1 of 1 path: %s", portal);
	return 0;
}

int iscsi_attach(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct iscsi_target *target = arg;

	if (target->count == 1)
		return attach_path(&target->sessions[0], ret, problems);
	if (attach_paths(target, ret, problems) < 0)
		return -1;
	if (target->is_joined)
		wait_for_maps(target, ret);
	return 0;
}

int iscsi_logout_all(struct problems *problems)
{
	static const char *const argv[] = { "iscsiadm", "--mode", "node", "--logoutall=all", NULL };
	struct process process = { .argv = argv, .timeout_ms = LOGOUT_ALL_MS };

	if (!iscsi_has_sessions("/"))
		return 0;
	return process_run(&process, NULL, problems);
}
