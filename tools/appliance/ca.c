// SPDX-License-Identifier: MIT
/* Keys, certificates and requests through GnuTLS; see ca.h. */
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <time.h>

#include "appliance/ca.h"
#include "appliance/names.h"
#include "common/digest.h"
#include "common/file.h"

#define DAY_S ((int64_t)86400)
#define CA_DAYS 7300
#define SERVER_DAYS 397
#define SERVER_RENEW_DAYS 30
#define NODE_DAYS 30
#define SERIAL_BYTES 16

struct ca {
	gnutls_x509_crt_t certificate;
	gnutls_x509_privkey_t key;
	char *pem;
	char *fingerprint;
};

static int tls_problem(struct problems *problems, const char *what, int r)
{
	return problem(problems, "%s: %s", what, gnutls_strerror(r));
}

/* ---- PEM ---------------------------------------------------------------------------------------- */

/* Copies what GnuTLS allocated and frees it. */
static char *take_datum(gnutls_datum_t *datum)
{
	char *text = xstrndup((const char *)datum->data, datum->size);

	gnutls_memset(datum->data, 0, datum->size);
	gnutls_free(datum->data);
	return text;
}

static gnutls_datum_t datum_of(const char *text)
{
	return (gnutls_datum_t){ (unsigned char *)text, (unsigned)strlen(text) };
}

static int certificate_to_pem(gnutls_x509_crt_t certificate, char **ret, struct problems *problems)
{
	gnutls_datum_t pem;
	int r = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem);

	if (r < 0)
		return tls_problem(problems, "cannot write a certificate", r);
	*ret = take_datum(&pem);
	return 0;
}

static int certificate_from_pem(const char *pem, const char *path, gnutls_x509_crt_t *ret,
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

static int key_to_pem(gnutls_x509_privkey_t key, char **ret, struct problems *problems)
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

/* The key in the file; a new one, saved there, when there is none. */
static int key_open(const char *path, gnutls_x509_privkey_t *ret, struct problems *problems)
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

/* ---- Certificates ------------------------------------------------------------------------------- */

/* What all of ours have in common: version, a random serial number, and the time they are good for. */
static int certificate_begin(int64_t now, int64_t days, gnutls_x509_crt_t *ret)
{
	unsigned char serial[SERIAL_BYTES];
	gnutls_x509_crt_t certificate;
	int r = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof(serial));

	if (r < 0)
		return r;
	serial[0] &= 0x7f; /* positive, RFC 5280 4.1.2.2 */
	serial[0] |= 0x40;
	gnutls_x509_crt_init(&certificate);
	if ((r = gnutls_x509_crt_set_version(certificate, 3)) < 0 ||
	    (r = gnutls_x509_crt_set_serial(certificate, serial, sizeof(serial))) < 0 ||
	    (r = gnutls_x509_crt_set_activation_time(certificate, now - DAY_S)) < 0 ||
	    (r = gnutls_x509_crt_set_expiration_time(certificate, now + days * DAY_S)) < 0) {
		gnutls_x509_crt_deinit(certificate);
		return r;
	}
	*ret = certificate;
	return 0;
}

static int set_common_name(gnutls_x509_crt_t certificate, const char *name)
{
	return gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name,
					     (unsigned)strlen(name));
}

/* An end certificate: no authority, for digital signatures, and for one purpose. */
static int set_purpose(gnutls_x509_crt_t certificate, const char *purpose)
{
	int r;

	if ((r = gnutls_x509_crt_set_basic_constraints(certificate, 0, -1)) < 0 ||
	    (r = gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_DIGITAL_SIGNATURE)) < 0)
		return r;
	return gnutls_x509_crt_set_key_purpose_oid(certificate, purpose, 0);
}

/* The link to the issuer, and its signature. */
static int certificate_sign(struct ca *ca, gnutls_x509_crt_t certificate)
{
	unsigned char id[64];
	size_t len = sizeof(id);
	int r = gnutls_x509_crt_get_subject_key_id(ca->certificate, id, &len, NULL);

	if (r < 0 || (r = gnutls_x509_crt_set_authority_key_id(certificate, id, len)) < 0)
		return r;
	return gnutls_x509_crt_sign2(certificate, ca->certificate, ca->key, GNUTLS_DIG_SHA256, 0);
}

static int set_key(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key)
{
	unsigned char id[64];
	size_t len = sizeof(id);
	int r = gnutls_x509_crt_set_key(certificate, key);

	if (r < 0 || (r = gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, id,
						     &len)) < 0)
		return r;
	return gnutls_x509_crt_set_subject_key_id(certificate, id, len);
}

/* ---- The authority ------------------------------------------------------------------------------ */

