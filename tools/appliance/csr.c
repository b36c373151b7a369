// SPDX-License-Identifier: MIT
/* Signing requests, and who a certificate names; see csr.h. */
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "appliance/csr.h"
#include "appliance/pem.h"

static int check_key_kind(gnutls_x509_crq_t request, struct problems *problems)
{
	gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;
	gnutls_datum_t x, y;
	gnutls_pubkey_t key;

	gnutls_pubkey_init(&key);
	if (gnutls_pubkey_import_x509_crq(key, request, 0) >= 0 &&
	    gnutls_pubkey_export_ecc_raw(key, &curve, &x, &y) >= 0) {
		gnutls_free(x.data);
		gnutls_free(y.data);
	}
	gnutls_pubkey_deinit(key);
	if (curve != GNUTLS_ECC_CURVE_SECP256R1 && curve != GNUTLS_ECC_CURVE_SECP384R1)
		return problem(problems, "expected an ECDSA key on P-256 or P-384");
	return 0;
}

/* The SHA-256 of the public key, as GnuTLS counts it for requests and certificates alike. */
static int request_key_id(gnutls_x509_crq_t request, char **ret)
{
	unsigned char id[64];
	size_t len = sizeof(id);

	if (gnutls_x509_crq_get_key_id(request, GNUTLS_KEYID_USE_SHA256, id, &len) < 0)
		return -1;
	*ret = str_hex(id, len);
	return 0;
}

int csr_read(const char *pem, struct csr *ret, struct problems *problems)
{
	struct csr csr = { 0 };
	gnutls_datum_t datum = datum_of(pem);
	gnutls_x509_crq_t request;
	int r;

	if (datum.size > CSR_PEM_MAX)
		return problem(problems, "a request of %u bytes, expected at most %d", datum.size,
			       CSR_PEM_MAX);
	gnutls_x509_crq_init(&request);
	csr.request = request;
	if ((r = gnutls_x509_crq_import(request, &datum, GNUTLS_X509_FMT_PEM)) < 0)
		r = problem(problems, "expected a signing request in PEM: %s", gnutls_strerror(r));
	else if ((r = gnutls_x509_crq_verify(request, 0)) < 0)
		r = problem(problems, "its signature is not by its own key: %s", gnutls_strerror(r));
	else if ((r = check_key_kind(request, problems)) == 0 &&
		 request_key_id(request, &csr.key_id) < 0)
		r = problem(problems, "its key cannot be read");
	if (r < 0)
		csr_done(&csr);
	else
		*ret = csr;
	return r < 0 ? -1 : 0;
}

void csr_done(struct csr *csr)
{
	if (csr->request)
		gnutls_x509_crq_deinit(csr->request);
	free(csr->key_id);
	*csr = (struct csr){ 0 };
}

int certificate_owner(const void *der, size_t len, char **ret_id, char **ret_key_id)
{
	gnutls_datum_t datum = { (unsigned char *)der, (unsigned)len };
	gnutls_x509_crt_t certificate;
	unsigned char key_id[64];
	size_t key_len = sizeof(key_id);
	char name[65]; /* ub-common-name, RFC 5280 */
	size_t name_len = sizeof(name);
	int r;

	gnutls_x509_crt_init(&certificate);
	if ((r = gnutls_x509_crt_import(certificate, &datum, GNUTLS_X509_FMT_DER)) >= 0 &&
	    (r = gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name,
					       &name_len)) >= 0)
		r = gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, key_id,
					       &key_len);
	gnutls_x509_crt_deinit(certificate);
	if (r < 0)
		return -1;
	*ret_id = xstrndup(name, name_len);
	*ret_key_id = str_hex(key_id, key_len);
	return 0;
}
