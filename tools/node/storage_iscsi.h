// SPDX-License-Identifier: MIT
/*
 * iSCSI sessions through open-iscsi. The node record, which holds the CHAP secret, is written as a
 * file of mode 0600; the secret is in no argument and in no message.
 */
#ifndef NODE_STORAGE_ISCSI_H
#define NODE_STORAGE_ISCSI_H

#include "node/iscsi_discovered.h"
#include "node/storage_tasks.h"

#define ISCSI_INITIATOR_FILE "/etc/iscsi/initiatorname.iscsi"
#define ISCSI_NODES_FOLDER "/var/lib/iscsi/nodes"
#define ISCSI_DISCOVERY_FOLDER "/var/lib/iscsi/send_targets"
#define ISCSI_FOUND_FOLDER "/run/roost/discovered"
#define ISCSI_IFACES_FOLDER "/var/lib/iscsi/ifaces"
#define ISCSI_DEFAULT_PORT 3260
#define ISCSI_TASK_MS 110000
#define DISCOVERY_TASK_MS 90000 /* above its own bounds */

/* One path to a target. Strings are borrowed from the configuration. */
struct iscsi_session {
	const char *target;
	const char *address;   /* of the portal; IPv6 without brackets */
	int port;
	const char *user;      /* NULL: no CHAP */
	const char *password;
	const char *reverse_user; /* mutual CHAP: what the target proves; NULL: nothing */
	const char *reverse_password;
	const char *iface;     /* network device that it goes through; NULL: as routed */
	bool header_digest, data_digest; /* CRC32C */
	bool is_joined;        /* there are others, which multipathd takes when this one is lost */
};

/* A target with its paths. */
struct iscsi_target {
	const char *name;      /* borrowed */
	struct iscsi_session *sessions; /* owned */
	size_t count;
	bool is_joined;        /* each LUN is one disk (storage_multipath.h) */
};

/* A portal that is asked for its targets. Owns nothing but `except`. */
struct iscsi_discovery {
	struct iscsi_session like; /* portal, CHAP, device, digests: of the discovery and of the sessions; no target */
	char **except;         /* targets that have settings of their own; may be NULL */
};

/*
 * This host's initiator name: `override`, or one derived from its identity (see node_id.h), the same
 * at every boot and on no other host. NULL when the host has no identity. Owned by the caller.
 *
 * RFC 3720 section 3.2.6.3.1 wants the reversed name of a domain whose owner answers for what
 * follows. The initiator is Debian's, and Debian gives the part below iqn.1993-08.org.debian:01: to
 * names that a host makes for itself (iscsi-iname -p in its startup-checks.sh); a UUID cannot
 * collide with the dozen hexadecimal digits which that program makes.
 */
char *iscsi_initiator_name(const char *root, const char *override);
/* Writes the name to ISCSI_INITIATOR_FILE; *ret_is_other says whether another one was there before. */
int iscsi_write_initiator(const char *root, const char *name, bool *ret_is_other,
			  struct problems *problems);

/* Whether open-iscsi can hold it: lengths, and secrets that survive the record's syntax. */
int iscsi_check(const struct iscsi_session *session, struct problems *problems);
/* "ADDRESS:PORT", with brackets around IPv6. Owned by the caller. */
char *iscsi_portal(const struct iscsi_session *session);
/* Where open-iscsi looks for the session's record, below root. Owned by the caller. */
char *iscsi_record_path(const char *root, const struct iscsi_session *session);
/*
 * What iscsiadm must know about the device of a session that is bound to one, although the record says
 * the same: the file's path below root, and its content. NULL for a session that is not. Owned by the
 * caller.
 */
char *iscsi_iface_path(const char *root, const struct iscsi_session *session);
char *iscsi_iface_text(const struct iscsi_session *session);
/* The record. The secret is "***" when hide_secret. Owned by the caller. */
char *iscsi_record_text(const struct iscsi_session *session, bool hide_secret);

/* Writes the record, and the file about its device, where they differ from what is there. */
int iscsi_write_record(const char *root, const struct iscsi_session *session,
		       struct problems *problems);

/* The discovery's record, which has its CHAP secret: as above. */
char *iscsi_discovery_path(const char *root, const struct iscsi_session *like);
char *iscsi_discovery_text(const struct iscsi_session *like, bool hide_secret);
int iscsi_write_discovery(const char *root, const struct iscsi_session *like,
			  struct problems *problems);
/*
 * Asks the portal for its targets, and remembers them in a file of ISCSI_FOUND_FOLDER: the next plan has them.
 * The note names them. A task; `arg` is a struct iscsi_discovery. Looks at "/".
 *
 * A path that the portal does not tell of any more is remembered as long as there is a session to it: storage
 * systems leave out a controller that is away, and its disks must not lose their names for that.
 */
int iscsi_discover(const void *arg, struct task_result *ret, struct problems *problems);
/* What the portal told of last; nothing when it was not asked yet. For discovered_done. */
void iscsi_found_read(const char *root, const struct iscsi_session *like, struct discovered *ret);

/*
 * Makes the sessions that are not there yet, several at once. Done when there is one; the reason
 * then names the paths that are missing. A task (storage_tasks.h): `arg` is a struct iscsi_target.
 * Looks at "/", because that is where the kernel's sessions are.
 */
int iscsi_attach(const void *arg, struct task_result *ret, struct problems *problems);

/* Ends every session of this machine, within a bound. 0 when there is none. */
int iscsi_logout_all(struct problems *problems);

#endif
