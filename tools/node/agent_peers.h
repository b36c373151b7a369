// SPDX-License-Identifier: MIT
/*
 * The agent's part in who may send guests here: it tells the appliance this host's addresses with each heartbeat, and
 * keeps what the answer says of the other hosts of its pool for the firewall (peers.h).
 */
#ifndef NODE_AGENT_PEERS_H
#define NODE_AGENT_PEERS_H

#include "node/agent.h"
#include "node/agent_replies.h"

/* Adds "addresses", and the SHA-256 of the peers that are known here: the answer has a list only when it is another. */
void agent_peers_tell(const struct agent *agent, json_t *body);
/* Keeps the answer's list, when it has one. Best effort: the next heartbeat tries again. */
void agent_peers_take(const struct agent *agent, const struct reply_heartbeat *reply);
/* Of another appliance: its hosts are no peers any more. */
void agent_peers_remove(const struct agent *agent);

#endif
