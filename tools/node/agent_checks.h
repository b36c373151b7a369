// SPDX-License-Identifier: MIT
/*
 * What must hold before the agent talks to the appliance: an address, and a clock that can be
 * believed. Both are read from files that other programs keep below /run and /sys, and both waits
 * have a bound: after it the agent tries, and the failure says more than the wait did.
 */
#ifndef NODE_AGENT_CHECKS_H
#define NODE_AGENT_CHECKS_H

#include <stdbool.h>
#include <stdint.h>

#define ADDRESS_WAIT_MS 30000
#define CLOCK_WAIT_MS 30000

/* One wait. Zeroed at the start; after it is over it stays over until it is zeroed again. */
struct agent_wait_state {
	int64_t deadline_ms;
};

/*
 * Whether networkd reports an address that reaches further than its link (ADDRESS_STATE in
 * /run/systemd/netif/state, see networkctl(1)). False with *ret_reason set while the wait lasts.
 */
bool address_is_ready(const char *root, struct agent_wait_state *wait, char **ret_reason);

/*
 * Whether the clock can be believed: the hardware clock was not below the image's build date, or
 * systemd-timesyncd has set the clock since. `is_suspect` is for a peer whose certificates say that
 * the clock is wrong: then only timesyncd counts.
 */
bool clock_is_ready(const char *root, bool is_suspect, struct agent_wait_state *wait,
		    char **ret_reason);
/* Seconds since 1970 of the image's build, 0 when unknown: the time of /usr/lib/clock-epoch, systemd(1). */
int64_t image_build_time(const char *root);

/*
 * The node's own address towards "host:port", as text; NULL when there is no route. No packet is sent.
 * Owned by the caller.
 */
char *address_towards(const char *server);

#endif
