// SPDX-License-Identifier: MIT
/* The HTTP server; see server.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <time.h>

#include "appliance/registration.h"
#include "appliance/server.h"
#include "common/cli.h"
#include "common/clock.h"

#define IDLE_TIMEOUT_S 30            /* a connection on which nothing moves */
#define REQUEST_TIMEOUT_MS 60000     /* a body that comes in drops */
#define DISCARD_MAX (4 * BODY_MAX)   /* of a body that is too large, so that the client reads why */
#define CONNECTION_MEMORY (32 * 1024) /* line and headers */
#define TLS_PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct server {
	struct appliance *appliance;
	struct MHD_Daemon *daemon;
	enum listener listener;
};

/* From the request line to the answer. */
struct exchange {
	struct request request;
	struct reply reply;
	const struct route *route;
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

static void log_library(void *userdata, const char *fmt, va_list ap) printf_like(2, 0);
static void log_library(void *userdata, const char *fmt, va_list ap)
{
	autofree char *text = xvasprintf(fmt, ap);

	(void)userdata;
	log_warning("http: %s", str_trim(text));
}

/* ---- The peer ----------------------------------------------------------------------------------- */

static char *peer_address(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *address = info ? info->client_addr : NULL;
	char text[INET6_ADDRSTRLEN] = "?";

	if (address && address->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text,
			  sizeof(text));
	else if (address && address->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, text,
			  sizeof(text));
	return xstrdup(str_after(text, "::ffff:") ? str_after(text, "::ffff:") : text);
}

/* Fills in who the client certificate names, when there is one and our authority signed it. */
static void identify_peer(struct MHD_Connection *connection, struct request *request)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	gnutls_session_t session = info ? info->tls_session : NULL;
	/* Without a purpose, the server's own certificate would pass for a host's. */
	gnutls_typed_vdata_st purpose = {
		.type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT,
	};
	const gnutls_datum_t *chain;
	unsigned count = 0;
	unsigned status = 0;

	if (!session || gnutls_auth_client_get_type(session) != GNUTLS_CRD_CERTIFICATE)
		return;
	chain = gnutls_certificate_get_peers(session, &count);
	if (!chain || count == 0 ||
	    gnutls_certificate_verify_peers(session, &purpose, 1, &status) < 0 || status != 0)
		return;
	if (certificate_owner(chain[0].data, chain[0].size, &request->peer_id,
			      &request->peer_key_id) < 0)
		request->peer_id = NULL;
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

/* ---- Requests ----------------------------------------------------------------------------------- */

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static struct exchange *exchange_new(struct server *server, struct MHD_Connection *connection,
				     const char *path, const char *method)
{
	struct exchange *exchange = xcalloc(1, sizeof(*exchange));

	exchange->started_ms = now_ms();
	exchange->reply.fd = -1;
	exchange->request = (struct request){
		.appliance = server->appliance,
		.method = method,
		.path = path,
		.address = peer_address(connection),
		.authorization = header_of(connection, MHD_HTTP_HEADER_AUTHORIZATION),
		.if_none_match = header_of(connection, MHD_HTTP_HEADER_IF_NONE_MATCH),
		.range = header_of(connection, MHD_HTTP_HEADER_RANGE),
		.if_range = header_of(connection, MHD_HTTP_HEADER_IF_RANGE),
		.now = time(NULL),
	};
	identify_peer(connection, &exchange->request);
	return exchange;
}

/* Finds the route and checks credentials, before a byte of the body is taken. */
static void begin_exchange(struct server *server, struct exchange *exchange)
{
	struct request *request = &exchange->request;
	bool is_known;

	exchange->route = route_find(server->listener, request->method, request->path,
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

static enum MHD_Result finish_exchange(struct MHD_Connection *connection,
				       struct exchange *exchange)
{
	if (!exchange->reply.status)
		exchange->route->handle(&exchange->request, &exchange->reply);
	metrics_count(exchange->request.appliance->metrics.requests, exchange->reply.status);
	log_exchange(exchange);
	return send_reply(connection, exchange);
}

/* libmicrohttpd calls this for the head of a request, for each part of its body, and at its end. */
static enum MHD_Result on_request(void *userdata, struct MHD_Connection *connection,
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
		return finish_exchange(connection, exchange);
	}
	if (*data_len > 0) {
		bool may_go_on = take_body(exchange, data, *data_len);

		*data_len = 0;
		return may_go_on ? MHD_YES : MHD_NO;
	}
	return finish_exchange(connection, exchange);
}

static void on_completed(void *userdata, struct MHD_Connection *connection, void **state,
			 enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *state;

	(void)userdata, (void)connection, (void)code;
	if (!exchange)
		return;
	request_done(&exchange->request);
	reply_done(&exchange->reply);
	free(exchange);
	*state = NULL;
}

/* ---- Start and stop ----------------------------------------------------------------------------- */

/* With TLS: what certificates there are. Without: firmware is forgiven what does no harm here. */
static void encryption_options(const struct server_config *config, struct MHD_OptionItem items[5])
{
	const struct MHD_OptionItem encrypted[5] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)config->certificate_pem },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)config->key_pem },
		{ MHD_OPTION_HTTPS_MEM_TRUST, 0, (void *)config->ca_pem },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)TLS_PRIORITY },
		{ MHD_OPTION_END, 0, NULL },
	};
	/* HTTP/1.1 without Host, a lone line feed: seen in old network cards' ROMs. */
	const struct MHD_OptionItem plain[5] = {
		{ MHD_OPTION_STRICT_FOR_CLIENT, -1, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};

	memcpy(items, config->certificate_pem ? encrypted : plain, sizeof(encrypted));
}

int server_start(struct appliance *appliance, const struct server_config *config,
		 struct server **ret, struct problems *problems)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG;
	struct MHD_OptionItem encryption[5];
	struct server *server;
	int fd = fcntl(config->fd, F_DUPFD_CLOEXEC, 3);

	if (fd < 0)
		return problem_errno(problems, errno, "cannot copy the listening socket");
	server = xcalloc(1, sizeof(*server));
	server->appliance = appliance;
	server->listener = config->listener;
	encryption_options(config, encryption);
	server->daemon = MHD_start_daemon(
		flags | (config->certificate_pem ? MHD_USE_TLS : 0), 0, NULL, NULL, on_request, server,
		MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL,
		MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_ARRAY, encryption,
		MHD_OPTION_CONNECTION_LIMIT, config->connections_max,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, config->connections_per_address_max,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
		MHD_OPTION_END);
	if (!server->daemon) {
		close(fd);
		free(server);
		return problem(problems, "cannot start the HTTP server; the lines above say why");
	}
	*ret = server;
	return 0;
}

void server_stop(struct server *server)
{
	int fd;

	if (!server)
		return;
	/* Otherwise the library shuts the socket down, and with it the caller's. */
	fd = MHD_quiesce_daemon(server->daemon);
	MHD_stop_daemon(server->daemon);
	cleanup_close(&fd);
	free(server);
}
