// SPDX-License-Identifier: MIT
/*
 * A certificate of the appliance's for the key that sshd made at this boot (services_sshd.h), so that ssh knows the
 * host whatever its key is. Renewed as the host's other certificate is: when two thirds of its time are over, and when
 * the host's name or address is another one.
 */
#ifndef NODE_AGENT_SSH_H
#define NODE_AGENT_SSH_H

#include "node/agent.h"

/* After a heartbeat that the appliance took: asks for one when there is a key and that is due. Best effort. */
void agent_ssh_renew(struct agent *agent);
/* Of another appliance: it is good no more. */
void agent_ssh_remove(const struct agent *agent);

#endif
