// SPDX-License-Identifier: MIT
/*
 * Where a host's configuration comes from, and what is in each source now. roost-config merges
 * them; `roost explain` does it again to show who won.
 */
#ifndef NODE_CONFIG_SOURCES_H
#define NODE_CONFIG_SOURCES_H

#include "host/merge.h"
#include "host/read.h"

#define CONFIG_INPUT_FOLDER "/run/roost/input"
#define CONFIG_STATE "/run/roost/config.json"
#define CONFIG_TOKEN "/run/roost/token"

enum config_state { CONFIG_ABSENT, CONFIG_USED, CONFIG_BROKEN };
extern const char *const config_state_names[]; /* "absent", "used", "broken" */

struct config_source {
	enum config_state state;
	char *origin;           /* for people: "ks.cfg on the volume OEMDRV" */
	struct host host;       /* when used */
	struct problems problems; /* when broken */
};

struct config_sources {
	struct config_source items[HOST_SOURCES];
	struct host_boot boot;  /* the rest of the kernel command line */
};

/* The file of a source ("/run/roost/input/oemdrv.ks"). */
const char *config_source_path(enum host_source source);
/*
 * Beside a source's file: why it could not be fetched. Written by the program that tried; the source
 * is then broken.
 */
char *config_error_path(const char *root, enum host_source source);

/* Reads all of them. Never fails: what is wrong with a source is in its problems. */
void config_sources_read(const char *root, struct config_sources *ret);
void config_sources_done(struct config_sources *sources);
/* Merges those that are used. */
void config_sources_merge(const struct config_sources *sources, struct host_merged *ret);

#define autosources __attribute__((cleanup(config_sources_done)))

#endif
