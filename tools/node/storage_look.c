// SPDX-License-Identifier: MIT
/*
 * Asking each source; see storage_look.h. statvfs(2) goes to the server each time, which attributes from
 * the client's cache would not, and statx(2) is told to: else the folder's times may be a minute old.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "common/clock.h"
#include "common/json.h"
#include "node/storage_access.h"
#include "node/storage_look.h"
#include "node/storage_mounts.h"
#include "node/storage_probe.h"

#define ANSWER_MAX 1024

/* An errno, or 0. */
static int ask(const char *target, struct statvfs *room, struct statx *folder)
{
	if (statvfs(target, room) < 0 ||
	    statx(AT_FDCWD, target, AT_STATX_FORCE_SYNC, STATX_MTIME, folder) < 0)
		return errno;
	return 0;
}

/* In the child. The note is the answer as JSON. */
static int ask_mount(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct nfs_mount *mount = arg;
	int64_t began_ms = now_ms();
	autojson json_t *answer = NULL;
	struct statvfs room;
	struct statx folder;
	int error = ask(mount->target, &room, &folder);

	answer = json_pack("{s:i}", "error", error);
	json_object_set_new(answer, "latency_ms", json_integer(now_ms() - began_ms));
	if (error == 0) {
		json_object_set_new(answer, "free_bytes",
				    json_integer((json_int_t)(room.f_bavail * room.f_frsize)));
		json_object_set_new(answer, "size_bytes",
				    json_integer((json_int_t)(room.f_blocks * room.f_frsize)));
		json_object_set_new(answer, "changed_ns",
				    json_integer(folder.stx_mtime.tv_sec * 1000000000LL +
						 folder.stx_mtime.tv_nsec));
	}
	ret->note = json_line(answer);
	(void)problems;
	return 0;
}

/* In the child: whether it is worth mounting again. */
static int ask_server(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct nfs_mount *mount = arg;

	(void)ret;
	return probe_tcp(mount->host, mount->port, LOOK_LIMIT_MS - 500, problems);
}

static long long number_of(const json_t *answer, const char *field)
{
	const json_t *value = json_object_get(answer, field);

	return value ? json_integer_value(value) : -1;
}

static enum look_state state_of(long long error, bool is_full)
{
	if (error == 0)
		return is_full ? LOOK_FULL : LOOK_WELL;
	if (error == ESTALE)
		return LOOK_STALE;
	/* The kernel's own numbers, from 512 on, are of calls that end because the mount is being taken away. */
	return error == ETIMEDOUT || error == EIO || error == ENOTCONN || error >= 512 ? LOOK_SILENT : LOOK_BAD;
}

static void read_answer(const struct task *task, struct pool_look *look)
{
	const char *text = task->result.note ? task->result.note : "";
	autojson json_t *answer = json_read(text, strlen(text), ANSWER_MAX, "answer", NULL);
	autoproblems struct problems words = { 0 };
	long long error = number_of(answer, "error");

	look->left = task->result.left;
	if (!answer) {
		look->state = LOOK_SILENT;
		look->reason = xasprintf("the server does not answer (%d s)", LOOK_LIMIT_MS / 1000);
		return;
	}
	look->latency_ms = number_of(answer, "latency_ms");
	look->free_bytes = number_of(answer, "free_bytes");
	look->size_bytes = number_of(answer, "size_bytes");
	look->changed_ns = number_of(answer, "changed_ns");
	/* A server of which nothing is known about room (size 0) is not full. */
	look->state = state_of(error, look->free_bytes == 0 && look->size_bytes > 0);
	if (look->state == LOOK_FULL)
		error = ENOSPC;
	else if (look->state == LOOK_SILENT)
		error = ETIMEDOUT;
	if (error != 0) {
		access_problem((int)error, &words);
		look->reason = problems_text(&words);
	}
}

static void read_end(const struct task *task, struct pool_look *look)
{
	if (look->is_mounted) {
		read_answer(task, look);
		return;
	}
	look->state = task_is_done(task) ? LOOK_ABSENT : LOOK_SILENT;
	look->reason = task_is_done(task) ? xstrdup("it is not mounted") : xstrdup(task->result.reason);
}

static int say_held(struct pool_look *look)
{
	look->state = LOOK_SILENT;
	look->reason = xstrdup("the server does not answer, and a process that asked it hangs in the kernel");
	return TASK_NONE;
}

/* The index of its task in *tasks, or TASK_NONE. */
static int add_task(struct tasks *tasks, const struct pool_plan *pool, struct pool_look *look,
		    const struct seen_mounts *mounts, bool is_held)
{
	const struct seen_mount *mount;

	*look = (struct pool_look){ .latency_ms = -1, .free_bytes = -1, .size_bytes = -1,
				    .changed_ns = -1 };
	if (!pool->unit_name || pool->refused)
		return TASK_NONE;
	mount = mounts_find(mounts, pool->target);
	look->is_mounted = mount;
	look->options = mount ? xstrdup(mount->options) : NULL;
	if (mount && is_held)
		return say_held(look);
	return tasks_add(tasks, (struct task){
		.kind = "look", .name = xstrdup(pool->pool->name), .after = TASK_NONE,
		.timeout_ms = LOOK_LIMIT_MS, .run = mount ? ask_mount : ask_server, .arg = &pool->mount,
	});
}

struct pool_look *looks_take(const char *root, const struct storage_plan *plan, const bool *held)
{
	struct pool_look *looks = xcalloc(plan->pools_count + 1, sizeof(*looks));
	int *of = xcalloc(plan->pools_count + 1, sizeof(*of));
	struct tasks tasks = { 0 };
	struct seen_mounts mounts;

	mounts_read(root, &mounts);
	for (size_t i = 0; i < plan->pools_count; i++)
		of[i] = add_task(&tasks, &plan->pools[i], &looks[i], &mounts, held && held[i]);
	/* Below another root there are files to compare, and nobody to ask. */
	if (streq(root, "/"))
		tasks_run(&tasks, NULL, NULL);
	for (size_t i = 0; streq(root, "/") && i < plan->pools_count; i++)
		if (of[i] != TASK_NONE)
			read_end(&tasks.items[of[i]], &looks[i]);
	tasks_done(&tasks);
	mounts_done(&mounts);
	free(of);
	return looks;
}

void looks_free(struct pool_look *looks, size_t count)
{
	for (size_t i = 0; looks && i < count; i++) {
		free(looks[i].reason);
		free(looks[i].options);
	}
	free(looks);
}
