// SPDX-License-Identifier: MIT
/* Private keys; see private_key.h. */
#include <openssl/err.h>
#include <openssl/pem.h>

#include "node/private_key.h"

void cleanup_pkey(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

int crypto_problem(struct problems *problems, const char *what)
{
	char detail[256] = "unknown reason";
	unsigned long code = ERR_get_error();

	if (code)
		ERR_error_string_n(code, detail, sizeof(detail));
	ERR_clear_error();
	return problem(problems, "%s: %s", what, detail);
}

char *take_bio_text(BIO *bio)
{
	char *data;
	long len = BIO_get_mem_data(bio, &data);
	char *text = xstrndup(data, (size_t)len);

	OPENSSL_cleanse(data, (size_t)len);
	BIO_free(bio);
	return text;
}

EVP_PKEY *private_key_new(void)
{
	return EVP_EC_gen("P-256");
}

char *private_key_text(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());

	if (!bio || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1) {
		BIO_free(bio);
		return NULL;
	}
	return take_bio_text(bio);
}

EVP_PKEY *private_key_read(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;

	BIO_free(bio);
	return key;
}
