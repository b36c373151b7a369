// SPDX-License-Identifier: MIT
/* The authority for hosts' ssh keys; see ssh_ca.h. */
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>

#include "appliance/pem.h"
#include "appliance/ssh_ca.h"
#include "common/file.h"
#include "common/ssh_wire.h"

#define DAY_S 86400
#define COORDINATE_LEN 32
#define NONCE_LEN 32

struct ssh_ca {
	gnutls_privkey_t key;
	char *blob;             /* its public half */
	size_t blob_len;
	char *text;
};

/* ---- The authority's key ------------------------------------------------------------------------- */

/* GnuTLS may give a leading zero, or leave zeroes out. */
static void put_coordinate(unsigned char to[COORDINATE_LEN], gnutls_datum_t *number)
{
	size_t skip = number->size > COORDINATE_LEN ? number->size - COORDINATE_LEN : 0;
	size_t len = number->size - skip;

	memset(to, 0, COORDINATE_LEN);
	memcpy(to + COORDINATE_LEN - len, number->data + skip, len);
	gnutls_free(number->data);
}

static int read_public(struct ssh_ca *ca, gnutls_x509_privkey_t key)
{
	gnutls_ecc_curve_t curve;
	gnutls_datum_t x, y;
	unsigned char point[SSH_POINT_LEN] = { 4 };
	int r = gnutls_x509_privkey_export_ecc_raw(key, &curve, &x, &y, NULL);

	if (r < 0)
		return r;
	put_coordinate(point + 1, &x);
	put_coordinate(point + 1 + COORDINATE_LEN, &y);
	if (curve != GNUTLS_ECC_CURVE_SECP256R1)
		return GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM;
	ca->blob = ssh_key_blob(point, &ca->blob_len);
	ca->text = ssh_line(SSH_P256, ca->blob, ca->blob_len);
	return 0;
}

/* The abstract key has the other one from then on. */
static int take_key(struct ssh_ca *ca, gnutls_x509_privkey_t key)
{
	int r = gnutls_privkey_init(&ca->key);

	if (r >= 0)
		r = gnutls_privkey_import_x509(ca->key, key, GNUTLS_PRIVKEY_IMPORT_COPY);
	return r < 0 ? r : read_public(ca, key);
}

struct ssh_ca *ssh_ca_open(const char *folder, struct problems *problems)
{
	autofree char *path = path_join(folder, SSH_CA_KEY_FILE);
	struct ssh_ca *ca;
	gnutls_x509_privkey_t key;
	int r;

	if (key_open(path, &key, problems) < 0)
		return NULL;
	ca = xcalloc(1, sizeof(*ca));
	r = take_key(ca, key);
	gnutls_x509_privkey_deinit(key);
	if (r >= 0)
		return ca;
	tls_problem(problems, path, r);
	ssh_ca_close(ca);
	return NULL;
}

void ssh_ca_close(struct ssh_ca *ca)
{
	if (!ca)
		return;
	gnutls_privkey_deinit(ca->key);
	free(ca->blob);
	free(ca->text);
	free(ca);
}

const char *ssh_ca_key(const struct ssh_ca *ca)
{
	return ca->text;
}

/* ---- Signing ------------------------------------------------------------------------------------- */

static bool is_on_curve(const unsigned char point[SSH_POINT_LEN])
{
	const gnutls_datum_t x = { (unsigned char *)point + 1, COORDINATE_LEN };
	const gnutls_datum_t y = { (unsigned char *)point + 1 + COORDINATE_LEN, COORDINATE_LEN };
	gnutls_pubkey_t key;
	bool is_good;

	gnutls_pubkey_init(&key);
	is_good = gnutls_pubkey_import_ecc_raw(key, GNUTLS_ECC_CURVE_SECP256R1, &x, &y) >= 0 &&
		  gnutls_pubkey_verify_params(key) >= 0;
	gnutls_pubkey_deinit(key);
	return is_good;
}

static void put_names(FILE *out, char *const *names)
{
	char *text;
	size_t len;
	FILE *list = xopen_memstream(&text, &len);

	for (; *names; names++)
		ssh_put_text(list, *names);
	fclose(list);
	ssh_put_string(out, text, len);
	free(text);
}

