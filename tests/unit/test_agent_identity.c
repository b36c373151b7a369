// SPDX-License-Identifier: MIT
/* The host's key and certificates, with a CA that the test makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "common/digest.h"
#include "node/agent_identity.h"
#include "node/certificate.h"

#define ID "4c4c4544-0042-3510-8052-b4c04f4d3132"

static X509_REQ *read_request(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509_REQ *request = PEM_read_bio_X509_REQ(bio, NULL, NULL, NULL);

	BIO_free(bio);
	return request;
}

static char *certificate_pem(X509 *certificate)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data, *text;
	long len;

	PEM_write_bio_X509(bio, certificate);
	len = BIO_get_mem_data(bio, &data);
	text = xstrndup(data, (size_t)len);
	BIO_free(bio);
	return text;
}

/* A certificate for the request's key, signed by a key made for this, with CN `name`. */
static char *sign(const char *csr, const char *name)
{
	X509_REQ *request = read_request(csr);
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	char *pem;

	X509_set_version(certificate, X509_VERSION_3);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
				   (const unsigned char *)name, -1, -1, 0);
	ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate), "20260102030405Z");
	ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate), "20360102030405Z");
	X509_set_pubkey(certificate, X509_REQ_get0_pubkey(request));
	X509_sign(certificate, key, EVP_sha256());
	pem = certificate_pem(certificate);
	X509_free(certificate);
	EVP_PKEY_free(key);
	X509_REQ_free(request);
	return pem;
}

static void test_request_is_signed_and_names_the_host(void **state)
{
	struct identity identity = { 0 };
	X509_REQ *request;
	char name[128];

	(void)state;
	assert_int_equal(identity_new(ID, &identity, NULL), 0);
	request = read_request(identity.csr_pem);
	assert_non_null(request);
	assert_int_equal(X509_REQ_verify(request, X509_REQ_get0_pubkey(request)), 1);
	X509_NAME_get_text_by_NID(X509_REQ_get_subject_name(request), NID_commonName, name,
				  sizeof(name));
	assert_string_equal(name, ID);
	X509_REQ_free(request);
	identity_done(&identity);
}

static void expect_refused(struct identity *identity, const char *pem, const char *expected)
{
	autoproblems struct problems problems = { 0 };

	assert_int_equal(identity_set_certificate(identity, ID, pem, &problems), -1);
	assert_non_null(strstr(problems.items[0], expected));
	assert_null(identity->certificate_pem);
}

static void test_only_our_certificate_is_taken(void **state)
{
	struct identity identity = { 0 }, other = { 0 };
	autofree char *right = NULL, *of_other_key = NULL, *of_other_host = NULL;

	(void)state;
	assert_int_equal(identity_new(ID, &identity, NULL), 0);
	assert_int_equal(identity_new(ID, &other, NULL), 0);
	right = sign(identity.csr_pem, ID);
	of_other_key = sign(other.csr_pem, ID);
	of_other_host = sign(identity.csr_pem, "4c4c4544");
	expect_refused(&identity, "-----BEGIN CERTIFICATE-----\nAAAA\n", "cannot be read");
	expect_refused(&identity, of_other_key, "for another key");
	expect_refused(&identity, of_other_host, "for another host");
	assert_int_equal(identity_set_certificate(&identity, ID, right, NULL), 0);
	assert_string_equal(identity.certificate_pem, right);
	identity_forget_certificate(&identity);
	assert_null(identity.certificate_pem);
	identity_done(&identity);
	identity_done(&other);
}

/* Only the certificate that was compared is kept: one that is smuggled in behind it is not. */
static void test_only_the_first_certificate_is_read(void **state)
{
	struct identity identity = { 0 };
	autofree char *first = NULL, *second = NULL, *both = NULL, *pem = NULL, *fingerprint = NULL;
	autofree char *pem_alone = NULL, *fingerprint_alone = NULL;

	(void)state;
	assert_int_equal(identity_new(ID, &identity, NULL), 0);
	first = sign(identity.csr_pem, "first");
	second = sign(identity.csr_pem, "second");
	both = xasprintf("some text\n%s%s", first, second);
	assert_int_equal(certificate_read(both, strlen(both), &pem, &fingerprint, NULL), 0);
	assert_int_equal(certificate_read(first, strlen(first), &pem_alone, &fingerprint_alone, NULL),
			 0);
	assert_string_equal(pem, first);
	assert_string_equal(pem_alone, first);
	assert_string_equal(fingerprint, fingerprint_alone);
	assert_int_equal(strlen(fingerprint), SHA256_HEX_LEN);
	assert_int_equal(certificate_read("none", 4, &pem, &fingerprint, NULL), -1);
	identity_done(&identity);
}

static void test_dates(void **state)
{
	struct identity identity = { 0 };
	autofree char *pem = NULL, *dates = NULL;

	(void)state;
	assert_int_equal(identity_new(ID, &identity, NULL), 0);
	pem = sign(identity.csr_pem, ID);
	dates = certificate_dates(pem);
	assert_string_equal(dates, "valid from 2026-01-02 03:04 UTC to 2036-01-02 03:04 UTC");
	assert_null(certificate_dates("none"));
	identity_done(&identity);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_is_signed_and_names_the_host),
		cmocka_unit_test(test_only_our_certificate_is_taken),
		cmocka_unit_test(test_only_the_first_certificate_is_read),
		cmocka_unit_test(test_dates),
	};

	return cmocka_run_group_tests_name("agent_identity", tests, NULL, NULL);
}
