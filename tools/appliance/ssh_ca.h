// SPDX-License-Identifier: MIT
/*
 * The authority for hosts' ssh keys: a key of its own, ECDSA P-256, in ssh-ca.key of the state folder, mode 0600,
 * made when there is none. It signs host certificates as OpenSSH has them (PROTOCOL.certkeys), and nothing else: nobody
 * logs in with one. Clients trust it by a line @cert-authority in known_hosts. Texts are owned by the caller.
 */
#ifndef APPLIANCE_SSH_CA_H
#define APPLIANCE_SSH_CA_H

#include <stdint.h>

#include "common/problems.h"

#define SSH_CA_KEY_FILE "ssh-ca.key"
#define SSH_CA_DAYS 30

struct ssh_ca;

/* NULL with a problem. */
struct ssh_ca *ssh_ca_open(const char *folder, struct problems *problems);
void ssh_ca_close(struct ssh_ca *ca);
/* "ecdsa-sha2-nistp256 BASE64", borrowed. */
const char *ssh_ca_key(const struct ssh_ca *ca);

struct ssh_subject {
	const char *key;        /* the host's own, "ecdsa-sha2-nistp256 BASE64", as it came */
	const char *id;         /* of the host: sshd's and ssh's logs name it */
	char *const *names;     /* that it may be called by; none is a problem, as ssh would take that for all */
};

/* Good from a day back, as the host's clock may be behind, for SSH_CA_DAYS. 0, or -1 with a problem. */
int ssh_ca_sign(struct ssh_ca *ca, const struct ssh_subject *subject, int64_t now, char **ret, struct problems *problems);

#endif
