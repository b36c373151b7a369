// SPDX-License-Identifier: MIT
/*
 * Certificates in PEM (libcrypto), and the appliance's CA: a node asks a server that it does not know
 * yet for it, and believes it only when its fingerprint is the one that the configuration names.
 */
#ifndef NODE_CERTIFICATE_H
#define NODE_CERTIFICATE_H

#include <openssl/x509.h>

#include "common/http.h"

/* The first certificate of the text, for X509_free; NULL when there is none. */
X509 *certificate_parse(const char *pem, size_t len);
void cleanup_x509(X509 **certificate);
#define autox509 __attribute__((cleanup(cleanup_x509)))

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

/* The same as seconds since 1970. -1 when it is no certificate. */
int certificate_range(const char *pem, int64_t *ret_from, int64_t *ret_until);

/* Whether less than a third of its time is left at `now` (seconds since 1970); also when it is none. */
bool certificate_is_old(const char *pem, int64_t now);

/*
 * Why a certificate was outside its dates: the clock of this node and the dates of the CA (NULL: not
 * known), then `detail`. Owned by the caller.
 */
char *certificate_clock_text(const char *ca_pem, const char *detail);

#define CA_PATH "/v1/ca.pem"

enum ca_check {
	CA_RIGHT,
	CA_UNREADABLE,
	CA_WRONG,       /* another fingerprint */
};

/* The request for a CA, at a URL that ends with CA_PATH: nothing is told to that server. */
struct http_request ca_request(const char *url);
/* Sets *ret_pem, the caller's, when the answer of `server` has that fingerprint; a problem otherwise. */
enum ca_check ca_check(const struct http_response *response, const char *server,
		       const char *fingerprint, char **ret_pem, struct problems *problems);

#endif
