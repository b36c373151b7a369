// SPDX-License-Identifier: MIT
/*
 * Brings the sources that are outside the running system into /run/roost/input, once at boot: the
 * OEMDRV volume, credentials, a local ks=. Those over the network are roost-agent's job. A volume that
 * is slower than its bound does not hold up the boot, and is asked again later.
 */
#ifndef NODE_CONFIG_INPUTS_H
#define NODE_CONFIG_INPUTS_H

#include "common/clock.h"
#include "common/problems.h"
#include "node/config_sources.h"

struct config_inputs {
	const char *root;
	const char *oemdrv;     /* a folder to take for the volume; NULL: search for the volume */
	int settle_ms;          /* how long block devices may take to appear */
	int64_t again_ms;       /* when to fetch again (a now_ms value); -1: no volume was late */
	struct backoff pauses;
};

/* How they begin: nothing fetched, nothing late. */
struct config_inputs config_inputs_new(const char *root, const char *oemdrv);

/*
 * Copies what there is. A source that is there and cannot be read gets an error file, which makes it
 * broken (config_sources.h). -1 only when /run/roost itself cannot be written. To be called again at
 * again_ms; not for ever, as a device that hangs keeps a process each time.
 */
int config_inputs_fetch(struct config_inputs *inputs, struct problems *problems);

/* Made by udev when a volume labelled OEMDRV appears (rules.d/71-roost-volume.rules). */
#define CONFIG_VOLUME_CAME CONFIG_INPUT_FOLDER "/volume"

/*
 * Whether to fetch again: a volume was late, and it is time to ask it again; or one has come since that
 * was absent: a slow stick, or one that was forgotten. The latter only until the appliance has given this
 * host a kickstart: then a stick changes nothing any more.
 */
bool config_inputs_are_due(const struct config_inputs *inputs);

#endif
