// SPDX-License-Identifier: MIT
/*
 * /run/roost/input: what the agent fetched, for roost-config to read.
 *
 * appliance.ks ends in a comment line "# generation: GENERATION", so that the text and its name cannot
 * disagree, whenever a reader looks or the power goes; appliance.etag holds the generation alone. It is
 * written first: the change of appliance.ks is what starts roost-config.
 */
#ifndef NODE_AGENT_INPUT_H
#define NODE_AGENT_INPUT_H

#include "common/problems.h"

#define APPLIANCE_KS_PATH "/run/roost/input/appliance.ks"
#define APPLIANCE_ETAG_PATH "/run/roost/input/appliance.etag"
#define URL_KS_PATH "/run/roost/input/ks.ks"
#define KICKSTART_MAX (1024 * 1024)

int appliance_kickstart_write(const char *root, const char *text, size_t len,
			      const char *generation, struct problems *problems);
/* The generation of the kickstart that is there, or NULL. Owned by the caller. */
char *appliance_kickstart_generation(const char *root);

/* The http(s) URL of `ks=` or `inst.ks=` in ROOT/proc/cmdline (the last one counts), or NULL. */
char *kickstart_url(const char *root);

#endif
