// SPDX-License-Identifier: MIT
/*
 * How storage is, beside how it was asked for: storage.json, and a look at the kernel, the servers and
 * libvirt at this moment.
 *
 *	{"differs": true or false, "state": as in storage.json, "configuration": SHA-256 of host.conf,
 *	 "is_applied": whether storage.json is of this configuration,
 *	 "items": [an item of storage.json, and
 *	           "latency_ms", "free_bytes", "size_bytes" (NFS; null: not known), "mount_options",
 *	           "sessions": [{"portal", "state": "up|lost|none"}] (iSCSI), "differences": [text]],
 *	 "others": [{"kind": "nfs|pool", "name", "differences": [text]}]}   what nobody configured
 */
#ifndef NODE_STORAGE_STATUS_H
#define NODE_STORAGE_STATUS_H

#include "common/json.h"

/*
 * Takes a few seconds when a server is gone, never more than ten. Below another root than "/" nobody is
 * asked: there the files are compared. Owned by the caller; NULL with a problem: no valid configuration.
 */
json_t *storage_status_read(const char *root, const char *uri, struct problems *problems);
/* A table, an item a line; what differs is below it, after "!". */
void storage_status_print(const json_t *status, FILE *out);

#endif
