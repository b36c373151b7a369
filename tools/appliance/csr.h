// SPDX-License-Identifier: MIT
/*
 * What a node sends to be signed, and what it shows afterwards.
 */
#ifndef APPLIANCE_CSR_H
#define APPLIANCE_CSR_H

#include "common/problems.h"

#define CSR_PEM_MAX 8192

/* Whose certificate it is: the organization of its subject (ca.h). */
enum certificate_role { CERTIFICATE_HOST, CERTIFICATE_CLIENT, CERTIFICATE_GUESTS };
/* "roost-host", "roost-client", "roost-guests", NULL */
extern const char *const certificate_organizations[];

/* What a signing request holds once it has been checked. */
struct csr {
	void *request; /* gnutls_x509_crq_t */
	char *key_id;  /* SHA-256 of its public key */
};

/* Checks size, form, signature and kind of key (ECDSA P-256 or P-384). Its subject is ignored. */
int csr_read(const char *pem, struct csr *ret, struct problems *problems);
void csr_done(struct csr *csr);
/* A request for this key (a gnutls_x509_privkey_t), as PEM owned by the caller. */
int csr_make(void *key, const char *name, char **ret_pem, struct problems *problems);

/*
 * The host that a verified certificate (DER) names: its common name, and the SHA-256 of its public key. -1
 * when it is somebody else's, or cannot be read. The caller has verified the chain.
 */
int certificate_host(const void *der, size_t len, char **ret_id, char **ret_key_id);

#endif
