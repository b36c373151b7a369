// SPDX-License-Identifier: MIT
/*
 * Storage pools in libvirt. Everything here may block for as long as libvirtd likes and is therefore
 * called from tasks only (storage_tasks.h), which have a deadline.
 */
#ifndef NODE_STORAGE_LIBVIRT_H
#define NODE_STORAGE_LIBVIRT_H

#include "node/storage_tasks.h"

#define LIBVIRT_TASK_MS 90000 /* a slow host's libvirtd takes half a minute to start */
#define POOL_TASK_MS 60000

/* Connects, so that libvirtd starts; the note has its version. A task; `arg` is a URI. */
int libvirt_wake(const void *arg, struct task_result *ret, struct problems *problems);
/*
 * Defines, starts and refreshes a pool, whatever of it is not done yet; the note has the number of
 * volumes. A task; `arg` is a struct pool_plan (storage.h).
 */
int pool_attach(const void *arg, struct task_result *ret, struct problems *problems);

struct pool_ref {
	const char *uri;
	const char *name;
	const char *unit_name;  /* of its mount; NULL when it has none */
};
/*
 * Stops and undefines a pool, unless a running guest uses one of its volumes: that is a problem that
 * names the guest. A pool that libvirt does not know is fine. A task; `arg` is a struct pool_ref.
 */
int pool_detach(const void *arg, struct task_result *ret, struct problems *problems);

/*
 * Stops a pool, unless it is used as above, and leaves it defined. With a mount it asks systemd to take
 * that away, by force, says so in the note, and is called again without the mount: libvirtd would unmount
 * it without a bound, and nobody waits here for what a silent server holds up. A task; `arg` is a struct
 * pool_ref.
 */
int pool_stop(const void *arg, struct task_result *ret, struct problems *problems);
/*
 * Lists the volumes of a pool that runs anew; the note has their number. One that does not run is a
 * problem. A task; `arg` is a struct pool_ref.
 */
int pool_refresh(const void *arg, struct task_result *ret, struct problems *problems);

struct pools_question {
	const char *uri;
	char *const *names;     /* of pools that should run; NULL-terminated */
};
/* Whether these pools run: a problem that names those that do not. A task; `arg` is the question. */
int pools_run(const void *arg, struct task_result *ret, struct problems *problems);

/* All pools that libvirt has; the note is {name: whether it runs} as JSON. A task; `arg` is a URI. */
int pools_list(const void *arg, struct task_result *ret, struct problems *problems);

#endif
