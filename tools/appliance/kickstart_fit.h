// SPDX-License-Identifier: MIT
/*
 * Whether a kickstart can be had on the hosts that it is for: planned with their facts, by the code that
 * plans on the node, before any of them sees it.
 */
#ifndef APPLIANCE_KICKSTART_FIT_H
#define APPLIANCE_KICKSTART_FIT_H

#include "appliance/store.h"

/*
 * For one host. What its facts contradict (two names for one NIC) is a problem and gives -1; what its
 * facts lack (a NIC that is not there yet) goes to `notes`. A host without usable facts fits. An
 * iscsiname that another host has is a problem.
 */
int kickstart_fits_host(const char *text, struct store *store, const struct host_record *host,
			struct problems *notes, struct problems *problems);
/* For every host of the pool without a kickstart of its own; each line begins with the host's name. */
int kickstart_fits_pool(const char *text, struct store *store, const char *pool,
			struct problems *notes, struct problems *problems);

#endif
