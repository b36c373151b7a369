// SPDX-License-Identifier: MIT
/*
 * The names that the server's certificate is good for: DNS names and IP addresses, in one form each,
 * so that sets of them can be compared.
 */
#ifndef APPLIANCE_NAMES_H
#define APPLIANCE_NAMES_H

#include <gnutls/x509.h>

#include "common/problems.h"

/*
 * Adds the name in its canonical form (lower case; addresses as inet_ntop(3) writes them) unless it
 * is there. A name that is neither a DNS name nor an address is a problem.
 */
int names_add(char ***names, const char *name, struct problems *problems);
/* localhost, both loopback addresses, and the machine's own name. */
void names_add_own(char ***names);
/* The same set, whatever the order. */
bool names_equal(char *const *a, char *const *b);

/* The subject alternative names. Owned by the caller. */
char **names_of_certificate(gnutls_x509_crt_t certificate);
/* Sets them; a GnuTLS error code when negative. */
int names_to_certificate(char *const *names, gnutls_x509_crt_t certificate);

#endif
