// SPDX-License-Identifier: MIT
/* Priority by source, key by key; see merge.h. */
#include "host/merge.h"

const char *const host_source_names[HOST_SOURCES] = {
	[HOST_SOURCE_DEFAULT] = "default",
	[HOST_SOURCE_OEMDRV] = "oemdrv",
	[HOST_SOURCE_CREDENTIAL] = "credential",
	[HOST_SOURCE_KS] = "ks",
	[HOST_SOURCE_APPLIANCE] = "appliance",
	[HOST_SOURCE_CMDLINE] = "cmdline",
};

static void merge_key(const struct host_key *key, const struct host *const layers[HOST_SOURCES],
		      struct host *to, struct host_trace *trace)
{
	*trace = (struct host_trace){ .winner = -1 };
	for (int i = 0; i < HOST_SOURCES; i++) {
		if (!layers[i] || !host_key_is_set(key, layers[i]))
			continue;
		trace->sources |= 1u << i;
		trace->winner = i;
	}
	if (trace->winner < 0)
		return;
	host_key_copy(key, to, layers[trace->winner]);
	trace->origin = host_key_origin(key, layers[trace->winner]);
}

void host_merge(const struct host *const layers[HOST_SOURCES], struct host_merged *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; host_keys[i].name; i++)
		merge_key(&host_keys[i], layers, &ret->host, &ret->trace[i]);
}

void host_merged_done(struct host_merged *merged)
{
	for (size_t i = 0; i < HOST_KEYS_MAX; i++)
		free(merged->trace[i].origin);
	host_done(&merged->host);
	memset(merged, 0, sizeof(*merged));
}
