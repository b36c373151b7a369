// SPDX-License-Identifier: MIT
/*
 * What every call of libvirt's client library needs. All of it may block for as long as libvirtd likes
 * and is therefore used in tasks only (storage_tasks.h), which have a deadline.
 */
#ifndef NODE_LIBVIRT_CALL_H
#define NODE_LIBVIRT_CALL_H

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "common/problems.h"

/* A connection that prints nothing by itself, or NULL and a problem. */
virConnectPtr libvirt_connect(const char *uri, struct problems *problems);
/* -1, and libvirt's last error as a problem: "WHAT: its words". */
int libvirt_refused(struct problems *problems, const char *what);

/* Looks the pool up; NULL without a problem when libvirt does not know it. */
int libvirt_find_pool(virConnectPtr connection, const char *name, virStoragePoolPtr *ret,
		      struct problems *problems);
/* Both: a connection to `uri`, and the pool in it. Nothing is returned on failure. */
int libvirt_open_pool(const char *uri, const char *name, virConnectPtr *ret_connection,
		      virStoragePoolPtr *ret_pool, struct problems *problems);

void libvirt_close(virConnectPtr *connection);
void libvirt_free_pool(virStoragePoolPtr *pool);
#define autoconnection __attribute__((cleanup(libvirt_close)))
#define autopool __attribute__((cleanup(libvirt_free_pool)))

#endif
