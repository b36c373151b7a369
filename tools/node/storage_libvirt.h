// SPDX-License-Identifier: MIT
/*
 * Storage pools in libvirt. Everything here may block for as long as libvirtd likes and is therefore
 * called from tasks only (storage_tasks.h), which have a deadline.
 */
#ifndef NODE_STORAGE_LIBVIRT_H
#define NODE_STORAGE_LIBVIRT_H

#include <libvirt/libvirt.h>

#include "node/storage_tasks.h"

#define LIBVIRT_TASK_MS 90000 /* a slow host's libvirtd takes half a minute to start */
#define POOL_TASK_MS 60000

/* A connection that prints nothing by itself, or NULL and a problem. Close it with virConnectClose. */
virConnectPtr libvirt_connect(const char *uri, struct problems *problems);

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
};
/*
 * Stops and undefines a pool, unless a running guest uses one of its volumes: that is a problem that
 * names the guest. A pool that libvirt does not know is fine. A task; `arg` is a struct pool_ref.
 */
int pool_detach(const void *arg, struct task_result *ret, struct problems *problems);

#endif
