// SPDX-License-Identifier: MIT
/* Certificates through libcrypto, and the comparison of fingerprints; see certificate.h. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <time.h>

#include "common/clock.h"
#include "common/digest.h"
#include "node/certificate.h"

#define CA_MAX (64 * 1024)

void cleanup_x509(X509 **certificate)
{
	X509_free(*certificate);
}

X509 *certificate_parse(const char *pem, size_t len)
{
	BIO *bio = len > INT32_MAX ? NULL : BIO_new_mem_buf(pem, (int)len);
	X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

	BIO_free(bio);
	if (!certificate)
		ERR_clear_error();
	return certificate;
}

static char *certificate_text(X509 *certificate)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL, *data;
	long len;

	if (bio && PEM_write_bio_X509(bio, certificate) == 1) {
		len = BIO_get_mem_data(bio, &data);
		text = xstrndup(data, (size_t)len);
	}
	BIO_free(bio);
	return text;
}

int certificate_read(const char *pem, size_t len, char **ret_pem, char **ret_fingerprint,
		     struct problems *problems)
{
	autox509 X509 *certificate = certificate_parse(pem, len);
	unsigned char *der = NULL;
	int der_len = certificate ? i2d_X509(certificate, &der) : -1;
	char *text = der_len < 0 ? NULL : certificate_text(certificate);

	if (!text) {
		OPENSSL_free(der);
		return problem(problems, "expected a certificate in PEM");
	}
	*ret_pem = text;
	*ret_fingerprint = sha256_text(der, (size_t)der_len);
	OPENSSL_free(der);
	return 0;
}

static bool date_text(const ASN1_TIME *date, char *text, size_t size)
{
	struct tm tm;

	return ASN1_TIME_to_tm(date, &tm) == 1 && strftime(text, size, "%F %H:%M UTC", &tm) > 0;
}

char *certificate_dates(const char *pem)
{
	autox509 X509 *certificate = certificate_parse(pem, strlen(pem));
	char from[64], to[64];

	if (!certificate || !date_text(X509_get0_notBefore(certificate), from, sizeof(from)) ||
	    !date_text(X509_get0_notAfter(certificate), to, sizeof(to)))
		return NULL;
	return xasprintf("valid from %s to %s", from, to);
}

int certificate_range(const char *pem, int64_t *ret_from, int64_t *ret_until)
{
	autox509 X509 *certificate = certificate_parse(pem, strlen(pem));
	struct tm from, until;

	if (!certificate || ASN1_TIME_to_tm(X509_get0_notBefore(certificate), &from) != 1 ||
	    ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &until) != 1)
		return -1;
	*ret_from = timegm(&from);
	*ret_until = timegm(&until);
	return 0;
}

bool certificate_is_old(const char *pem, int64_t now)
{
	int64_t from, until;

	return certificate_range(pem, &from, &until) < 0 || now > until - (until - from) / 3;
}

char *certificate_clock_text(const char *ca_pem, const char *detail)
{
	autofree char *now = clock_text();
	autofree char *dates = ca_pem ? certificate_dates(ca_pem) : NULL;

	return xasprintf("the clock of this node says %s, and the appliance's certificate is outside "
			 "its dates (its CA is %s): %s", now, dates ? dates : "unknown", detail);
}

struct http_request ca_request(const char *url)
{
	/* Nothing is known of the server yet: its certificate can only be checked afterwards. */
	return (struct http_request){ .url = url, .insecure_ca_fetch = true, .max_bytes = CA_MAX };
}

enum ca_check ca_check(const struct http_response *response, const char *server,
		       const char *fingerprint, char **ret_pem, struct problems *problems)
{
	autofree char *pem = NULL, *found = NULL;

	if (certificate_read(response->body, response->body_len, &pem, &found, problems) < 0) {
		problem(problems, "asked %s for its CA", server);
		return CA_UNREADABLE;
	}
	if (!streq(found, fingerprint)) {
		problem(problems, "its CA has the fingerprint %s, expected %s", found, fingerprint);
		return CA_WRONG;
	}
	*ret_pem = take_ptr(pem);
	return CA_RIGHT;
}
