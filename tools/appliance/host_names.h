// SPDX-License-Identifier: MIT
/*
 * The names that a host's certificate is good for, so that others may talk to it by them (libvirt over TLS):
 * the address that its request came from, and the name that it gives itself. Never one of the appliance's
 * own, and never another host's: a host must not be able to pass for them.
 */
#ifndef APPLIANCE_HOST_NAMES_H
#define APPLIANCE_HOST_NAMES_H

#include "appliance/appliance.h"

/*
 * `name` (may be NULL) and `address` of the host `id`. *ret, owned by the caller, is NULL when none of the two
 * may be in its certificate.
 */
int host_names(const struct appliance *appliance, const char *id, const char *name, const char *address,
	       char ***ret, struct problems *problems);

#endif
