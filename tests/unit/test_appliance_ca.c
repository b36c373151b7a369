// SPDX-License-Identifier: MIT
/*
 * The certificate authority: made once, kept, never replaced by itself; what it signs and what not.
 */
#include <gnutls/x509.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/root.h"

#include "appliance/ca.h"
#include "appliance/names.h"

#define DAY_S 86400

static struct ca *ca;
static char *names[] = { (char *)"appliance.example.net", (char *)"192.0.2.1", (char *)"2001:db8::1",
			 NULL };
static char *fewer_names[] = { (char *)"appliance.example.net", NULL };

static int make_ca(void **state)
{
	return make_root(state) == 0 && ca_open(root, false, &ca, NULL) == 0 ? 0 : -1;
}

static int drop_ca(void **state)
{
	ca_close(ca);
	return remove_root(state);
}

static gnutls_x509_crt_t read_certificate(const char *pem)
{
	gnutls_datum_t datum = { (unsigned char *)pem, (unsigned)strlen(pem) };
	gnutls_x509_crt_t certificate;

	gnutls_x509_crt_init(&certificate);
	assert_int_equal(gnutls_x509_crt_import(certificate, &datum, GNUTLS_X509_FMT_PEM), 0);
	return certificate;
}

/* A signing request with a new key. */
static char *make_request(gnutls_pk_algorithm_t algorithm, unsigned bits)
{
	gnutls_x509_privkey_t key;
	gnutls_x509_crq_t request;
	gnutls_datum_t pem;
	char *text;

	gnutls_x509_privkey_init(&key);
	assert_int_equal(gnutls_x509_privkey_generate(key, algorithm, bits, 0), 0);
	gnutls_x509_crq_init(&request);
	gnutls_x509_crq_set_version(request, 1);
	gnutls_x509_crq_set_dn_by_oid(request, GNUTLS_OID_X520_COMMON_NAME, 0, "another", 7);
	gnutls_x509_crq_set_basic_constraints(request, 1, 3); /* "make me an authority" */
	gnutls_x509_crq_set_key(request, key);
	assert_int_equal(gnutls_x509_crq_sign2(request, key, GNUTLS_DIG_SHA256, 0), 0);
	assert_int_equal(gnutls_x509_crq_export2(request, GNUTLS_X509_FMT_PEM, &pem), 0);
	text = xstrndup((char *)pem.data, pem.size);
	gnutls_free(pem.data);
	gnutls_x509_crq_deinit(request);
	gnutls_x509_privkey_deinit(key);
	return text;
}

