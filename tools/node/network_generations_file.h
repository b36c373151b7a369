// SPDX-License-Identifier: MIT
/*
 * The generations' file and its parts, for those who change them: the rules are
 * in network_generations.c, the plain network in place of a broken first one in network_fallback.c.
 */
#ifndef NODE_NETWORK_GENERATIONS_FILE_H
#define NODE_NETWORK_GENERATIONS_FILE_H

#include "node/network_generations.h"

/* generations_read for a change: nobody else's is made before generations_done (network_state_lock). */
void generations_lock(const char *root, struct generations *ret);
int generations_write(const char *root, const struct generations *generations,
		      struct problems *problems);
/* host.conf of one. */
char *generation_conf_path(const char *root, int number);
int generation_write_conf(const char *root, const struct generation *generation, const char *conf,
			  struct problems *problems);

/* The text; owned by the caller. NULL with a problem. */
char *generation_read_conf(const char *root, const struct generation *generation,
			   struct problems *problems);

/* Takes the item's texts over. The result is borrowed until the next call. */
struct generation *generations_append(struct generations *generations, struct generation item);
void generation_done(struct generation *generation);
/* NULL: there is none. Borrowed. */
struct generation *generations_find(const struct generations *generations, int number);
/* The newest confirmed one, without the one with the number `except`. */
struct generation *generations_confirmed(const struct generations *generations, int except);
/* A copy of `text` (may be NULL) in place of the field's. */
void generation_set_text(char **field, const char *text);

#endif
