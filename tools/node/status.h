// SPDX-License-Identifier: MIT
/*
 * How this node is, for people: put together from what the node's programs write below /run/roost.
 * The JSON object is the model; the texts of `roost status` and of the console are made from it.
 */
#ifndef NODE_STATUS_H
#define NODE_STATUS_H

#include "common/json.h"

/*
 * {"name", "addresses": [{"interface", "address"}], "appliance", "id", "image_sha256",
 *  "registration": {"state", "reason"}, "state": "configuring|ready|degraded", "reasons": [str],
 *  "config": [sources as in config.json], "network": {}, "storage": {}}
 * Never NULL. What is not known yet is null.
 */
json_t *status_read(const char *root);

/* "ready", "not ready" or "degraded". */
const char *status_word(const json_t *status);

/* A block of a few lines for a console of 80 columns: name, state, why, addresses, appliance. */
char *status_block(const json_t *status);
/* Everything, for `roost status`. */
void status_print(const json_t *status, FILE *out);

#endif
