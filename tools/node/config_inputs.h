// SPDX-License-Identifier: MIT
/*
 * Brings the sources that are outside the running system into /run/roost/input, once at boot: the
 * OEMDRV volume, credentials, a local ks=. Those over the network are roost-agent's job.
 */
#ifndef NODE_CONFIG_INPUTS_H
#define NODE_CONFIG_INPUTS_H

#include "common/problems.h"

struct config_inputs {
	const char *root;
	const char *oemdrv;     /* a folder to take for the volume; NULL: search for the volume */
	int settle_ms;          /* how long block devices may take to appear */
};

/*
 * Copies what there is. A source that is there and cannot be read gets an error file, which makes it
 * broken (config_sources.h). -1 only when /run/roost itself cannot be written.
 */
int config_inputs_fetch(const struct config_inputs *inputs, struct problems *problems);

#endif
