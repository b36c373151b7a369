// SPDX-License-Identifier: MIT
/*
 * Reading a SHA-256; see digest.h. Apart from making one (digest.c), so that roost-root, which only
 * hands digests on, does not bring libcrypto into every initramfs.
 */
#include <ctype.h>

#include "common/digest.h"

char *sha256_parse(const char *text)
{
	char hex[SHA256_HEX_LEN + 1];
	size_t n = 0;

	for (const char *p = text; *p; p++) {
		if (*p == ':' && n > 0 && n % 2 == 0 && p[1] != '\0')
			continue;
		if (!isxdigit((unsigned char)*p) || n == SHA256_HEX_LEN)
			return NULL;
		hex[n++] = (char)tolower((unsigned char)*p);
	}
	hex[n] = '\0';
	return n == SHA256_HEX_LEN ? xstrdup(hex) : NULL;
}
