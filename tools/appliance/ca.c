// SPDX-License-Identifier: MIT
/* The authority, and what it signs; see ca.h. */
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <time.h>

#include "appliance/ca.h"
#include "appliance/names.h"
#include "appliance/pem.h"
#include "common/file.h"

#define DAY_S ((int64_t)86400)
#define CA_DAYS 7300
#define SERVER_DAYS 397
#define SERVER_RENEW_DAYS 30
#define SERIAL_BYTES 16

struct ca {
	gnutls_x509_crt_t certificate;
	gnutls_x509_privkey_t key;
	char *pem;
	char *fingerprint;
};

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

/*
 * An end certificate: no authority, for one end of a connection, or both. Our keys only sign, but libvirt's
 * clients before version 10 take no certificate that is not for key encipherment, too.
 */
static int set_purpose(gnutls_x509_crt_t certificate, bool is_server, bool is_client)
{
	int r;

	if ((r = gnutls_x509_crt_set_basic_constraints(certificate, 0, -1)) < 0 ||
	    (r = gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_DIGITAL_SIGNATURE |
					       GNUTLS_KEY_KEY_ENCIPHERMENT)) < 0)
		return r;
	if (is_server &&
	    (r = gnutls_x509_crt_set_key_purpose_oid(certificate, GNUTLS_KP_TLS_WWW_SERVER, 0)) < 0)
		return r;
	return is_client ? gnutls_x509_crt_set_key_purpose_oid(certificate, GNUTLS_KP_TLS_WWW_CLIENT, 0) : 0;
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
	    (r = set_purpose(certificate, true, false)) >= 0 &&
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

/* ---- Hosts and clients -------------------------------------------------------------------------- */

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

static int set_subject(gnutls_x509_crt_t certificate, const struct ca_subject *subject)
{
	const char *organization = certificate_organizations[subject->role];
	int r = gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_ORGANIZATION_NAME, 0, organization,
					      (unsigned)strlen(organization));

	if (r < 0 || (r = set_common_name(certificate, subject->name)) < 0)
		return r;
	return names_to_certificate(subject->names, certificate);
}

int ca_sign(struct ca *ca, const struct csr *csr, const struct ca_subject *subject, int64_t now,
	    char **ret_pem, struct problems *problems)
{
	gnutls_x509_crt_t certificate;
	int r = certificate_begin(now, subject->days ? subject->days : CA_DAYS_DEFAULT, &certificate);

	if (r < 0)
		return tls_problem(problems, "cannot sign", r);
	if ((r = set_subject(certificate, subject)) >= 0 &&
	    (r = take_request_key(certificate, csr->request)) >= 0 &&
	    (r = set_purpose(certificate, subject->role != CERTIFICATE_CLIENT, true)) >= 0 &&
	    (r = certificate_sign(ca, certificate)) >= 0)
		r = certificate_to_pem(certificate, ret_pem, problems);
	else
		r = tls_problem(problems, "cannot sign", r);
	gnutls_x509_crt_deinit(certificate);
	return r;
}
