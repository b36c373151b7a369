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

static int fill_request(gnutls_x509_crq_t request, gnutls_x509_privkey_t key, const char *name)
{
	int r = gnutls_x509_crq_set_version(request, 1);

	if (r < 0 || (r = gnutls_x509_crq_set_dn_by_oid(request, GNUTLS_OID_X520_COMMON_NAME, 0, name,
							(unsigned)strlen(name))) < 0 ||
	    (r = gnutls_x509_crq_set_key(request, key)) < 0)
		return r;
	return gnutls_x509_crq_sign2(request, key, GNUTLS_DIG_SHA256, 0);
}

int csr_make(void *key, const char *name, char **ret_pem, struct problems *problems)
{
	gnutls_x509_crq_t request;
	gnutls_datum_t pem;
	int r;

	gnutls_x509_crq_init(&request);
	r = fill_request(request, key, name);
	if (r >= 0)
		r = gnutls_x509_crq_export2(request, GNUTLS_X509_FMT_PEM, &pem);
	gnutls_x509_crq_deinit(request);
	if (r < 0)
		return tls_problem(problems, "cannot make a signing request", r);
	*ret_pem = xstrndup((char *)pem.data, pem.size);
	gnutls_free(pem.data);
	return 0;
}

/* ---- Whose certificate it is -------------------------------------------------------------------- */

const char *const certificate_organizations[] = { "roost-host", "roost-client", "roost-guests", NULL };

/* The first value of this kind in the subject, owned by the caller; NULL: none. */
static char *subject_text(gnutls_x509_crt_t certificate, const char *oid)
{
	char text[65]; /* ub-common-name and ub-organization-name, RFC 5280 */
	size_t len = sizeof(text);

	if (gnutls_x509_crt_get_dn_by_oid(certificate, oid, 0, 0, text, &len) < 0)
		return NULL;
	return xstrndup(text, len);
}

static int read_host(gnutls_x509_crt_t certificate, char **ret_id, char **ret_key_id)
{
	autofree char *organization = subject_text(certificate, GNUTLS_OID_X520_ORGANIZATION_NAME);
	autofree char *id = subject_text(certificate, GNUTLS_OID_X520_COMMON_NAME);
	unsigned char key_id[64];
	size_t len = sizeof(key_id);

	if (!id || !streq_null(organization, certificate_organizations[CERTIFICATE_HOST]) ||
	    gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, key_id, &len) < 0)
		return -1;
	*ret_id = take_ptr(id);
	*ret_key_id = str_hex(key_id, len);
	return 0;
}

int certificate_host(const void *der, size_t len, char **ret_id, char **ret_key_id)
{
	gnutls_datum_t datum = { (unsigned char *)der, (unsigned)len };
	gnutls_x509_crt_t certificate;
	int r;

	gnutls_x509_crt_init(&certificate);
	r = gnutls_x509_crt_import(certificate, &datum, GNUTLS_X509_FMT_DER);
	if (r >= 0)
		r = read_host(certificate, ret_id, ret_key_id);
	gnutls_x509_crt_deinit(certificate);
	return r < 0 ? -1 : 0;
}
