// SPDX-License-Identifier: MIT
/*
 * The CPU that guests may have on every host of a pool, so that they migrate between them: the features that all
 * hosts have, and a named model that each of them can give. The hosts said what they can (node/cpu_model.h); nothing
 * here knows what a model consists of.
 */
#ifndef APPLIANCE_CPU_BASELINE_H
#define APPLIANCE_CPU_BASELINE_H

#include "common/json.h"

struct cpu_baseline {
	char *vendor;       /* of the first host; NULL: none yet, or libvirt names none */
	char **features;    /* that all have so far */
	char **usable;      /* models that all can give so far */
	char **models;      /* the hosts' own, each once */
	char **hosts;       /* that are in it */
	char **missing;     /* that have not said which CPU guests may have */
};

/* Takes a host's facts (an object; nothing of it is trusted) in. -1 with a problem: of another vendor. */
int cpu_baseline_add(struct cpu_baseline *baseline, const char *host, const json_t *facts, struct problems *problems);
/*
 * {"model", "vendor", "features", "hosts", "missing"}; owned by the caller. NULL with a problem when no host has told,
 * or there is no model that all can give.
 */
json_t *cpu_baseline_json(const struct cpu_baseline *baseline, struct problems *problems);
void cpu_baseline_done(struct cpu_baseline *baseline);

#endif
