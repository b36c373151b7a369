// SPDX-License-Identifier: MIT
/* HTTP client over libcurl; see http.h. */
#include "common/http_setup.h"

#define DEFAULT_MAX_BYTES (1024 * 1024)
#define RETRY_AFTER_MAX_MS (3600 * 1000)
#define SINK_BLOCK (256 * 1024L)

/* What the callbacks of one exchange know and collect. */
struct exchange {
	CURL *curl;
	const struct http_sink *sink;  /* NULL: the body is collected */
	char *body;
	size_t len;
	size_t max;
	struct http_head head;
	bool has_begun;                /* the sink has seen the head */
	bool is_declined;              /* and does not want the body */
	bool is_stopped;               /* or had enough of it */
	bool is_too_large;
	bool has_endless_head;
};

/* Shows the sink the head, once, when it is complete. False when no body is wanted. */
static bool begin(struct exchange *exchange)
{
	curl_off_t length = -1;

	if (exchange->has_begun)
		return !exchange->is_declined;
	curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &exchange->head.status);
	curl_easy_getinfo(exchange->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	exchange->head.content_length = length;
	exchange->has_begun = true;
	exchange->is_declined = !exchange->sink->begin(&exchange->head, exchange->sink->userdata);
	return !exchange->is_declined;
}

static size_t to_sink(struct exchange *exchange, const char *data, size_t len)
{
	if (!begin(exchange))
		return 0;
	exchange->is_stopped = !exchange->sink->data(data, len, exchange->sink->userdata);
	return exchange->is_stopped ? 0 : len;
}

static size_t on_body(char *data, size_t size, size_t count, void *userdata)
{
	struct exchange *exchange = userdata;
	size_t len = size * count;

	if (exchange->sink)
		return to_sink(exchange, data, len);
	if (len > exchange->max - exchange->len) {
		exchange->is_too_large = true;
		return 0;
	}
	exchange->body = xreallocarray(exchange->body, exchange->len + len + 1, 1);
	memcpy(exchange->body + exchange->len, data, len);
	exchange->len += len;
	exchange->body[exchange->len] = '\0';
	return len;
}

static size_t on_header(char *data, size_t size, size_t count, void *userdata)
{
	struct exchange *exchange = userdata;
	size_t len = size * count;

	exchange->has_endless_head = !http_head_line(&exchange->head, data, len);
	return exchange->has_endless_head ? 0 : len;
}

/* At least once a second, also while nothing comes. */
static int on_tick(void *userdata, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up)
{
	const struct exchange *exchange = userdata;

	(void)total, (void)now, (void)up_total, (void)up;
	exchange->sink->tick(exchange->sink->userdata);
	return 0;
}

static void set_callbacks(struct exchange *exchange)
{
	CURL *curl = exchange->curl;

	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, exchange);
	if (exchange->sink)
		curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, SINK_BLOCK);
	if (exchange->sink && exchange->sink->tick) {
		curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
		curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_tick);
		curl_easy_setopt(curl, CURLOPT_XFERINFODATA, exchange);
	}
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

static void fill_response(struct exchange *exchange, struct http_response *ret)
{
	curl_off_t retry_after_s = 0;
	char *redirect = NULL;

	*ret = (struct http_response){
		.body = exchange->body ? take_ptr(exchange->body) : xstrdup(""),
		.body_len = exchange->len,
		.etag = take_ptr(exchange->head.etag),
	};
	curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &ret->status);
	curl_easy_getinfo(exchange->curl, CURLINFO_RETRY_AFTER, &retry_after_s);
	curl_easy_getinfo(exchange->curl, CURLINFO_REDIRECT_URL, &redirect);
	if (retry_after_s > RETRY_AFTER_MAX_MS / 1000)
		retry_after_s = RETRY_AFTER_MAX_MS / 1000;
	ret->retry_after_ms = retry_after_s > 0 ? retry_after_s * 1000 : 0;
	ret->location = redirect ? xstrdup(redirect) : NULL;
}

static enum http_failure failed(const struct exchange *exchange, const struct http_request *request,
				CURLcode code, const char *detail, struct problems *problems)
{
	if (exchange->is_stopped)
		return HTTP_STOPPED;
	if (exchange->has_endless_head)
		problem(problems, "%s: the headers of the reply are larger than %d bytes",
			request->url, HTTP_HEAD_MAX);
	else if (exchange->is_too_large)
		problem(problems, "%s: the reply is larger than %zu bytes", request->url,
			exchange->max);
	else
		problem(problems, "%s: %s", request->url,
			detail[0] ? detail : curl_easy_strerror(code));
	return classify(exchange->curl, code);
}

static enum http_failure perform(struct exchange *exchange, const struct http_request *request,
				 struct problems *problems)
{
	char detail[CURL_ERROR_SIZE] = "";
	CURLcode code;

	curl_easy_setopt(exchange->curl, CURLOPT_ERRORBUFFER, detail);
	code = curl_easy_perform(exchange->curl);
	if (code == CURLE_OK && exchange->sink)
		begin(exchange); /* an answer without a body */
	if (code == CURLE_OK || exchange->is_declined)
		return HTTP_OK;
	return failed(exchange, request, code, detail, problems);
}

enum http_failure http_exchange(const struct http_request *request, struct http_response *ret,
				struct problems *problems)
{
	struct exchange exchange = {
		.curl = curl_easy_init(),
		.sink = request->sink,
		.max = request->max_bytes ? request->max_bytes : DEFAULT_MAX_BYTES,
	};
	struct curl_slist *headers;
	enum http_failure failure;

	if (!exchange.curl)
		abort(); /* only when the library cannot start at all */
	headers = http_setup(exchange.curl, request);
	set_callbacks(&exchange);
	failure = perform(&exchange, request, problems);
	if (failure == HTTP_OK)
		fill_response(&exchange, ret);
	curl_slist_free_all(headers);
	curl_easy_cleanup(exchange.curl);
	free(exchange.body);
	http_head_done(&exchange.head);
	return failure;
}

void http_response_done(struct http_response *response)
{
	free(response->body);
	free(response->etag);
	free(response->location);
	*response = (struct http_response){ 0 };
}
