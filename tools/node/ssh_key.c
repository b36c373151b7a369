// SPDX-License-Identifier: MIT
/* The host's key for ssh; see ssh_key.h. */
#include "common/ssh_wire.h"
#include "node/private_key.h"
#include "node/ssh_key.h"

static char *public_text(EVP_PKEY *key)
{
	unsigned char *point = NULL;
	autofree char *blob = NULL;
	size_t len = EVP_PKEY_get1_encoded_public_key(key, &point);

	if (len == SSH_POINT_LEN)
		blob = ssh_key_blob(point, &len);
	OPENSSL_free(point);
	return blob ? ssh_line(SSH_P256, blob, len) : NULL;
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
