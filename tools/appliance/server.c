// SPDX-License-Identifier: MIT
/* The HTTP server; see server.h. */
#include <errno.h>
#include <fcntl.h>

#include "appliance/exchange.h"
#include "appliance/server.h"
#include "common/cli.h"
#include "common/clock.h"

#define IDLE_TIMEOUT_S 30            /* a connection on which nothing moves */
#define CONNECTION_MEMORY (32 * 1024) /* line and headers */
/* Without TLS and credentials a request costs little; firmware asks for a dozen files in a second. */
#define BOOT_REQUESTS_PER_S 2000
#define TLS_PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct server {
	struct MHD_Daemon *daemon;
	struct desk desk;
};

static void log_library(void *userdata, const char *fmt, va_list ap) printf_like(2, 0);
static void log_library(void *userdata, const char *fmt, va_list ap)
{
	autofree char *text = xvasprintf(fmt, ap);

	(void)userdata;
	log_warning("http: %s", str_trim(text));
}

/* ---- Start and stop ----------------------------------------------------------------------------- */

static struct server *server_new(struct appliance *appliance, const struct server_config *config)
{
	struct server *server = xcalloc(1, sizeof(*server));
	unsigned per_second = config->listener == ON_BOOT ? BOOT_REQUESTS_PER_S : 0;
	/* The other connections are for telling those who come then that they should come again. */
	unsigned downloads_max = config->connections_max - config->connections_max / 4;

	server->desk = (struct desk){
		.appliance = appliance,
		.listener = config->listener,
		.metrics = &appliance->metrics.listeners[listener_index(config->listener)],
		.downloads = downloads_new(downloads_max, config->downloads_per_address_max),
	};
	rate_init(&server->desk.requests, per_second, 2 * per_second, now_ms());
	rate_init(&server->desk.complaints, 1, 5, now_ms());
	return server;
}

static void server_free(struct server *server)
{
	downloads_free(server->desk.downloads);
	free(server);
}

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
	server = server_new(appliance, config);
	encryption_options(config, encryption);
	server->daemon = MHD_start_daemon(
		flags | (config->certificate_pem ? MHD_USE_TLS : 0), 0, NULL, NULL,
		exchange_on_request, &server->desk,
		MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL,
		MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_ARRAY, encryption,
		MHD_OPTION_CONNECTION_LIMIT, config->connections_max,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, config->connections_per_address_max,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_NOTIFY_COMPLETED, exchange_on_completed, &server->desk,
		MHD_OPTION_END);
	if (!server->daemon) {
		close(fd);
		server_free(server);
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
	server_free(server);
}

void server_tick(struct server *server)
{
	struct desk *desk = &server->desk;
	unsigned cut = downloads_cut_slow(desk->downloads, now_ms());

	atomic_fetch_add(&desk->metrics->cut, cut);
	if (cut)
		log_warning("%s address: %u download%s cut: less than %d KiB went out in %d seconds",
			    listener_name(desk->listener), cut, cut == 1 ? "" : "s",
			    DOWNLOAD_WINDOW_BYTES / 1024, DOWNLOAD_WINDOW_MS / 1000);
}
