// SPDX-License-Identifier: MIT
/*
 * The appliance's certificate authority: made at first start, ECDSA P-256, its key in a file of mode
 * 0600. It signs the server's certificate, and those of hosts and of clients. notBefore is a day back,
 * so that a node whose clock is a little behind can use its certificate at once. PEM texts are owned
 * by the caller.
 *
 * Whose certificate it is stands in its subject: "O=roost-host,CN=" and the host's id, "O=roost-client,CN="
 * and the client's name, or "O=roost-guests,CN=" and the id of the host whose guests it is of: their QEMU
 * shows it where they migrate, and on their screens, and it opens nothing else. A client's is good for the client's
 * end of a connection alone, the others for both.
 */
#ifndef APPLIANCE_CA_H
#define APPLIANCE_CA_H

#include <stdint.h>

#include "appliance/csr.h"

#define CA_FILE "ca.pem"
#define CA_KEY_FILE "ca.key"
#define SERVER_FILE "server.pem"
#define SERVER_KEY_FILE "server.key"

#define CA_DAYS_DEFAULT 30 /* of what it signs for others */

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

/* What is to be signed. */
struct ca_subject {
	enum certificate_role role;
	const char *name;       /* common name: 64 bytes at most (RFC 5280, ub-common-name) */
	char *const *names;     /* that a host serves under, in names.h's form; NULL: none */
	int64_t days;           /* that it is good for; 0: CA_DAYS_DEFAULT */
};

/* Nothing of the request but its public key is taken over. */
int ca_sign(struct ca *ca, const struct csr *csr, const struct ca_subject *subject, int64_t now,
	    char **ret_pem, struct problems *problems);

#endif
