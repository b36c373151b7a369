// SPDX-License-Identifier: MIT
/*
 * The reader of a host's facts, as far as the writers need them: which NICs the machine has.
 */
#ifndef HOST_IN_FACTS_H
#define HOST_IN_FACTS_H

#include "common/json.h"
#include "host/write.h"

/* Owns what host_machine borrows. */
struct facts_machine {
	struct host_nic *nics;
	size_t count;
};

/*
 * From "nics" of the facts (docs/api.md, POST /v1/hosts). What is no NIC with a name and a MAC address
 * is left out; facts come from the network. -1 when there is no list of NICs at all.
 */
int host_read_facts(const json_t *facts, const char *source, struct facts_machine *ret,
		    struct problems *problems);
void facts_machine_done(struct facts_machine *machine);
#define autofacts __attribute__((cleanup(facts_machine_done)))

/* Borrows. The uplink is the first NIC with a link, else the first one: a guess of what BOOTIF will be. */
struct host_machine facts_machine_view(const struct facts_machine *machine);

#endif