static char *p256_request(void)
{
	return make_request(GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
}

static mode_t mode_of(const char *name)
{
	autofree char *path = path_join(root, name);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static void test_authority_is_kept(void **state)
{
	autofree char *fingerprint = xstrdup(ca_fingerprint(ca));
	struct ca *again;

	(void)state;
	assert_int_equal(strlen(fingerprint), 64);
	assert_int_equal(mode_of(CA_KEY_FILE), 0600);
	assert_int_equal(mode_of(CA_FILE), 0644);
	assert_int_equal(ca_open(root, true, &again, NULL), 0);
	assert_string_equal(ca_fingerprint(again), fingerprint);
	ca_close(again);
}

/* Killed between key and certificate, the next start makes a certificate for that key. */
static void test_interrupted_start(void **state)
{
	autofree char *path = path_join(root, CA_FILE);
	struct ca *again;

	(void)state;
	assert_int_equal(unlink(path), 0);
	assert_int_equal(ca_open(root, true, &again, NULL), -1);
	assert_int_equal(ca_open(root, false, &again, NULL), 0);
	ca_close(again);
}

static void test_lost_key_is_not_replaced(void **state)
{
	autofree char *path = path_join(root, CA_KEY_FILE);
	autoproblems struct problems problems = { 0 };
	struct ca *again;

	(void)state;
	assert_int_equal(unlink(path), 0);
	assert_int_equal(ca_open(root, false, &again, &problems), -1);
	assert_non_null(strstr(problems.items[0], "backup"));
	assert_false(path_exists(path));
}

static void test_server_certificate(void **state)
{
	autofree char *first = NULL, *key = NULL, *same = NULL, *same_key = NULL;
	autofree char *fewer = NULL, *fewer_key = NULL, *later = NULL, *later_key = NULL;
	int64_t now = time(NULL);
	gnutls_x509_crt_t certificate;

	(void)state;
	assert_int_equal(ca_server(ca, root, names, now, &first, &key, NULL), 0);
	assert_int_equal(mode_of(SERVER_KEY_FILE), 0600);
	certificate = read_certificate(first);
	assert_true(gnutls_x509_crt_check_hostname(certificate, "appliance.example.net"));
	assert_true(gnutls_x509_crt_check_hostname(certificate, "192.0.2.1"));
	assert_true(gnutls_x509_crt_check_hostname(certificate, "2001:db8::1"));
	assert_false(gnutls_x509_crt_check_hostname(certificate, "example.net"));
	gnutls_x509_crt_deinit(certificate);

	assert_int_equal(ca_server(ca, root, names, now, &same, &same_key, NULL), 0);
	assert_string_equal(first, same);
	assert_int_equal(ca_server(ca, root, fewer_names, now, &fewer, &fewer_key, NULL), 0);
	assert_string_not_equal(first, fewer);
	assert_int_equal(ca_server(ca, root, fewer_names, now + 370 * DAY_S, &later, &later_key,
				   NULL), 0);
	assert_string_not_equal(fewer, later);
}

/* A certificate of ours for that subject. */
static gnutls_x509_crt_t sign(const struct ca_subject *subject, int64_t now, char **ret_key_id)
{
	autofree char *request = p256_request(), *pem = NULL;
	struct csr csr = { 0 };

	assert_int_equal(csr_read(request, &csr, NULL), 0);
	assert_int_equal(ca_sign(ca, &csr, subject, now, &pem, NULL), 0);
	*ret_key_id = xstrdup(csr.key_id);
	csr_done(&csr);
	return read_certificate(pem);
}

static void assert_purposes(gnutls_x509_crt_t certificate, const char *first, const char *second)
{
	const char *const expected[] = { first, second };

	for (unsigned i = 0; i < ARRAY_SIZE(expected); i++) {
		char purpose[64] = "";
		size_t len = sizeof(purpose);
		int r = gnutls_x509_crt_get_key_purpose_oid(certificate, i, purpose, &len, NULL);

		if (expected[i])
			assert_string_equal(purpose, expected[i]);
		else
			assert_int_equal(r, GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE);
	}
}

/* Whom the appliance takes it for; NULL: for no host. */
static char *host_of(gnutls_x509_crt_t certificate, char **ret_key_id)
{
	gnutls_datum_t der;
	char *id = NULL;
	int r;

	gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, &der);
	r = certificate_host(der.data, der.size, &id, ret_key_id);
	gnutls_free(der.data);
	return r == 0 ? id : NULL;
}

static void test_signs_hosts(void **state)
{
	const struct ca_subject subject = { .role = CERTIFICATE_HOST, .name = "host-1", .names = names };
	autofree char *asked = NULL, *id = NULL, *key_id = NULL;
	int64_t now = time(NULL);
	gnutls_x509_crt_t certificate = sign(&subject, now, &asked);
	autostrv char **found = names_of_certificate(certificate);
	unsigned is_authority = 1, path_len;

	(void)state;
	/* A clock that is a little behind still finds it valid. */
	assert_int_equal(gnutls_x509_crt_get_activation_time(certificate), now - DAY_S);
	assert_int_equal(gnutls_x509_crt_get_expiration_time(certificate), now + 30 * DAY_S);
	/* What the request asked for is not taken over. */
	gnutls_x509_crt_get_basic_constraints(certificate, NULL, &is_authority, (int *)&path_len);
	assert_int_equal(is_authority, 0);
	assert_purposes(certificate, GNUTLS_KP_TLS_WWW_SERVER, GNUTLS_KP_TLS_WWW_CLIENT);
	assert_true(names_equal(found, names));
	id = host_of(certificate, &key_id);
	assert_string_equal(id, "host-1");
	assert_string_equal(key_id, asked);
	gnutls_x509_crt_deinit(certificate);
}

/* One that manages hosts is no host. */
static void test_signs_clients(void **state)
{
	const struct ca_subject subject = { .role = CERTIFICATE_CLIENT, .name = "host-1", .days = 2 };
	autofree char *asked = NULL, *key_id = NULL;
	int64_t now = time(NULL);
	gnutls_x509_crt_t certificate = sign(&subject, now, &asked);

	(void)state;
	assert_int_equal(gnutls_x509_crt_get_expiration_time(certificate), now + 2 * DAY_S);
	assert_purposes(certificate, GNUTLS_KP_TLS_WWW_CLIENT, NULL);
	assert_null(host_of(certificate, &key_id));
	gnutls_x509_crt_deinit(certificate);
}

static void refuse(const char *pem, const char *why)
{
	autoproblems struct problems problems = { 0 };
	struct csr csr = { 0 };

	assert_int_equal(csr_read(pem, &csr, &problems), -1);
	if (!strstr(problems.items[0], why))
		fail_msg("got: %s", problems.items[0]);
}

static void test_refuses_requests(void **state)
{
	autofree char *request = p256_request();
	autofree char *rsa = make_request(GNUTLS_PK_RSA, 2048);
	autofree char *large = xmalloc(CSR_PEM_MAX + 2);
	char *line;

	(void)state;
	memset(large, 'A', CSR_PEM_MAX + 1);
	large[CSR_PEM_MAX + 1] = '\0';
	refuse("", "expected a signing request");
	refuse("-----BEGIN CERTIFICATE REQUEST-----\n!!!\n", "expected a signing request");
	refuse(large, "at most");
	refuse(rsa, "ECDSA");
	refuse(ca_pem(ca), "expected a signing request");
	/* A letter of the last line but one is part of the signature. */
	line = strstr(request, "\n-----END");
	line[-12] = line[-12] == 'A' ? 'B' : 'A';
	refuse(request, "");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_authority_is_kept, make_ca, drop_ca),
		cmocka_unit_test_setup_teardown(test_interrupted_start, make_ca, drop_ca),
		cmocka_unit_test_setup_teardown(test_lost_key_is_not_replaced, make_ca, drop_ca),
		cmocka_unit_test_setup_teardown(test_server_certificate, make_ca, drop_ca),
		cmocka_unit_test_setup_teardown(test_signs_hosts, make_ca, drop_ca),
		cmocka_unit_test_setup_teardown(test_signs_clients, make_ca, drop_ca),
		cmocka_unit_test_setup_teardown(test_refuses_requests, make_ca, drop_ca),
	};

	return cmocka_run_group_tests_name("appliance authority", tests, NULL, NULL);
}
