// SPDX-License-Identifier: MIT
/* The host's key for ssh; see ssh_key.h. */
#include "node/private_key.h"
#include "node/ssh_key.h"

#define TYPE "ecdsa-sha2-nistp256"
#define CURVE "nistp256"
#define POINT_LEN 65 /* uncompressed: 4, X, Y */
/* three strings, each behind its length in four bytes */
#define BLOB_LEN (4 + sizeof(TYPE) - 1 + 4 + sizeof(CURVE) - 1 + 4 + POINT_LEN)

static unsigned char *put(unsigned char *to, const void *data, size_t len)
{
	const unsigned char head[4] = { 0, 0, 0, (unsigned char)len };

	memcpy(to, head, sizeof(head));
	memcpy(to + sizeof(head), data, len);
	return to + sizeof(head) + len;
}

static char *public_text(EVP_PKEY *key)
{
	unsigned char blob[BLOB_LEN], base64[(BLOB_LEN + 2) / 3 * 4 + 1], *to = blob, *point = NULL;
	size_t len = EVP_PKEY_get1_encoded_public_key(key, &point);

	if (len != POINT_LEN) {
		OPENSSL_free(point);
		return NULL;
	}
	to = put(to, TYPE, sizeof(TYPE) - 1);
	to = put(to, CURVE, sizeof(CURVE) - 1);
	to = put(to, point, len);
	OPENSSL_free(point);
	EVP_EncodeBlock(base64, blob, (int)(to - blob));
	return xasprintf(TYPE " %s", base64);
}

int ssh_key_new(char **ret_pem, char **ret_public, struct problems *problems)
{
	autopkey EVP_PKEY *key = private_key_new();
	autofree char *public = key ? public_text(key) : NULL;
	char *pem = public ? private_key_text(key) : NULL;

	if (!pem)
		return crypto_problem(problems, "cannot make the host's key for ssh");
	*ret_pem = pem;
	*ret_public = take_ptr(public);
	return 0;
}
