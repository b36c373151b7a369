// SPDX-License-Identifier: MIT
/* Keys and certificates as files; see pem.h. */
#include <gnutls/crypto.h>

#include "appliance/pem.h"
#include "common/file.h"

int tls_problem(struct problems *problems, const char *what, int r)
{
	return problem(problems, "%s: %s", what, gnutls_strerror(r));
}

/* Copies what GnuTLS allocated and frees it. */
static char *take_datum(gnutls_datum_t *datum)
{
	char *text = xstrndup((const char *)datum->data, datum->size);

	gnutls_memset(datum->data, 0, datum->size);
	gnutls_free(datum->data);
	return text;
}

gnutls_datum_t datum_of(const char *text)
{
	return (gnutls_datum_t){ (unsigned char *)text, (unsigned)strlen(text) };
}

int certificate_to_pem(gnutls_x509_crt_t certificate, char **ret, struct problems *problems)
{
	gnutls_datum_t pem;
	int r = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem);

	if (r < 0)
		return tls_problem(problems, "cannot write a certificate", r);
	*ret = take_datum(&pem);
	return 0;
}

int certificate_from_pem(const char *pem, const char *path, gnutls_x509_crt_t *ret,
			 struct problems *problems)
{
	gnutls_datum_t datum = datum_of(pem);
	gnutls_x509_crt_t certificate;
	int r;

	gnutls_x509_crt_init(&certificate);
	r = gnutls_x509_crt_import(certificate, &datum, GNUTLS_X509_FMT_PEM);
	if (r < 0) {
		gnutls_x509_crt_deinit(certificate);
		return problem(problems, "%s: expected a certificate: %s", path, gnutls_strerror(r));
	}
	*ret = certificate;
	return 0;
}

int key_to_pem(gnutls_x509_privkey_t key, char **ret, struct problems *problems)
{
	gnutls_datum_t pem;
	int r = gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem);

	if (r < 0)
		return tls_problem(problems, "cannot write a key", r);
	*ret = take_datum(&pem);
	return 0;
}

static int key_from_pem(const char *pem, const char *path, gnutls_x509_privkey_t *ret,
			struct problems *problems)
{
	gnutls_datum_t datum = datum_of(pem);
	gnutls_x509_privkey_t key;
	int r;

	gnutls_x509_privkey_init(&key);
	r = gnutls_x509_privkey_import(key, &datum, GNUTLS_X509_FMT_PEM);
	if (r < 0) {
		gnutls_x509_privkey_deinit(key);
		return problem(problems, "%s: expected a private key: %s", path, gnutls_strerror(r));
	}
	*ret = key;
	return 0;
}

int key_open(const char *path, gnutls_x509_privkey_t *ret, struct problems *problems)
{
	autofree char *pem = NULL;
	gnutls_x509_privkey_t key;
	int r;

	if (file_read_optional(path, CERTIFICATE_PEM_MAX, &pem, NULL, problems) < 0)
		return -1;
	if (pem)
		return key_from_pem(pem, path, ret, problems);
	gnutls_x509_privkey_init(&key);
	r = gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
					 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	if (r < 0)
		tls_problem(problems, "cannot make a key", r);
	if (r < 0 || key_to_pem(key, &pem, problems) < 0 ||
	    file_write_text(path, 0600, pem, problems) < 0) {
		gnutls_x509_privkey_deinit(key);
		return -1;
	}
	*ret = key;
	return 0;
}
