// SPDX-License-Identifier: MIT
/* HTTP client over libcurl; see http.h. */
#include <curl/curl.h>
#include <strings.h>

#include "common/http.h"

#define DEFAULT_MAX_BYTES (1024 * 1024)
#define RETRY_AFTER_MAX_MS (3600 * 1000)

/* What the callbacks of one exchange collect. */
struct collector {
	char *body;
	size_t len;
	size_t max;
	bool is_too_large;
	char *etag;
};

static size_t on_body(char *data, size_t size, size_t count, void *userdata)
{
	struct collector *collector = userdata;
	size_t len = size * count;

	if (len > collector->max - collector->len) {
		collector->is_too_large = true;
		return 0;
	}
	collector->body = xreallocarray(collector->body, collector->len + len + 1, 1);
	memcpy(collector->body + collector->len, data, len);
	collector->len += len;
	collector->body[collector->len] = '\0';
	return len;
}

static size_t on_header(char *data, size_t size, size_t count, void *userdata)
{
	struct collector *collector = userdata;
	size_t len = size * count;
	static const char name[] = "ETag:";

	if (len > sizeof(name) - 1 && len < 256 && strncasecmp(data, name, sizeof(name) - 1) == 0) {
		autofree char *value = xstrndup(data + sizeof(name) - 1, len - (sizeof(name) - 1));

		free(collector->etag);
		collector->etag = xstrdup(str_trim(value));
	}
	return len;
}

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
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	/* A host talks to the address it was given, whatever the environment says. */
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
}

/* OpenSSL's verify results for a certificate outside its dates, x509_vfy.h. */
static bool is_about_dates(CURL *curl)
{
	long verify = 0;

	curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &verify);
	return verify == 9 || verify == 10;
}

static enum http_failure classify(CURL *curl, CURLcode code)
{
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_ISSUER_ERROR:
		return is_about_dates(curl) ? HTTP_TLS_CLOCK : HTTP_TLS;
	case CURLE_WRITE_ERROR:
	case CURLE_PARTIAL_FILE:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_GOT_NOTHING:
	case CURLE_BAD_CONTENT_ENCODING:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_HTTP2:
		return HTTP_BAD_REPLY;
	default:
		return HTTP_UNREACHABLE;
	}
}

static void fill_response(CURL *curl, struct collector *collector, struct http_response *ret)
{
	curl_off_t retry_after_s = 0;

	*ret = (struct http_response){
		.body = collector->body ? take_ptr(collector->body) : xstrdup(""),
		.body_len = collector->len,
		.etag = take_ptr(collector->etag),
	};
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &ret->status);
	curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after_s);
	if (retry_after_s > RETRY_AFTER_MAX_MS / 1000)
		retry_after_s = RETRY_AFTER_MAX_MS / 1000;
	ret->retry_after_ms = retry_after_s > 0 ? retry_after_s * 1000 : 0;
}

static enum http_failure perform(CURL *curl, const struct http_request *request,
				 struct collector *collector, struct problems *problems)
{
	char detail[CURL_ERROR_SIZE] = "";
	enum http_failure failure;
	CURLcode code;

	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
	code = curl_easy_perform(curl);
	if (code == CURLE_OK)
		return HTTP_OK;
	failure = classify(curl, code);
	if (collector->is_too_large)
		problem(problems, "%s: the reply is larger than %zu bytes", request->url,
			collector->max);
	else
		problem(problems, "%s: %s", request->url,
			detail[0] ? detail : curl_easy_strerror(code));
	return failure;
}

enum http_failure http_exchange(const struct http_request *request, struct http_response *ret,
				struct problems *problems)
{
	struct collector collector = {
		.max = request->max_bytes ? request->max_bytes : DEFAULT_MAX_BYTES,
	};
	struct curl_slist *headers = make_headers(request);
	CURL *curl = curl_easy_init();
	enum http_failure failure;

	if (!curl)
		abort(); /* only when the library cannot start at all */
	curl_easy_setopt(curl, CURLOPT_URL, request->url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &collector);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &collector);
	set_tls(curl, request);
	set_body(curl, request);
	set_limits(curl, request);
	failure = perform(curl, request, &collector, problems);
	if (failure == HTTP_OK)
		fill_response(curl, &collector, ret);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	free(collector.body);
	free(collector.etag);
	return failure;
}

void http_response_done(struct http_response *response)
{
	free(response->body);
	free(response->etag);
	*response = (struct http_response){ 0 };
}
