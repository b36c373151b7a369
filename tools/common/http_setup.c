// SPDX-License-Identifier: MIT
/* A request as options of libcurl; see http_setup.h. */
#include <inttypes.h>

#include "common/http_setup.h"

#define STALL_BYTES_S 1024

static void set_blob(CURL *curl, CURLoption option, const char *pem)
{
	struct curl_blob blob = { .data = (void *)pem, .len = strlen(pem), .flags = CURL_BLOB_COPY };

	curl_easy_setopt(curl, option, &blob);
}

static void set_tls(CURL *curl, const struct http_request *request)
{
	if (request->insecure_ca_fetch) {
		curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (request->ca_pem) {
		/* Nothing but this CA: no folder and no file of the system beside it. */
		set_blob(curl, CURLOPT_CAINFO_BLOB, request->ca_pem);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
	if (request->client_cert_pem && request->client_key_pem) {
		set_blob(curl, CURLOPT_SSLCERT_BLOB, request->client_cert_pem);
		set_blob(curl, CURLOPT_SSLKEY_BLOB, request->client_key_pem);
		curl_easy_setopt(curl, CURLOPT_SSLCERTTYPE, "PEM");
		curl_easy_setopt(curl, CURLOPT_SSLKEYTYPE, "PEM");
	}
}

static void add_header(struct curl_slist **headers, const char *fmt, ...) printf_like(2, 3);
static void add_header(struct curl_slist **headers, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	*headers = curl_slist_append(*headers, text);
}

static struct curl_slist *make_headers(const struct http_request *request)
{
	struct curl_slist *headers = NULL;

	if (request->bearer)
		add_header(&headers, "Authorization: Bearer %s", request->bearer);
	if (request->if_none_match)
		add_header(&headers, "If-None-Match: %s", request->if_none_match);
	if (request->range_from) {
		/* Not curl's own resume: what the server makes of it is for the sink to judge. */
		add_header(&headers, "Range: bytes=%" PRIu64 "-", request->range_from);
		if (http_etag_is_strong(request->if_range))
			add_header(&headers, "If-Range: %s", request->if_range);
	}
	if (request->body)
		add_header(&headers, "Content-Type: %s",
			   request->content_type ? request->content_type : "application/json");
	/* No 100-continue round trip before the body. */
	add_header(&headers, "Expect:");
	return headers;
}

static void set_body(CURL *curl, const struct http_request *request)
{
	if (request->body) {
		curl_easy_setopt(curl, CURLOPT_POST, 1L);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_len);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
	}
	if (request->method)
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
}

static void set_limits(CURL *curl, const struct http_request *request)
{
	long connect_ms = request->connect_timeout_ms ? request->connect_timeout_ms : 10000;
	long total_ms = request->timeout_ms ? request->timeout_ms : 30000;

	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, total_ms);
	if (request->stall_s) {
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)STALL_BYTES_S);
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)request->stall_s);
	}
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	/* A name server that does not answer is not waited for beyond these limits. */
	curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	/* A host talks to the address it was given, whatever the environment says. */
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
}

struct curl_slist *http_setup(CURL *curl, const struct http_request *request)
{
	struct curl_slist *headers = make_headers(request);

	curl_easy_setopt(curl, CURLOPT_URL, request->url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	set_tls(curl, request);
	set_body(curl, request);
	set_limits(curl, request);
	return headers;
}
