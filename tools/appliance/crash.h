// SPDX-License-Identifier: MIT
/* A host's last crash, as its facts tell it ("crash" of tools/node/facts_crash.c): the host itself forgets it. */
#ifndef APPLIANCE_CRASH_H
#define APPLIANCE_CRASH_H

#include <stdint.h>

#include "common/json.h"

/*
 * Takes new facts into *stored (JSON in one line, owned; NULL: none yet): `facts`, whose "crash" has "told_at"
 * (`now` when it is news), or without one, that of *stored.
 */
void crash_keep(const json_t *facts, char **stored, int64_t now);

#endif
