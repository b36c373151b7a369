// SPDX-License-Identifier: MIT
/*
 * The node's key pair, which is made at boot and never leaves memory, the signing request for it, and
 * what the agent must know of certificates (libcrypto).
 */
#ifndef NODE_AGENT_IDENTITY_H
#define NODE_AGENT_IDENTITY_H

#include "common/problems.h"

struct identity {
	char *key_pem;          /* ECDSA P-256, PKCS #8 */
	char *csr_pem;          /* CN is the host's id */
	char *certificate_pem;  /* NULL until the appliance has signed it */
};

int identity_new(const char *id, struct identity *ret, struct problems *problems);
/* Takes the certificate over when it is for our key and names `id`. */
int identity_set_certificate(struct identity *identity, const char *id, const char *pem,
			     struct problems *problems);
void identity_forget_certificate(struct identity *identity);
/* Overwrites the key before it frees it. */
void identity_done(struct identity *identity);

/*
 * The first certificate of a PEM text, written anew, and the SHA-256 of its DER in lower-case
 * hexadecimal. What else the text holds is left out: nobody compared it with a fingerprint.
 */
int certificate_read(const char *pem, size_t len, char **ret_pem, char **ret_fingerprint,
		     struct problems *problems);
/*
 * "valid from 2026-01-01 00:00 UTC to 2036-01-01 00:00 UTC"; NULL when it is no certificate. Owned
 * by the caller.
 */
char *certificate_dates(const char *pem);

#endif
