// SPDX-License-Identifier: MIT
/*
 * The node's key pair, which is made at boot and never leaves memory, the signing request for it, and
 * the certificate that the appliance gives for that (libcrypto).
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

#endif
