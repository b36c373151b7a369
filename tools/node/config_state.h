// SPDX-License-Identifier: MIT
/*
 * /run/roost/config.json: what became of each source of the configuration.
 *
 *	{"generation": the appliance's, that host.conf holds, or null,
 *	 "sources": [{"name", "origin", "state", "errors": [text], "kept": true when it is broken and what it
 *	              said before holds on}], the lowest first,
 *	 "warnings": [text]}
 */
#ifndef NODE_CONFIG_STATE_H
#define NODE_CONFIG_STATE_H

#include "common/json.h"
#include "node/config_sources.h"
#include "node/network_generations.h"

#define CONFIG_STATE_MAX (256 * 1024) /* bytes */

/*
 * Whether a source is broken that host.conf holds something of, by `previous`, the config.json of the run
 * before (NULL: none): then host.conf is not to be touched.
 */
bool config_must_keep(const json_t *previous, const struct config_sources *sources);
/* Writes it for this run. `replacement` without a conf: none. */
int config_state_write(const char *root, const json_t *previous,
		       const struct config_sources *sources, char *const *warnings,
		       const struct replacement *replacement, struct problems *problems);

#endif
