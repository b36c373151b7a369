// SPDX-License-Identifier: MIT
/* The host's key for ssh, and its public half in OpenSSH's form (RFC 4253 section 6.6, RFC 5656 section 3.1). */
#ifndef NODE_SSH_KEY_H
#define NODE_SSH_KEY_H

#include "common/problems.h"

/* A new key of NIST P-256: *ret_pem, whose owner overwrites it, and *ret_public, "ecdsa-sha2-nistp256 BASE64". */
int ssh_key_new(char **ret_pem, char **ret_public, struct problems *problems);

#endif
