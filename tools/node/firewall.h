// SPDX-License-Identifier: MIT
/*
 * The host's firewall: host.conf's rules, loaded by nft in one step, before anything listens; and the addresses of
 * the other hosts of the pool (peers.h), which come later and change without the rules.
 *
 *	/run/roost/firewall.nft   what is loaded, as text
 *	/run/roost/firewall-peers.nft   and after it; missing when no rule asks for peers
 *	/run/roost/firewall.json  {"state": "ok" | "none" (firewall --disabled) | "degraded", "reason", "configuration"}
 */
#ifndef NODE_FIREWALL_H
#define NODE_FIREWALL_H

#include "common/problems.h"

#define FIREWALL_RULES "/run/roost/firewall.nft"
#define FIREWALL_PEERS "/run/roost/firewall-peers.nft"
#define FIREWALL_JSON "/run/roost/firewall.json"

struct firewall_apply {
	const char *root;
	bool is_dry_run;        /* print the rules, change nothing */
};

/* An exit code of common/cli.h. With another root the files are written and nothing is loaded. */
int firewall_apply(const struct firewall_apply *apply, struct problems *problems);
/*
 * Why nothing may listen yet: the rules are not loaded. NULL when they are. Below another root a report that is
 * not there is none. Owned by the caller.
 */
char *firewall_reason(const char *root);

#endif
