// SPDX-License-Identifier: MIT
/*
 * Fetching the image's layers from mirrors into a folder; the program is roost-fetch.c.
 *
 *	fetch.c            the order: manifest, room, layers, and the manifest into the folder last
 *	fetch_try.c        one thing after the other from a mirror, until it is there or time is over
 *	fetch_layer.c      one layer over HTTP: what the answers must look like
 *	fetch_part.c       its file and its digest
 *	fetch_mirrors.c    which mirror is asked next
 *	fetch_room.c       whether all of it has room
 *	fetch_summary.c    what it was in the end
 *
 * Nothing that a server says is believed: sizes and digests are the manifest's, and the manifest's
 * own digest is given with the command.
 */
#ifndef NODE_FETCH_H
#define NODE_FETCH_H

#include "common/manifest.h"
#include "common/progress.h"
#include "node/fetch_mirrors.h"

struct fetch_options {
	const char *folder;     /* made when missing; only one fetch at a time works in it */
	char *manifest_sha256;  /* 64 lower-case hexadecimal digits */
	char *fingerprint;      /* the same, of the CA that https mirrors must have; NULL: none has https */
	long long timeout_s;    /* for all of it */
	long long stall_s;      /* a mirror that gives less than 1 KiB/s for so long has failed */
};

struct fetch {
	const struct fetch_options *options;
	struct mirrors mirrors;
	size_t current;             /* the mirror in use; MIRROR_NONE at the start */
	bool is_bound;              /* stay with it until it is given up: see fetch_layer.c */
	int64_t started_ms, deadline_ms;
	char *manifest_text;        /* once it is verified */
	size_t manifest_len;
	struct manifest manifest;
	char *ca_pem;               /* once its fingerprint was right */
	struct progress *progress;  /* the console */
	unsigned retries;
};

/*
 * Takes the mirrors over. On any end but EXIT_DONE there are problems; a layer under its name is
 * verified all the same, and what is unfinished is used by the next fetch into the same folder.
 */
void fetch_init(struct fetch *fetch, const struct fetch_options *options, struct mirrors *mirrors);
int fetch_run(struct fetch *fetch, struct problems *problems);
void fetch_done(struct fetch *fetch);

/* What it took, in a line for people. Owned by the caller, as is the other. */
char *fetch_summary_text(const struct fetch *fetch);
/* The same for programs, with fetch_run's result and problems. */
char *fetch_summary_json(const struct fetch *fetch, int code, const struct problems *problems);

#endif
