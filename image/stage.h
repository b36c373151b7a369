// SPDX-License-Identifier: MIT
/*
 * A stage of the build: a step with declared inputs and one output folder, OUT/cache/NAME. It runs
 * again only when the hash of its inputs changed.
 */
#ifndef IMAGE_STAGE_H
#define IMAGE_STAGE_H

#include <time.h>

#include "image/inputs.h"
#include "image/language.h"
#include "image/mirror.h"
#include "common/progress.h"

#define IMAGE_SUITE "trixie"

/* One build: what the kickstart says, and where things are. */
struct build {
	const char *kickstart;      /* path, as given */
	char *source;               /* the project's folder, absolute */
	char *out;                  /* absolute */
	char *cache;                /* out/cache */
	struct ks_document *document;
	struct image_config config;
	char **wanted;              /* packages */
	char **unwanted;
	struct mirror mirror;
	time_t source_date;         /* of everything that is built, for reproducible results */
	const char *compression;    /* mksquashfs's words; see layer.h */
	struct lock {
		char *path;             /* of the manifest that packages are taken from; NULL: no such */
		char *digest;           /* of the lines below */
		char **lines;           /* LOCK_LINE (lock.h), sorted; NULL: no such */
	} lock;
	struct progress *progress;
	FILE *log;                  /* of the stage that this process runs: OUT/cache/log/STAGE */
};

struct stage {
	const char *name;           /* also its folder's */
	const char *help;           /* "what it makes" */
	const char *version;        /* changed when the code makes something else of the same inputs */
	const char *const *needs;   /* stages whose inputs are its inputs too; NULL-terminated */
	const char *const *after;   /* stages of whose outputs inputs() takes a part; NULL-terminated, or NULL */
	bool is_live;               /* reads what changes by itself: runs again when a stage that needs it is to run */
	unsigned needs_mib;         /* free space below OUT that it needs at most */
	/* Adds what it reads beside its needs' outputs. May be NULL. */
	int (*inputs)(const struct build *build, struct inputs *inputs, struct problems *problems);
	/* Fills `folder`, which is new and empty and becomes the output only after success. */
	int (*run)(struct build *build, const char *folder, struct problems *problems);
};

/* Each stands behind those that it needs or comes after. */
extern const struct stage *const stages[];

/* OUT/cache/STAGE/FILE; owned by the caller. */
char *stage_path(const struct build *build, const char *stage, const char *file);
/* The hash that its current output was made from, or NULL. Owned by the caller. */
char *stage_stored_hash(const struct build *build, const char *stage);

struct stage_status {
	char *hash;                 /* of its inputs now; NULL while an input is not built yet */
	bool is_cached;
};

/* One a stage, in the order of stages[]; *ret is an array that stages_status_free frees. */
int stages_status(const struct build *build, struct stage_status **ret, struct problems *problems);
void stages_status_free(struct stage_status *status);
/*
 * Runs what is stale, as many stages at once as there are processors. Call it inside the build's namespaces
 * (namespace.h), whose end ends what still runs after a failure.
 */
int stages_run(struct build *build, struct problems *problems);
/* Removes what an ended build left unfinished. */
int stages_sweep(const struct build *build, struct problems *problems);

#endif
