// SPDX-License-Identifier: MIT
/*
 * SHA-256 (libcrypto), as lower-case hexadecimal. Strings are owned by the caller.
 */
#ifndef COMMON_DIGEST_H
#define COMMON_DIGEST_H

#include "common/problems.h"

#define SHA256_HEX_LEN 64

struct digest;

struct digest *digest_new(void);
void digest_add(struct digest *digest, const void *data, size_t len);
/* Adds the length first, so that "ab","c" and "a","bc" differ. NULL differs from "". */
void digest_add_text(struct digest *digest, const char *text);
/* The digest of what was added up to now; more may follow. */
char *digest_so_far(const struct digest *digest);
/* Ends the digest and frees it. */
char *digest_end(struct digest *digest);
/* Frees it without a result; NULL is fine. */
void digest_free(struct digest *digest);

char *sha256_text(const void *data, size_t len);
/*
 * Reads one as openssl and sha256sum print it: 64 hexadecimal digits, colons between pairs allowed.
 * Gives lower case, or NULL when it is none.
 */
char *sha256_parse(const char *text);
int sha256_file(const char *path, char **ret, struct problems *problems);

#endif
