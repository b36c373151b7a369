// SPDX-License-Identifier: MIT
/*
 * Keytabs (MIT Kerberos, file format version 2), read to say whose keys are in one; the keys themselves stay in
 * the file. https://web.mit.edu/kerberos/krb5-latest/doc/formats/keytab_file_format.html
 */
#ifndef COMMON_KEYTAB_H
#define COMMON_KEYTAB_H

#include "common/problems.h"

#define KEYTAB_MAX 65536 /* bytes; one with ten keys has about 800 */
#define KEYTAB_KEYS_MAX 256

struct keytab_key {
	char *principal;    /* "libvirt/node1.example.net@EXAMPLE.NET"; printable ASCII */
	unsigned version;   /* kvno */
	unsigned encryption; /* RFC 3961, section 8 */
};

struct keytab {
	struct keytab_key *keys;
	size_t count;
};

/* At least one key. 0, or -1 with a problem that begins with `source`; *ret is untouched then. */
int keytab_read(const void *data, size_t len, struct keytab *ret, const char *source, struct problems *problems);
int keytab_read_file(const char *path, struct keytab *ret, struct problems *problems);
void keytab_done(struct keytab *keytab);
#define autokeytab __attribute__((cleanup(keytab_done)))

/* The principals, each once, in their order. Owned by the caller. */
char **keytab_principals(const struct keytab *keytab);
/* Whether there is a key for SERVICE/anything; of this realm, unless that is NULL. */
bool keytab_serves(const struct keytab *keytab, const char *service, const char *realm);
/* "aes256-cts-hmac-sha1-96"; "encryption type 99" for one that is not known. Owned by the caller. */
char *keytab_encryption_name(unsigned encryption);

#endif
