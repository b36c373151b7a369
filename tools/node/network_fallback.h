// SPDX-License-Identifier: MIT
/*
 * Other networks in place of a first configuration that does not lead to the appliance: first the plain
 * one, DHCP on the NIC that the host booted from, then what the switches named (probe_plan.h). They take
 * turns with the configured one until one of them does: each for as long as the first trial was, the
 * configured one four times longer each time, at most an hour, so that a host whose appliance is away
 * for a day keeps what its configuration says for most of it.
 *
 * They have the same host.conf in all but its `network` commands, and stay in use for every later
 * configuration with the same ones: another kickstart with other pools is taken, the network is not.
 */
#ifndef NODE_NETWORK_FALLBACK_H
#define NODE_NETWORK_FALLBACK_H

#include "node/network_generations_file.h"

/* host.conf's commands about devices, without where they come from. Owned by the caller. */
char *network_lines(const char *conf);
/* host.conf with `lines` in the place of those commands. Owned by the caller. */
char *network_lines_replace(const char *conf, const char *lines);

/* Whether the current one is unproven: neither confirmed over an appliance nor, without one, by an address. */
bool fallback_is_unproven(const char *root);
/*
 * Plain DHCP got no address, and there are others to try: its trial is over at `at_ms`, and their turns
 * begin. True when they do.
 */
bool fallback_hurry(const char *root, int64_t at_ms);
/*
 * The current one has an address. Without an appliance that proves it; with one the plain network keeps
 * its turn, and another has to lead there. True when that changed something.
 */
bool fallback_has_address(const char *root);

/*
 * For generation_refuse, whose lock holds: the one whose turn it is now that the current one's trial is
 * over and nothing is confirmed, made ready and on trial. NULL when it cannot be made.
 */
struct generation *fallback_turn(const char *root, struct generations *generations, int64_t at_ms,
				 struct problems *problems);
/* Whether it is to be written for the first time: its NIC is not chosen yet. */
bool fallback_is_new(const char *root);
/* For generation_begin: host.conf is that of the current stand-in, so the files are its. */
bool fallback_take_units(const char *root, struct generations *generations,
			 const struct generation_start *start);
/* For generation_replacement: another stands in for what `conf` asks for. Its kickstart is not set. */
bool fallback_replacement(const char *root, const struct generations *generations, const char *conf,
			  struct replacement *ret);

#endif
