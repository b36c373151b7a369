// SPDX-License-Identifier: MIT
/* Private keys of the host's own, through libcrypto: NIST P-256, as PEM (PKCS #8), which OpenSSL and OpenSSH read. */
#ifndef NODE_PRIVATE_KEY_H
#define NODE_PRIVATE_KEY_H

#include <openssl/bio.h>
#include <openssl/evp.h>

#include "common/problems.h"

void cleanup_pkey(EVP_PKEY **key);
#define autopkey __attribute__((cleanup(cleanup_pkey)))

/* A new one; NULL and what libcrypto says. The caller frees it. */
EVP_PKEY *private_key_new(void);
/* Owned by the caller, who overwrites it; NULL when it cannot be written. */
char *private_key_text(EVP_PKEY *key);
EVP_PKEY *private_key_read(const char *pem);

/* The text in a memory BIO, which is overwritten and freed: it may hold a key. */
char *take_bio_text(BIO *bio);
/* -1, with what libcrypto says went wrong. */
int crypto_problem(struct problems *problems, const char *what);

#endif