/* Makes the certificate and saves it; read_authority then reads it like any other. */
static int make_authority(struct ca *ca, const char *path, struct problems *problems)
{
	gnutls_x509_crt_t certificate;
	int r = certificate_begin(time(NULL), CA_DAYS, &certificate);

	if (r < 0)
		return tls_problem(problems, "cannot make the certificate authority", r);
	if ((r = set_common_name(certificate, "Roost appliance CA")) >= 0 &&
	    (r = set_key(certificate, ca->key)) >= 0 &&
	    (r = gnutls_x509_crt_set_basic_constraints(certificate, 1, 0)) >= 0 &&
	    (r = gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_KEY_CERT_SIGN |
					       GNUTLS_KEY_CRL_SIGN)) >= 0 &&
	    (r = gnutls_x509_crt_sign2(certificate, certificate, ca->key, GNUTLS_DIG_SHA256,
				       0)) >= 0)
		r = certificate_to_pem(certificate, &ca->pem, problems);
	else
		r = tls_problem(problems, "cannot make the certificate authority", r);
	gnutls_x509_crt_deinit(certificate);
	return r < 0 ? -1 : file_write_text(path, 0644, ca->pem, problems);
}

static int read_authority(struct ca *ca, const char *path, struct problems *problems)
{
	unsigned char of_key[64], of_certificate[64];
	size_t key_len = sizeof(of_key), certificate_len = sizeof(of_certificate);

	if (certificate_from_pem(ca->pem, path, &ca->certificate, problems) < 0)
		return -1;
	if (gnutls_x509_privkey_get_key_id(ca->key, GNUTLS_KEYID_USE_SHA256, of_key, &key_len) < 0 ||
	    gnutls_x509_crt_get_key_id(ca->certificate, GNUTLS_KEYID_USE_SHA256, of_certificate,
				       &certificate_len) < 0 ||
	    key_len != certificate_len || memcmp(of_key, of_certificate, key_len) != 0)
		return problem(problems, "%s: is not the certificate of the key beside it (%s)", path,
			       CA_KEY_FILE);
	return 0;
}

static int set_fingerprint(struct ca *ca, struct problems *problems)
{
	unsigned char hash[32];
	size_t len = sizeof(hash);
	int r = gnutls_x509_crt_get_fingerprint(ca->certificate, GNUTLS_DIG_SHA256, hash, &len);

	if (r < 0)
		return tls_problem(problems, "cannot hash the CA certificate", r);
	ca->fingerprint = str_hex(hash, len);
	return 0;
}

static int open_authority(struct ca *ca, const char *folder, bool must_exist,
			  struct problems *problems)
{
	autofree char *path = path_join(folder, CA_FILE);
	autofree char *key_path = path_join(folder, CA_KEY_FILE);

	if (file_read_optional(path, CERTIFICATE_PEM_MAX, &ca->pem, NULL, problems) < 0)
		return -1;
	if (!ca->pem && must_exist)
		return problem(problems, "%s: there is no certificate authority yet: start "
			       "roost-appliance once", path);
	/* A new key for an old certificate would lock out every node: a person has to decide that. */
	if (ca->pem && !path_exists(key_path))
		return problem(problems, "%s is missing: restore it from a backup, or remove %s to "
			       "begin with a new authority", key_path, path);
	if (key_open(key_path, &ca->key, problems) < 0)
		return -1;
	if ((!ca->pem && make_authority(ca, path, problems) < 0) ||
	    read_authority(ca, path, problems) < 0)
		return -1;
	return set_fingerprint(ca, problems);
}

int ca_open(const char *folder, bool must_exist, struct ca **ret, struct problems *problems)
{
	struct ca *ca = xcalloc(1, sizeof(*ca));

	if (open_authority(ca, folder, must_exist, problems) < 0) {
		ca_close(ca);
		return -1;
	}
	*ret = ca;
	return 0;
}

void ca_close(struct ca *ca)
{
	if (!ca)
		return;
	if (ca->certificate)
		gnutls_x509_crt_deinit(ca->certificate);
	if (ca->key)
		gnutls_x509_privkey_deinit(ca->key);
	free(ca->pem);
	free(ca->fingerprint);
	free(ca);
}

const char *ca_pem(const struct ca *ca)
{
	return ca->pem;
}

const char *ca_fingerprint(const struct ca *ca)
{
	return ca->fingerprint;
}

/* ---- The server's certificate ------------------------------------------------------------------- */

static bool is_signed_by(gnutls_x509_crt_t certificate, gnutls_x509_crt_t issuer)
{
	unsigned status = 0;

	return gnutls_x509_crt_verify(certificate, &issuer, 1,
				      GNUTLS_VERIFY_DISABLE_TIME_CHECKS, &status) >= 0 && status == 0;
}

