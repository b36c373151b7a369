// SPDX-License-Identifier: MIT
/* Connections, pools and errors of libvirt's client library; see libvirt_call.h. */
#include <signal.h>

#include "node/libvirt_call.h"

/* libvirt prints errors on standard error unless somebody takes them. */
static void ignore_error(void *userdata, virErrorPtr error)
{
	(void)userdata;
	(void)error;
}

int libvirt_refused(struct problems *problems, const char *what)
{
	const char *message = virGetLastErrorMessage();

	return problem(problems, "%s: %s", what, message ? message : "libvirt gave no reason");
}

virConnectPtr libvirt_connect(const char *uri, struct problems *problems)
{
	virConnectPtr connection;

	virSetErrorFunc(NULL, ignore_error);
	(void)signal(SIGPIPE, SIG_IGN); /* libvirt writes without MSG_NOSIGNAL */
	connection = virConnectOpen(uri);
	if (!connection)
		libvirt_refused(problems, "libvirt does not answer");
	return connection;
}

int libvirt_find_pool(virConnectPtr connection, const char *name, virStoragePoolPtr *ret,
		      struct problems *problems)
{
	virStoragePoolPtr pool = virStoragePoolLookupByName(connection, name);

	if (!pool && virGetLastErrorCode() != VIR_ERR_NO_STORAGE_POOL)
		return libvirt_refused(problems, "looking for the pool");
	*ret = pool;
	return 0;
}

int libvirt_open_pool(const char *uri, const char *name, virConnectPtr *ret_connection,
		      virStoragePoolPtr *ret_pool, struct problems *problems)
{
	autoconnection virConnectPtr connection = libvirt_connect(uri, problems);

	if (!connection || libvirt_find_pool(connection, name, ret_pool, problems) < 0)
		return -1;
	*ret_connection = take_ptr(connection);
	return 0;
}

void libvirt_close(virConnectPtr *connection)
{
	if (*connection)
		virConnectClose(*connection);
}

void libvirt_free_pool(virStoragePoolPtr *pool)
{
	if (*pool)
		virStoragePoolFree(*pool);
}
