// SPDX-License-Identifier: MIT
/*
 * The lists in --bondopts and --bridgeopts: a table each, one row a key.
 *
 *	list = pair { "," pair }        with ";" between the pairs when a value has a "," (pykickstart)
 *	pair = key "=" value            - and _ are the same in a key: forward_delay, forward-delay
 */
#ifndef HOST_KIND_OPTIONS_H
#define HOST_KIND_OPTIONS_H

#include "host/host.h"

struct host_kind_option {
	const char *name;
	const char *networkd;   /* systemd-networkd's key; NULL: the kind writes it itself */
	const char *unit;       /* behind a number: "ms"; NULL: nothing */
	const char *const *words; /* allowed words by their number, NULL-terminated; NULL: a number */
	long long min, max;     /* of a number */
	const struct ks_type *type; /* neither word nor number, but this */
	unsigned modes;         /* of a bond: bit per mode that the option belongs to; 0: to all */
	bool is_for_life;       /* networkd sets it when it makes the device, and never again */
	const char *refused;    /* not NULL: the kernel has it, and it is refused for this reason */
};

/*
 * Checks every pair of --`option`: a malformed, unknown, repeated or out-of-range one is a problem. 0
 * or -1.
 */
int host_kind_options_check(const struct host_network *network, const char *option,
			    const char *text, const struct host_kind_option *table,
			    struct problems *problems);
/* "KEY=VALUE" lines for networkd. The text was checked before; NULL is an empty one. */
void host_kind_options_write(FILE *out, const char *text, const struct host_kind_option *table);
/*
 * Whether networkd cannot bring a device that it made from the lines `before` to what `after` says (each the
 * section of a .netdev): an option for life is another one, or an option is gone, which would keep its value.
 */
bool host_kind_options_need_new(const char *before, const char *after,
				const struct host_kind_option *table);
/* The value of one pair, or NULL. Owned by the caller. */
char *host_kind_option_value(const char *text, const char *name);
/* Its number, or that of its word; `missing` when it is not there. */
long long host_kind_option_number(const char *text, const char *name,
				  const struct host_kind_option *table, long long missing);

#endif
