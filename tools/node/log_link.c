// SPDX-License-Identifier: MIT
/* TCP and TLS to a receiver of logs; see log_link.h. */
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "common/clock.h"
#include "common/digest.h"
#include "common/file.h"
#include "node/log_link.h"
#include "node/tcp_connect.h"

struct log_link {
	int fd;
	SSL *ssl;        /* NULL: plain TCP */
	char *name;      /* "host:port", for problems */
};

/* ---- TCP ----------------------------------------------------------------------------------------------- */

/* A receiver that is silent for as long as a write may take has gone. */
static void watch_silence(int fd)
{
	int silent_ms = LOG_WRITE_MS, on = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silent_ms, sizeof(silent_ms));
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

static int connect_tcp(struct log_link *link, const struct log_receiver *receiver, struct problems *problems)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
	autofree char *port = xasprintf("%d", receiver->port);
	struct addrinfo *addresses = NULL;
	int r = getaddrinfo(receiver->host, port, &hints, &addresses), error = 0;

	if (r != 0)
		return problem(problems, "%s: %s", link->name, gai_strerror(r));
	for (struct addrinfo *address = addresses; address && link->fd < 0; address = address->ai_next)
		error = tcp_connect(address, now_ms() + LOG_CONNECT_MS, &link->fd);
	freeaddrinfo(addresses);
	if (link->fd < 0)
		return problem_errno(problems, error, "%s", link->name);
	watch_silence(link->fd);
	return 0;
}

/* ---- TLS ----------------------------------------------------------------------------------------------- */

static int tls_problem(const struct log_link *link, const char *what, struct problems *problems)
{
	const char *reason = ERR_reason_error_string(ERR_peek_error());

	ERR_clear_error();
	return problem(problems, "%s: %s: %s", link->name, what, reason ? reason : "closed by the receiver");
}

/* Whether to try again: waits for what OpenSSL needs. False when it failed. */
static bool tls_may_go_on(const struct log_link *link, int r, int64_t deadline_ms)
{
	switch (SSL_get_error(link->ssl, r)) {
	case SSL_ERROR_WANT_READ:
		return fd_wait(link->fd, POLLIN, deadline_ms);
	case SSL_ERROR_WANT_WRITE:
		return fd_wait(link->fd, POLLOUT, deadline_ms);
	default:
		return false;
	}
}

static SSL_CTX *tls_context(const struct log_receiver *receiver)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	autofree char *cert = path_join(receiver->pki_folder, "cert.pem");
	autofree char *key = path_join(receiver->pki_folder, "key.pem");

	if (!context)
		return NULL;
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	if (path_exists(cert) && (SSL_CTX_use_certificate_chain_file(context, cert) != 1 ||
				  SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)) {
		SSL_CTX_free(context);
		return NULL;
	}
	return context;
}

/* SHA-256 of the certificate that the receiver has shown; owned by the caller, NULL: none. */
static char *shown_fingerprint(const struct log_link *link)
{
	X509 *certificate = SSL_get1_peer_certificate(link->ssl);
	unsigned char *der = NULL;
	int len = certificate ? i2d_X509(certificate, &der) : -1;
	char *fingerprint = len > 0 ? sha256_text(der, (size_t)len) : NULL;

	OPENSSL_free(der);
	X509_free(certificate);
	return fingerprint;
}

/* The fingerprint is what the receiver is known by: no authority, name or date is asked beside it. */
static int handshake(struct log_link *link, const struct log_receiver *receiver, struct problems *problems)
{
	int64_t deadline_ms = now_ms() + LOG_CONNECT_MS;
	autofree char *shown = NULL;
	int r;

	while ((r = SSL_connect(link->ssl)) != 1)
		if (!tls_may_go_on(link, r, deadline_ms))
			return tls_problem(link, "TLS", problems);
	shown = shown_fingerprint(link);
	if (!shown || !streq(shown, receiver->fingerprint))
		return problem(problems, "%s: its certificate has the fingerprint %s, expected %s", link->name,
			       shown ? shown : "(none)", receiver->fingerprint);
	return 0;
}

static int start_tls(struct log_link *link, const struct log_receiver *receiver, struct problems *problems)
{
	SSL_CTX *context = tls_context(receiver);

	link->ssl = context ? SSL_new(context) : NULL;
	SSL_CTX_free(context);
	if (!link->ssl || SSL_set_fd(link->ssl, link->fd) != 1)
		return tls_problem(link, "this host's certificate", problems);
	(void)SSL_set_tlsext_host_name(link->ssl, receiver->host);
	return handshake(link, receiver, problems);
}

/* ---- Both ---------------------------------------------------------------------------------------------- */

struct log_link *log_link_open(const struct log_receiver *receiver, struct problems *problems)
{
	struct log_link *link = xcalloc(1, sizeof(*link));

	link->fd = -1;
	link->name = xasprintf(strchr(receiver->host, ':') ? "[%s]:%d" : "%s:%d", receiver->host, receiver->port);
	if (connect_tcp(link, receiver, problems) == 0 &&
	    (!receiver->fingerprint || start_tls(link, receiver, problems) == 0))
		return link;
	log_link_close(link);
	return NULL;
}

void log_link_close(struct log_link *link)
{
	if (!link)
		return;
	SSL_free(link->ssl);
	cleanup_close(&link->fd);
	free(link->name);
	free(link);
}

int log_link_fd(const struct log_link *link)
{
	return link->fd;
}

static int send_tls(struct log_link *link, const char *data, size_t len, struct problems *problems)
{
	int64_t deadline_ms = now_ms() + LOG_WRITE_MS;
	int r;

	while ((r = SSL_write(link->ssl, data, (int)len)) <= 0)
		if (!tls_may_go_on(link, r, deadline_ms))
			return tls_problem(link, "sending", problems);
	return 0;
}

int log_link_send(struct log_link *link, const char *data, size_t len, struct problems *problems)
{
	int64_t deadline_ms = now_ms() + LOG_WRITE_MS;

	if (link->ssl)
		return send_tls(link, data, len, problems);
	while (len > 0) {
		ssize_t n = send(link->fd, data, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN && fd_wait(link->fd, POLLOUT, deadline_ms))
			continue;
		if (n < 0)
			return problem_errno(problems, errno, "%s", link->name);
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

int log_link_listen(struct log_link *link, struct problems *problems)
{
	char buffer[1024];
	ssize_t n = 0;

	if (link->ssl) {
		int r = SSL_read(link->ssl, buffer, sizeof(buffer));
		int error = r > 0 ? SSL_ERROR_NONE : SSL_get_error(link->ssl, r);

		return error == SSL_ERROR_NONE || error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ?
		       0 : tls_problem(link, "receiver", problems);
	}
	n = recv(link->fd, buffer, sizeof(buffer), MSG_DONTWAIT);
	if (n > 0 || (n < 0 && errno == EAGAIN))
		return 0;
	return n == 0 ? problem(problems, "%s: closed by the receiver", link->name) :
			problem_errno(problems, errno, "%s", link->name);
}

bool log_link_is_drained(const struct log_link *link)
{
	int queued = 0;

	return ioctl(link->fd, SIOCOUTQ, &queued) == 0 && queued == 0;
}
