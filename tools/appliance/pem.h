// SPDX-License-Identifier: MIT
/*
 * GnuTLS's keys and certificates as PEM texts and files. Texts are owned by the caller.
 */
#ifndef APPLIANCE_PEM_H
#define APPLIANCE_PEM_H

#include <gnutls/x509.h>

#include "common/problems.h"

#define CERTIFICATE_PEM_MAX 65536

/* "WHAT: GnuTLS's words for r". Always -1. */
int tls_problem(struct problems *problems, const char *what, int r);
/* A view of a text, for GnuTLS's arguments. */
gnutls_datum_t datum_of(const char *text);

int certificate_to_pem(gnutls_x509_crt_t certificate, char **ret, struct problems *problems);
/* `path` is for messages. */
int certificate_from_pem(const char *pem, const char *path, gnutls_x509_crt_t *ret,
			 struct problems *problems);
int key_to_pem(gnutls_x509_privkey_t key, char **ret, struct problems *problems);
/* The key in the file; a new one (ECDSA P-256), saved there with mode 0600, when there is none. */
int key_open(const char *path, gnutls_x509_privkey_t *ret, struct problems *problems);

#endif
