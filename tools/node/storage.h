// SPDX-License-Identifier: MIT
/*
 * What a host's configuration asks for in storage, as a plan: files to write, and tasks that attach
 * sessions, mounts and libvirt storage pools. The plan touches nothing; roost-storage carries it out.
 *
 * A pool type is one file that ends in a const struct pool_type; pool_types lists them once.
 */
#ifndef NODE_STORAGE_H
#define NODE_STORAGE_H

#include "host/host.h"
#include "node/storage_iscsi.h"
#include "node/storage_lvm.h"
#include "node/storage_mount.h"
#include "node/storage_tasks.h"

#define STORAGE_LIBVIRT_URI "qemu:///system"
#define STORAGE_UNIT_FOLDER "/run/systemd/system"

/* A pool on its way to libvirt. Owned by the plan. */
struct pool_plan {
	const struct host_pool *pool;
	const struct pool_type *type;
	const char *uri;        /* libvirt's */
	char *target;           /* path */
	char *xml;
	char *unit_name;        /* of its mount; NULL when it has none */
	char *unit_text;
	char *mount_source, *mount_options;
	struct nfs_mount mount; /* borrows from the above */
	struct lvm_group group; /* of type logical; owns its devices */
	char *refused;          /* not NULL: why it cannot be attached, whatever the servers do */
	bool is_held;           /* its previous form is still in use */
	bool is_undecided;      /* a discovery has not found its target yet: what there is of it stays */
};

struct target_plan {
	struct iscsi_target target;
	char *refused;          /* not NULL: why it cannot be attached */
};

struct discovery_plan {
	struct iscsi_discovery discovery;
	struct discovered found; /* what its portal told of last: targets of this plan */
	char *refused;
	char *task_name;        /* owned by its task */
};

struct storage_plan {
	char *initiator;        /* NULL when nothing needs one */
	char *initiator_refused;
	char *nfs_client;       /* this host's name for NFS servers; NULL when nothing needs one */
	struct target_plan *targets;
	size_t targets_count;
	struct discovery_plan *discoveries;
	size_t discoveries_count;
	struct pool_plan *pools;
	size_t pools_count;
	struct tasks tasks;
	char **texts;           /* reasons that tasks point to */
};

struct pool_type {
	const char *name;       /* libvirt's word */
	int id;                 /* enum host_pool_type */
	bool builds_target;     /* libvirt makes the target's folder */
	/* What the schema lets pass and the type does not: a problem. May be NULL. */
	int (*check)(const struct host_pool *pool, struct problems *problems);
	/* Target path when the configuration names none; owned by the caller. NULL: the schema wants one. */
	char *(*default_target)(const struct host_pool *pool);
	/*
	 * The inside of <source>; NULL: nothing. Use common/xml.h. `portal` is as for pool_xml.
	 */
	void (*write_source)(FILE *out, const struct host_pool *pool, const struct iscsi_session *portal);
	/* Adds the task that must be done before libvirt can start the pool; its index. NULL: none. */
	int (*plan)(struct storage_plan *plan, struct pool_plan *pool);
};

extern const struct pool_type pool_netfs, pool_iscsi, pool_logical, pool_dir;
/* In place of pool_iscsi, when the target's paths are joined. */
extern const struct pool_type pool_luns;
/* NULL-terminated. */
extern const struct pool_type *const pool_types[];

/* The whole plan. `host` must outlive it. What is wrong with an item becomes its task's reason. */
void storage_plan_make(const char *root, const char *uri, const struct host *host,
		       struct storage_plan *ret);
void storage_plan_done(struct storage_plan *plan);
/*
 * The plan's initiator, targets and discoveries, with their tasks; for storage_plan_make. Targets that a
 * discovery found are in the plans made after it.
 */
void storage_plan_iscsi(struct storage_plan *plan, const char *root, const struct host *host);
void storage_plan_iscsi_done(struct storage_plan *plan);
/* Whether a discovery has found something else since the plan was made. */
bool storage_plan_is_outdated(const char *root, const struct storage_plan *plan);
/* The session to the pool's target at its source host; NULL: none is known. */
const struct iscsi_session *storage_plan_portal(const struct storage_plan *plan, const struct host_pool *pool);
/* Whether the target's paths are joined. */
bool storage_plan_is_joined(const struct storage_plan *plan, const char *target);
/*
 * Adds the target's task unless there is one; returns its index. For pool types. The paths are
 * the configuration's to this target and what discoveries have found, else one without CHAP at the pool's
 * source host. When a discovery there has not found it yet, it is that discovery's task.
 */
int storage_plan_target(struct storage_plan *plan, const struct host_pool *pool);
bool storage_plan_is_discovery(const struct storage_plan *plan, int task);

/* The plan for people, secrets hidden: every file with its content, then the tasks. */
void storage_plan_print(const struct storage_plan *plan, FILE *out);
/* Whom to tell about what was written. */
struct storage_changes {
	bool units;             /* systemd must read units again (it finds new ones by itself) */
	bool initiator;         /* iscsid runs with another name */
	bool joined;            /* other targets' paths are joined (storage_multipath.h) */
};

/*
 * Writes the initiator's name, the NFS client's, the sessions' records, which paths are joined, LVM's
 * filter and the mounts' units. Only what differs is touched.
 */
int storage_plan_write(const char *root, const struct storage_plan *plan, struct storage_changes *ret,
		       struct problems *problems);

/*
 * The configuration's pool as libvirt's XML (formatstorage.html); owned by the caller. `portal` is the session of
 * an iSCSI pool that libvirt ends when it stops the pool; NULL: none is known, or it is another type.
 */
char *pool_xml(const struct pool_type *type, const struct host_pool *pool, const char *target,
	       const struct iscsi_session *portal);

/* A pool that cannot be replaced or removed now: its task says so, and is tried again. */
void storage_plan_hold(struct storage_plan *plan, const char *pool, const char *reason);

/* Tasks that only fail: for ever, and until the next try. `arg` is the reason. */
int task_refused(const void *arg, struct task_result *ret, struct problems *problems);
int task_held(const void *arg, struct task_result *ret, struct problems *problems);
/* Makes a task one that is refused, when there is a reason (borrowed; NULL: none). */
void task_refuse(struct task *task, const char *refused);

#endif
