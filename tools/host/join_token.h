// SPDX-License-Identifier: MIT
/* The join token as a file or a credential holds it. */
#ifndef HOST_JOIN_TOKEN_H
#define HOST_JOIN_TOKEN_H

#include "common/str.h"

#define JOIN_TOKEN_MAX 4096 /* bytes of the file */

/*
 * The token in `len` bytes of text: one word of printable ASCII, white space around it taken away.
 * NULL when it is something else (empty, several words, other characters). Owned by the caller, who
 * keeps it secret.
 */
char *join_token_read(const char *text, size_t len);

#endif
