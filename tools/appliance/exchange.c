// SPDX-License-Identifier: MIT
/* One request, from its head to its answer; see exchange.h. */
#include <inttypes.h>
#include <time.h>

#include "appliance/exchange.h"
#include "appliance/peer.h"
#include "appliance/registration.h"
#include "common/cli.h"
#include "common/clock.h"

#define REQUEST_TIMEOUT_MS 60000     /* a body that comes in drops */
#define DISCARD_MAX (4 * BODY_MAX)   /* of a body that is too large, so that the client reads why */
#define RETRY_AFTER_MIN_S 5
#define RETRY_AFTER_SPREAD_S 10

/* From the request line to the answer. */
struct exchange {
	struct request request;
	struct reply reply;
	const struct route *route;
	struct download *download; /* while a file is on its way; else NULL */
	size_t received;
	int64_t started_ms;
};

/* ---- The log ------------------------------------------------------------------------------------ */

/* What came from outside, made fit for one line. */
static char *one_line(const char *text, size_t max)
{
	char *line = xstrndup(text, max);

	for (char *p = line; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f || *p == ' ')
			*p = '?';
	return line;
}

static void log_exchange(const struct exchange *exchange)
{
	autofree char *path = one_line(exchange->request.path, 200);
	autofree char *method = one_line(exchange->request.method, 20);

	log_info("%s %s %s %u %" PRId64 "ms%s%s", exchange->request.address, method, path,
		 exchange->reply.status, now_ms() - exchange->started_ms,
		 exchange->reply.note ? " " : "", exchange->reply.note ? exchange->reply.note : "");
}

/* ---- Answers ------------------------------------------------------------------------------------ */

static void add_header(struct MHD_Response *response, const char *line)
{
	const char *colon = strstr(line, ": ");
	autofree char *name = xstrndup(line, (size_t)(colon - line));

	MHD_add_response_header(response, name, colon + 2);
}

static struct MHD_Response *make_response(struct reply *reply)
{
	struct MHD_Response *response;

	if (reply->fd >= 0) {
		response = MHD_create_response_from_fd_at_offset64(reply->length, reply->fd,
								   reply->offset);
		if (response)
			reply->fd = -1;
		return response;
	}
	response = MHD_create_response_from_buffer(reply->body_len, reply->body,
						   MHD_RESPMEM_MUST_FREE);
	if (response)
		reply->body = NULL;
	return response;
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, struct exchange *exchange)
{
	struct reply *reply = &exchange->reply;
	struct MHD_Response *response = make_response(reply);
	enum MHD_Result r;

	if (!response)
		return MHD_NO;
	if (reply->content_type)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->content_type);
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	for (size_t i = 0; reply->headers && reply->headers[i]; i++)
		add_header(response, reply->headers[i]);
	r = MHD_queue_response(connection, reply->status, response);
	MHD_destroy_response(response);
	return r;
}

/* ---- Too much at once --------------------------------------------------------------------------- */

/* The times differ, so that those who are refused together do not come back together. */
static void refuse(struct desk *desk, struct exchange *exchange, const char *what)
{
	unsigned long long count = atomic_fetch_add(&desk->metrics->refused, 1);

	reply_busy(&exchange->reply, RETRY_AFTER_MIN_S + (unsigned)(count % RETRY_AFTER_SPREAD_S),
		   what);
}

/* A place for a reply that sends a file. */
static void begin_download(struct desk *desk, struct MHD_Connection *connection,
			   struct exchange *exchange)
{
	if (exchange->reply.fd < 0 || streq(exchange->request.method, "HEAD"))
		return;
	exchange->download = download_begin(desk->downloads, exchange->request.address,
					    peer_socket(connection), now_ms());
	if (!exchange->download)
		refuse(desk, exchange, "downloads");
}

static void end_download(struct desk *desk, struct exchange *exchange,
			 enum MHD_RequestTerminationCode code)
{
	bool is_complete = code == MHD_REQUEST_TERMINATED_COMPLETED_OK;
	uint64_t bytes, length = exchange->reply.length;

	if (!exchange->download)
		return;
	bytes = download_end(desk->downloads, exchange->download);
	exchange->download = NULL;
	atomic_fetch_add(&desk->metrics->file_bytes,
			 is_complete || bytes > length ? length : bytes);
	if (code == MHD_REQUEST_TERMINATED_TIMEOUT_REACHED)
		atomic_fetch_add(&desk->metrics->cut, 1);
}