/* All that is signed, in the order of PROTOCOL.certkeys. */
static int put_certificate(FILE *out, const struct ssh_ca *ca, const struct ssh_subject *subject,
			   const unsigned char point[SSH_POINT_LEN], int64_t now)
{
	unsigned char nonce[NONCE_LEN];
	uint64_t serial;
	int r = gnutls_rnd(GNUTLS_RND_NONCE, nonce, sizeof(nonce));

	if (r < 0 || (r = gnutls_rnd(GNUTLS_RND_NONCE, &serial, sizeof(serial))) < 0)
		return r;
	ssh_put_text(out, SSH_P256_CERTIFICATE);
	ssh_put_string(out, nonce, sizeof(nonce));
	ssh_put_text(out, SSH_P256_CURVE);
	ssh_put_string(out, point, SSH_POINT_LEN);
	ssh_put_long(out, serial);
	ssh_put_number(out, SSH_HOST_CERTIFICATE);
	ssh_put_text(out, subject->id);
	put_names(out, subject->names);
	ssh_put_long(out, (uint64_t)(now - DAY_S));
	ssh_put_long(out, (uint64_t)(now + SSH_CA_DAYS * DAY_S));
	for (int i = 0; i < 3; i++)
		ssh_put_text(out, ""); /* critical options, extensions, reserved */
	ssh_put_string(out, ca->blob, ca->blob_len);
	return 0;
}

/* RFC 5656 section 3.1.2. */
static void put_signature(FILE *out, const gnutls_datum_t *r, const gnutls_datum_t *s)
{
	char *numbers, *signature;
	size_t numbers_len, signature_len;
	FILE *part = xopen_memstream(&numbers, &numbers_len);

	ssh_put_mpint(part, r->data, r->size);
	ssh_put_mpint(part, s->data, s->size);
	fclose(part);
	part = xopen_memstream(&signature, &signature_len);
	ssh_put_text(part, SSH_P256);
	ssh_put_string(part, numbers, numbers_len);
	fclose(part);
	ssh_put_string(out, signature, signature_len);
	free(numbers);
	free(signature);
}

static int sign(struct ssh_ca *ca, FILE *out, const char *text, size_t len)
{
	const gnutls_datum_t signed_data = { (unsigned char *)text, (unsigned)len };
	gnutls_datum_t der, r, s;
	int code = gnutls_privkey_sign_data2(ca->key, GNUTLS_SIGN_ECDSA_SHA256, 0, &signed_data, &der);

	if (code < 0)
		return code;
	code = gnutls_decode_rs_value(&der, &r, &s);
	gnutls_free(der.data);
	if (code < 0)
		return code;
	put_signature(out, &r, &s);
	gnutls_free(r.data);
	gnutls_free(s.data);
	return 0;
}

static int make(struct ssh_ca *ca, const struct ssh_subject *subject, const unsigned char point[SSH_POINT_LEN],
		int64_t now, char **ret)
{
	char *blob;
	size_t len;
	FILE *out = xopen_memstream(&blob, &len);
	int r = put_certificate(out, ca, subject, point, now);

	fflush(out); /* blob and len are what was written up to here */
	if (r >= 0) {
		autofree char *body = xmalloc(len);
		size_t body_len = len;

		memcpy(body, blob, len);
		r = sign(ca, out, body, body_len);
	}
	fclose(out);
	if (r >= 0)
		*ret = ssh_line(SSH_P256_CERTIFICATE, blob, len);
	free(blob);
	return r;
}

int ssh_ca_sign(struct ssh_ca *ca, const struct ssh_subject *subject, int64_t now, char **ret, struct problems *problems)
{
	unsigned char point[SSH_POINT_LEN];
	int r;

	if (!ssh_key_read(subject->key, point) || !is_on_curve(point))
		return problem(problems, "expected a public key of ssh, " SSH_P256 " BASE64");
	if (!subject->names)
		return problem(problems, "there is no name that this host may have");
	r = make(ca, subject, point, now, ret);
	return r < 0 ? tls_problem(problems, "cannot sign", r) : 0;
}
