// SPDX-License-Identifier: MIT
/*
 * OpenSSH's keys and certificates as bytes: numbers and strings of RFC 4251 section 5, public keys of NIST P-256
 * (RFC 5656 section 3.1), and host certificates for such keys (OpenSSH's PROTOCOL.certkeys). Everything that is read
 * here may come from anybody: lengths, types and the whole form are checked, and nothing may stand behind it.
 */
#ifndef COMMON_SSH_WIRE_H
#define COMMON_SSH_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/str.h"

#define SSH_P256 "ecdsa-sha2-nistp256"
#define SSH_P256_CURVE "nistp256"
#define SSH_P256_CERTIFICATE "ecdsa-sha2-nistp256-cert-v01@openssh.com"
#define SSH_POINT_LEN 65        /* uncompressed: 4, X, Y */
#define SSH_KEY_TEXT_MAX 256    /* "TYPE BASE64" of such a key */
#define SSH_CERTIFICATE_TEXT_MAX 8192
#define SSH_HOST_CERTIFICATE 2  /* the certificate's type */

/* What of a certificate its host looks at. */
struct ssh_certificate {
	unsigned char point[SSH_POINT_LEN];
	uint64_t from, until;   /* seconds since 1970 */
};

void ssh_put_number(FILE *out, uint32_t number);
void ssh_put_long(FILE *out, uint64_t number);
void ssh_put_string(FILE *out, const void *data, size_t len);
void ssh_put_text(FILE *out, const char *text);
/* A positive number, most significant byte first. */
void ssh_put_mpint(FILE *out, const unsigned char *bytes, size_t len);

/* "TYPE BASE64"; owned by the caller. */
char *ssh_line(const char *type, const void *blob, size_t len);
/* The key's blob; owned by the caller. */
char *ssh_key_blob(const unsigned char point[SSH_POINT_LEN], size_t *ret_len);
/* "ecdsa-sha2-nistp256 BASE64", nothing before or behind it. Whether the point is on the curve is not checked. */
bool ssh_key_read(const char *text, unsigned char ret_point[SSH_POINT_LEN]);
/* A host certificate for such a key, in one line. Its signature is for others to check. */
bool ssh_certificate_read(const char *text, struct ssh_certificate *ret);

#endif
