// SPDX-License-Identifier: MIT
/*
 * Kinds of network devices. A kind is one file, kind_NAME.c, that ends in a const descriptor, and
 * one line in kinds.c. The validator and the systemd-networkd writer know nothing else about it.
 */
#ifndef HOST_KIND_H
#define HOST_KIND_H

#include "host/host.h"

struct host_kind {
	const char *name;       /* networkd's Kind=: "bridge"; "nic" for hardware */
	/* Whether a `network` command makes such a device. */
	bool (*is)(const struct host_network *network);
	/* The i-th device below, borrowed; NULL behind the last. A NULL function: there are none. */
	const char *(*port)(const struct host_network *network, size_t i);
	/* The line in a port's .network that ties it to this device: "Bridge", "Bond", "VLAN". */
	const char *port_line;
	/* Whether a port belongs to this device alone and can have no address of its own. */
	bool owns_ports;
	/* Rules of the kind's own options; messages through ks_problem. */
	int (*check)(const struct host_network *network, struct problems *problems);
	/* The sections of the .netdev behind [NetDev]. NULL: the kernel has the device already. */
	void (*write_netdev)(FILE *out, const struct host_network *network);
	/* More lines for a port's .network, its [Network] section being done. May be NULL. */
	void (*write_port)(FILE *out, const struct host_network *network, const char *port);
};

extern const struct host_kind host_kind_nic, host_kind_bond, host_kind_vlan, host_kind_bridge;

/* NULL-terminated; the last one, nic, is what all others are not. */
extern const struct host_kind *const host_kinds[];

const struct host_kind *host_kind_of(const struct host_network *network);
/* kind->port, NULL for kinds without. */
const char *host_network_port(const struct host_network *network, size_t i);
/* The name of the device that the command makes or means, as written; owned by the caller. */
char *host_network_name(const struct host_network *network);

/* One KEY=VALUE of --bondopts or --bridgeopts and what it is for systemd-networkd. */
struct host_kind_option {
	const char *name;
	const char *networkd;   /* the key; NULL: handled by the kind itself */
	const char *unit;       /* behind the value: "ms", "s", or "" */
	const char *const *words; /* allowed words by their number, NULL-terminated; NULL: a number */
	long long min, max;
	bool is_text;           /* neither: any word without blanks */
};

/*
 * Splits "a=1,b=2" (with ";" between them when a value has commas, as pykickstart says) and calls
 * `each` for every pair. A malformed, unknown, repeated or out-of-range one is a problem.
 */
int host_kind_options_check(const struct host_network *network, const char *option,
			    const char *text, const struct host_kind_option *table,
			    struct problems *problems);
/* "KEY=VALUE" lines for networkd. The text was checked before. */
void host_kind_options_write(FILE *out, const char *text, const struct host_kind_option *table);
/* The value of one pair, or NULL. Owned by the caller. */
char *host_kind_option_value(const char *text, const char *name);

#endif
