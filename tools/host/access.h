// SPDX-License-Identifier: MIT
/* Who may log in to a host, and what it turns on for others: what the firewall and the services both ask. */
#ifndef HOST_ACCESS_H
#define HOST_ACCESS_H

#include "host/host.h"

#define SSHD_SERVICE "sshd"

/* services --enabled= has it, and --disabled= has not. */
bool host_has_service(const struct host *host, const char *name);
/*
 * Somebody may log in by ssh: there is a key for root, who is the only one on a host that logs in, and
 * services --disabled=sshd is not there.
 */
bool host_has_ssh(const struct host *host);
/* The file for sshd's AuthorizedKeysFile; owned by the caller. Empty without a key for root. */
char *host_authorized_keys(const struct host *host);

#endif
