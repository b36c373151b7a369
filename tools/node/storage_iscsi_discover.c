// SPDX-License-Identifier: MIT
/* Targets that a portal tells of: asked for, recorded, logged in to; see storage_iscsi.h. */
#include "node/iscsi_discovered.h"
#include "node/run_outside.h"
#include "node/storage_iscsi.h"
#include "node/storage_probe.h"

#define DISCOVER_S 60 /* above the bounds of its record */
#define TARGETS_AT_ONCE 16

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

/* The found targets as targets of ours. Strings are borrowed from both. */
static struct iscsi_target *make_targets(const struct iscsi_discovery *discovery,
					 const struct discovered *found, size_t *ret_count)
{
	struct iscsi_target *targets = xcalloc(found->count + 1, sizeof(*targets));
	size_t count = 0;

	for (size_t i = 0; i < found->count; i++) {
		const struct discovered_target *from = &found->items[i];
		struct iscsi_target *to = &targets[count];

		if (strv_contains(discovery->except, from->name))
			continue;
		*to = (struct iscsi_target){ .name = from->name, .count = from->count };
		to->sessions = xcalloc(from->count, sizeof(*to->sessions));
		for (size_t j = 0; j < from->count; j++) {
			to->sessions[j] = discovery->like;
			to->sessions[j].target = from->name;
			to->sessions[j].address = from->portals[j].address;
			to->sessions[j].port = from->portals[j].port;
		}
		count++;
	}
	*ret_count = count;
	return targets;
}

static int write_records(const struct iscsi_target *targets, size_t count, struct problems *problems)
{
	int result = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < targets[i].count; j++)
			result |= iscsi_write_record("/", &targets[i].sessions[j], problems);
	return result;
}

/* What the targets' tasks say about the discovery as a whole. */
static int sum_up(const struct tasks *logins, struct task_result *ret, struct problems *problems)
{
	autostrv char **lines = NULL, **missing = NULL;
	autofree char *list = NULL;
	size_t there = 0;

	for (size_t i = 0; i < logins->count; i++) {
		const struct task *task = &logins->items[i];

		strv_pushf(&lines, "%s (%s)", task->name, task_is_done(task) ? task->result.note : "none");
		if (!task_is_whole(task))
			strv_pushf(&missing, "%s: %s", task->name, task->result.reason);
		there += task_is_done(task);
	}
	for (size_t i = 0; there == 0 && missing && missing[i]; i++)
		problem(problems, "%s", missing[i]);
	if (there == 0 && missing)
		return -1;
	list = lines ? strv_join(lines, ", ") : xstrdup("all of them have settings of their own");
	ret->note = xasprintf("%zu of %zu targets: %s", there, logins->count, list);
	ret->reason = missing ? strv_join(missing, "; ") : NULL;
	return 0;
}

static int log_in(const struct iscsi_target *targets, size_t count, struct task_result *ret,
		  struct problems *problems)
{
	struct tasks logins = { .at_once = TARGETS_AT_ONCE };
	int result;

	for (size_t i = 0; i < count; i++)
		tasks_add(&logins, (struct task){
			.kind = "iscsi", .name = xstrdup(targets[i].name), .after = TASK_NONE,
			.timeout_ms = ISCSI_TASK_MS, .run = iscsi_attach, .arg = &targets[i],
		});
	tasks_run(&logins, NULL, NULL);
	result = sum_up(&logins, ret, problems);
	tasks_done(&logins);
	return result;
}

int iscsi_discover(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct iscsi_discovery *discovery = arg;
	const struct iscsi_session *like = &discovery->like;
	autodiscovered struct discovered found = { 0 };
	autofree char *portal = iscsi_portal(like);
	struct iscsi_target *targets;
	size_t count;
	int result;

	if (probe_tcp(like->address, like->port, PROBE_MS, problems) < 0 ||
	    ask(like, portal, &found, problems) < 0)
		return -1;
	targets = make_targets(discovery, &found, &count);
	result = write_records(targets, count, problems);
	if (result == 0)
		result = log_in(targets, count, ret, problems);
	for (size_t i = 0; i < count; i++)
		free(targets[i].sessions);
	free(targets);
	return result;
}
