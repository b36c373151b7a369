// SPDX-License-Identifier: MIT
/*
 * One configuration from several sources: for each key, the highest source that has it wins.
 */
#ifndef HOST_MERGE_H
#define HOST_MERGE_H

#include "host/host.h"

/* Lowest first. */
enum host_source {
	HOST_SOURCE_DEFAULT,    /* /usr/lib/roost/default.ks */
	HOST_SOURCE_OEMDRV,     /* ks.cfg on a volume labelled OEMDRV */
	HOST_SOURCE_CREDENTIAL, /* the systemd credential roost.kickstart */
	HOST_SOURCE_KS,         /* ks= on the kernel command line */
	HOST_SOURCE_APPLIANCE,
	HOST_SOURCE_CMDLINE,    /* so that someone at the console can always recover a host */
	HOST_SOURCES,
};

/* "default", "oemdrv", "credential", "ks", "appliance", "cmdline". */
extern const char *const host_source_names[HOST_SOURCES];

struct host_merged {
	struct host host;
	struct host_trace {
		int winner;             /* enum host_source, -1 when no source has the key */
		unsigned sources;       /* bit per source that has it, the winner's included */
		char *origin;           /* "appliance:12" */
	} trace[HOST_KEYS_MAX];         /* as host_keys */
};

/* `layers[i]` is NULL when the source is absent or broken. The result owns copies. */
void host_merge(const struct host *const layers[HOST_SOURCES], struct host_merged *ret);
void host_merged_done(struct host_merged *merged);
#define automerged __attribute__((cleanup(host_merged_done)))

#endif