/* ---- Requests ----------------------------------------------------------------------------------- */

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static struct exchange *exchange_new(struct desk *desk, struct MHD_Connection *connection,
				     const char *path, const char *method)
{
	struct exchange *exchange = xcalloc(1, sizeof(*exchange));
	const char *host = header_of(connection, MHD_HTTP_HEADER_HOST);

	exchange->started_ms = now_ms();
	exchange->reply.fd = -1;
	exchange->request = (struct request){
		.appliance = desk->appliance,
		.method = method,
		.path = path,
		.address = peer_address(connection),
		.is_encrypted = desk->listener != ON_BOOT,
		.host = host ? xstrdup(host) : peer_own_address(connection),
		.authorization = header_of(connection, MHD_HTTP_HEADER_AUTHORIZATION),
		.if_none_match = header_of(connection, MHD_HTTP_HEADER_IF_NONE_MATCH),
		.range = header_of(connection, MHD_HTTP_HEADER_RANGE),
		.if_range = header_of(connection, MHD_HTTP_HEADER_IF_RANGE),
		.now = time(NULL),
	};
	peer_identify(connection, &exchange->request.peer_id, &exchange->request.peer_key_id);
	return exchange;
}

/* Finds the route and checks credentials, before a byte of the body is taken. */
static void begin_exchange(struct desk *desk, struct exchange *exchange)
{
	struct request *request = &exchange->request;
	bool is_known;

	if (!rate_take(&desk->requests, exchange->started_ms)) {
		refuse(desk, exchange, "requests");
		return;
	}
	exchange->route = route_find(desk->listener, request->method, request->path,
				     request->params, &is_known);
	if (!exchange->route)
		reply_error(&exchange->reply, is_known ? 405 : 404, NULL,
			    is_known ? "this call has other methods only" : "there is no such call");
	else
		route_authorize(exchange->route, request, &exchange->reply);
}

static void reply_too_large(struct reply *reply)
{
	reply_error(reply, 413, NULL, "the body is larger than %d bytes", BODY_MAX);
}

static bool announces_too_much(struct MHD_Connection *connection)
{
	const char *text = header_of(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
	long long len;

	return text && (!str_to_int(text, 0, INT64_MAX, &len) || len > BODY_MAX);
}

/* Keeps what is wanted and drops the rest. False ends the connection. */
static bool take_body(struct exchange *exchange, const char *data, size_t len)
{
	struct request *request = &exchange->request;

	exchange->received += len;
	if (exchange->received > DISCARD_MAX ||
	    now_ms() - exchange->started_ms > REQUEST_TIMEOUT_MS)
		return false;
	if (exchange->reply.status || streq(exchange->route->method, "GET"))
		return true;
	if (exchange->received > BODY_MAX) {
		reply_too_large(&exchange->reply);
		return true;
	}
	request->body = xreallocarray(request->body, exchange->received + 1, 1);
	memcpy(request->body + request->body_len, data, len);
	request->body_len += len;
	request->body[request->body_len] = '\0';
	return true;
}

/* Those over the rate would flood the log, too: there a line a second stands for all. */
static bool is_worth_a_line(struct desk *desk, const struct exchange *exchange)
{
	return exchange->reply.status != 503 || rate_take(&desk->complaints, now_ms());
}

static enum MHD_Result finish_exchange(struct desk *desk, struct MHD_Connection *connection,
				       struct exchange *exchange)
{
	if (!exchange->reply.status)
		exchange->route->handle(&exchange->request, &exchange->reply);
	begin_download(desk, connection, exchange);
	metrics_count(desk->metrics->requests, exchange->reply.status);
	if (is_worth_a_line(desk, exchange))
		log_exchange(exchange);
	return send_reply(connection, exchange);
}

enum MHD_Result exchange_on_request(void *userdata, struct MHD_Connection *connection,
				    const char *path, const char *method, const char *version,
				    const char *data, size_t *data_len, void **state)
{
	struct exchange *exchange = *state;

	(void)version;
	if (!exchange) {
		exchange = exchange_new(userdata, connection, path, method);
		*state = exchange;
		begin_exchange(userdata, exchange);
		if (!announces_too_much(connection))
			return MHD_YES;
		if (exchange->reply.status == 0)
			reply_too_large(&exchange->reply);
		return finish_exchange(userdata, connection, exchange);
	}
	if (*data_len > 0) {
		bool may_go_on = take_body(exchange, data, *data_len);

		*data_len = 0;
		return may_go_on ? MHD_YES : MHD_NO;
	}
	return finish_exchange(userdata, connection, exchange);
}

void exchange_on_completed(void *userdata, struct MHD_Connection *connection, void **state,
			   enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *state;

	(void)connection;
	if (!exchange)
		return;
	end_download(userdata, exchange, code);
	request_done(&exchange->request);
	reply_done(&exchange->reply);
	free(exchange);
	*state = NULL;
}