static bool is_server_usable(struct ca *ca, const char *pem, char *const *names, int64_t now)
{
	gnutls_x509_crt_t certificate;
	autostrv char **old = NULL;
	bool is_usable;

	if (certificate_from_pem(pem, SERVER_FILE, &certificate, NULL) < 0)
		return false;
	old = names_of_certificate(certificate);
	is_usable = names_equal(old, names) && is_signed_by(certificate, ca->certificate) &&
		    gnutls_x509_crt_get_activation_time(certificate) <= now &&
		    gnutls_x509_crt_get_expiration_time(certificate) >
			    now + SERVER_RENEW_DAYS * DAY_S;
	gnutls_x509_crt_deinit(certificate);
	return is_usable;
}

static int make_server(struct ca *ca, gnutls_x509_privkey_t key, char *const *names, int64_t now,
		       char **ret_pem, struct problems *problems)
{
	gnutls_x509_crt_t certificate;
	int r = certificate_begin(now, SERVER_DAYS, &certificate);

	if (r < 0)
		return tls_problem(problems, "cannot make the server's certificate", r);
	if ((r = set_common_name(certificate, "Roost appliance")) >= 0 &&
	    (r = set_key(certificate, key)) >= 0 &&
	    (r = set_purpose(certificate, GNUTLS_KP_TLS_WWW_SERVER)) >= 0 &&
	    (r = names_to_certificate(names, certificate)) >= 0 &&
	    (r = certificate_sign(ca, certificate)) >= 0)
		r = certificate_to_pem(certificate, ret_pem, problems);
	else
		r = tls_problem(problems, "cannot make the server's certificate", r);
	gnutls_x509_crt_deinit(certificate);
	return r;
}

static int new_server(struct ca *ca, const char *folder, char *const *names, int64_t now,
		      char **ret_cert_pem, char **ret_key_pem, struct problems *problems)
{
	autofree char *path = path_join(folder, SERVER_FILE);
	autofree char *key_path = path_join(folder, SERVER_KEY_FILE);
	autofree char *pem = NULL;
	gnutls_x509_privkey_t key;
	int r;

	if (key_open(key_path, &key, problems) < 0)
		return -1;
	r = make_server(ca, key, names, now, &pem, problems);
	if (r == 0)
		r = key_to_pem(key, ret_key_pem, problems);
	gnutls_x509_privkey_deinit(key);
	if (r < 0 || file_write_text(path, 0644, pem, problems) < 0)
		return -1;
	*ret_cert_pem = take_ptr(pem);
	return 0;
}

int ca_server(struct ca *ca, const char *folder, char *const *names, int64_t now,
	      char **ret_cert_pem, char **ret_key_pem, struct problems *problems)
{
	autofree char *path = path_join(folder, SERVER_FILE);
	autofree char *key_path = path_join(folder, SERVER_KEY_FILE);
	autofree char *pem = NULL;
	autofree char *key = NULL;

	if (file_read_optional(path, CERTIFICATE_PEM_MAX, &pem, NULL, problems) < 0 ||
	    file_read_optional(key_path, CERTIFICATE_PEM_MAX, &key, NULL, problems) < 0)
		return -1;
	if (!pem || !key || !is_server_usable(ca, pem, names, now))
		return new_server(ca, folder, names, now, ret_cert_pem, ret_key_pem, problems);
	*ret_cert_pem = take_ptr(pem);
	*ret_key_pem = take_ptr(key);
	return 0;
}

/* ---- Nodes -------------------------------------------------------------------------------------- */

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

/* The public key only: nothing else that the request asks for is taken over. */
static int take_request_key(gnutls_x509_crt_t certificate, gnutls_x509_crq_t request)
{
	gnutls_pubkey_t key;
	int r = gnutls_pubkey_init(&key);

	if (r < 0)
		return r;
	if ((r = gnutls_pubkey_import_x509_crq(key, request, 0)) >= 0)
		r = gnutls_x509_crt_set_pubkey(certificate, key);
	gnutls_pubkey_deinit(key);
	return r;
}

int ca_sign(struct ca *ca, const struct csr *csr, const char *id, int64_t now, char **ret_pem,
	    struct problems *problems)
{
	gnutls_x509_crt_t certificate;
	int r = certificate_begin(now, NODE_DAYS, &certificate);

	if (r < 0)
		return tls_problem(problems, "cannot sign", r);
	if ((r = set_common_name(certificate, id)) >= 0 &&
	    (r = take_request_key(certificate, csr->request)) >= 0 &&
	    (r = set_purpose(certificate, GNUTLS_KP_TLS_WWW_CLIENT)) >= 0 &&
	    (r = certificate_sign(ca, certificate)) >= 0)
		r = certificate_to_pem(certificate, ret_pem, problems);
	else
		r = tls_problem(problems, "cannot sign", r);
	gnutls_x509_crt_deinit(certificate);
	return r;
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
