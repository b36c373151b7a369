// SPDX-License-Identifier: MIT
/* The last question before a disk is overwritten. */
#ifndef MEDIA_CONFIRM_H
#define MEDIA_CONFIRM_H

#include "media/target.h"

struct consent {
	bool is_given;          /* --yes */
	const char *name;       /* --yes=NAME: needed for a disk that is built in; NULL: without a name */
};

/*
 * Whether the target may be overwritten: a person at the terminal types its name, or --yes said so.
 * A file that is new or empty needs no consent. 0, or -1 with what is missing.
 */
int confirm(const struct target *target, const struct consent *consent, struct problems *problems);

#endif
