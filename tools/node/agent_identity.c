// SPDX-License-Identifier: MIT
/* Key pair, signing request and its certificate through libcrypto; see agent_identity.h. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "node/agent_identity.h"
#include "node/certificate.h"
#include "node/private_key.h"

static bool fill_request(X509_REQ *request, EVP_PKEY *key, const char *id)
{
	X509_NAME *name = X509_REQ_get_subject_name(request);

	return X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1 &&
	       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)id, -1,
					  -1, 0) == 1 &&
	       X509_REQ_set_pubkey(request, key) == 1 &&
	       X509_REQ_sign(request, key, EVP_sha256()) > 0;
}

static char *request_text(EVP_PKEY *key, const char *id)
{
	X509_REQ *request = X509_REQ_new();
	BIO *bio = BIO_new(BIO_s_mem());
	bool is_done = request && bio && fill_request(request, key, id) &&
		       PEM_write_bio_X509_REQ(bio, request) == 1;

	X509_REQ_free(request);
	if (!is_done) {
		BIO_free(bio);
		return NULL;
	}
	return take_bio_text(bio);
}

int identity_new(const char *id, struct identity *ret, struct problems *problems)
{
	autopkey EVP_PKEY *key = private_key_new();
	struct identity identity = { 0 };

	if (key) {
		identity.key_pem = private_key_text(key);
		identity.csr_pem = request_text(key, id);
	}
	if (!identity.key_pem || !identity.csr_pem) {
		identity_done(&identity);
		return crypto_problem(problems, "cannot make the host's key");
	}
	*ret = identity;
	return 0;
}

static bool names_host(X509 *certificate, const char *id)
{
	X509_NAME *subject = X509_get_subject_name(certificate);
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	const ASN1_STRING *name =
		at < 0 ? NULL : X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));

	return name && (size_t)ASN1_STRING_length(name) == strlen(id) &&
	       memcmp(ASN1_STRING_get0_data(name), id, strlen(id)) == 0;
}

int identity_set_certificate(struct identity *identity, const char *id, const char *pem,
			     struct problems *problems)
{
	autox509 X509 *certificate = certificate_parse(pem, strlen(pem));
	autopkey EVP_PKEY *key = private_key_read(identity->key_pem);

	if (!certificate)
		return problem(problems, "the appliance sent a certificate that cannot be read");
	if (!key || X509_check_private_key(certificate, key) != 1) {
		ERR_clear_error();
		return problem(problems, "the appliance sent a certificate for another key");
	}
	if (!names_host(certificate, id))
		return problem(problems, "the appliance sent a certificate for another host");
	free(identity->certificate_pem);
	identity->certificate_pem = xstrdup(pem);
	return 0;
}

void identity_forget_certificate(struct identity *identity)
{
	free(identity->certificate_pem);
	identity->certificate_pem = NULL;
}

void identity_done(struct identity *identity)
{
	if (identity->key_pem)
		explicit_bzero(identity->key_pem, strlen(identity->key_pem));
	free(identity->key_pem);
	free(identity->csr_pem);
	free(identity->certificate_pem);
	*identity = (struct identity){ 0 };
}
