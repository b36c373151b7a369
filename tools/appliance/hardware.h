// SPDX-License-Identifier: MIT
/*
 * The part of a host's facts that tells one machine from another: network cards and serial numbers.
 */
#ifndef APPLIANCE_HARDWARE_H
#define APPLIANCE_HARDWARE_H

#include "common/json.h"

#define NICS_MAX 256
#define FACT_TEXT_BYTES_MAX 512 /* of one string; the node keeps to 128 characters */

struct hardware {
	char **macs;        /* lower case, sorted */
	char *serial;       /* NULL when empty or a maker's placeholder */
	char *board_serial; /* likewise */
};

/* Reads them from facts; what is of another type than the schema says is a problem. */
int hardware_read(const json_t *facts, struct hardware *ret, struct problems *problems);
void hardware_done(struct hardware *hardware);

/*
 * True when these are two machines: no MAC address in common, and no serial number that says
 * otherwise. A new network card or a new board alone leaves a machine the same.
 */
bool hardware_is_other(const struct hardware *a, const struct hardware *b);
/* One text for one machine, to count a held newcomer once. Owned by the caller. */
char *hardware_digest(const struct hardware *hardware);

#define autohardware __attribute__((cleanup(hardware_done)))

#endif
