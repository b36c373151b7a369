// SPDX-License-Identifier: MIT
/*
 * The appliance's certificate authority: made at first start, ECDSA P-256, its key in a file of mode
 * 0600. It signs the server's certificate and, for 30 days, those of nodes. notBefore is a day back,
 * so that a node whose clock is a little behind can use its certificate at once. PEM texts are owned
 * by the caller.
 */
#ifndef APPLIANCE_CA_H
#define APPLIANCE_CA_H

#include <stdint.h>

#include "appliance/csr.h"

#define CA_FILE "ca.pem"
#define CA_KEY_FILE "ca.key"
#define SERVER_FILE "server.pem"
#define SERVER_KEY_FILE "server.key"

struct ca;

/* Reads the authority in the folder. Without one: makes it, or with `must_exist` it is a problem. */
int ca_open(const char *folder, bool must_exist, struct ca **ret, struct problems *problems);
void ca_close(struct ca *ca);

/* Borrowed from the ca: the certificate as PEM, and the SHA-256 of its DER as hexadecimal. */
const char *ca_pem(const struct ca *ca);
const char *ca_fingerprint(const struct ca *ca);

/*
 * The server's certificate for these names (DNS names and IP addresses), from the folder when it has
 * one with exactly these names that is good for another month, otherwise a new one that is saved.
 */
int ca_server(struct ca *ca, const char *folder, char *const *names, int64_t now,
	      char **ret_cert_pem, char **ret_key_pem, struct problems *problems);

/* A client certificate whose common name is `id`. */
int ca_sign(struct ca *ca, const struct csr *csr, const char *id, int64_t now, char **ret_pem,
	    struct problems *problems);

#endif
