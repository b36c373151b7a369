// SPDX-License-Identifier: MIT
/* The addresses and their servers; see endpoints.h. */
#include <sys/resource.h>
#include <time.h>

#include "appliance/endpoints.h"
#include "appliance/listen.h"
#include "appliance/names.h"
#include "appliance/server.h"
#include "common/cli.h"

#define OTHER_FILES 64 /* the database, the log, the listening sockets, what handlers open */
#define CONNECTIONS_MIN 8

struct endpoint {
	enum listener listener;
	struct listen_address address;
	int fd; /* listening */
	unsigned port;
	struct server *server;
};

/* ---- Sockets ------------------------------------------------------------------------------------ */

static int open_one(struct endpoints *endpoints, enum listener listener, const char *text,
		    struct problems *problems)
{
	struct endpoint endpoint = { .listener = listener, .fd = -1 };

	if (listen_parse(text, &endpoint.address, problems) < 0 ||
	    listen_open(&endpoint.address, &endpoint.fd, &endpoint.port, problems) < 0)
		return -1;
	endpoints->list = xreallocarray(endpoints->list, endpoints->count + 1, sizeof(endpoint));
	endpoints->list[endpoints->count++] = endpoint;
	return 0;
}

/*
 * A download has a socket and a file. Where the limit of open files would be reached before the limit
 * of connections, clients could not even be told to come again: then there are fewer connections.
 */
static unsigned connections_max(const struct service_config *config, size_t count)
{
	unsigned long long possible = 0;
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur > OTHER_FILES)
		possible = (limit.rlim_cur - OTHER_FILES) / 2 / count;
	if (possible >= (unsigned long long)config->connections_max)
		return (unsigned)config->connections_max;
	possible = possible < CONNECTIONS_MIN ? CONNECTIONS_MIN : possible;
	log_warning("%llu connections at once at each address instead of %lld, because only %llu files "
		    "may be open: raise the limit (LimitNOFILE= of the unit)", possible,
		    config->connections_max, (unsigned long long)limit.rlim_cur);
	return (unsigned)possible;
}

/* Of the server's certificate: also the boot addresses, as hosts that come from there find us by them. */
static char **certificate_names(const struct service_config *config,
				const struct endpoints *endpoints)
{
	char **names = strv_copy(config->names);

	names_add_own(&names);
	for (size_t i = 0; i < endpoints->count; i++)
		if (!endpoints->list[i].address.is_any)
			names_add(&names, endpoints->list[i].address.host, NULL);
	return names;
}

static void fill_reach(const struct service_config *config, const struct endpoints *endpoints,
		       struct reach *reach)
{
	const struct endpoint *nodes = &endpoints->list[0];

	reach->names = certificate_names(config, endpoints);
	reach->name = config->names ? xstrdup(config->names[0]) : NULL;
	reach->nodes_host = nodes->address.is_any ? NULL : xstrdup(nodes->address.host);
	reach->nodes_port = nodes->port;
	for (size_t i = 0; i < endpoints->count; i++) {
		const struct endpoint *endpoint = &endpoints->list[i];
		autofree char *host = reach_host(reach, endpoint->address.host,
						 endpoint->address.is_any);

		if (endpoint->listener == ON_BOOT)
			strv_push_take(&reach->boot_urls, origin_url("http", host, endpoint->port));
	}
}

int endpoints_open(const struct service_config *config, struct endpoints *ret,
		   struct reach *ret_reach, struct problems *problems)
{
	if (open_one(ret, ON_NODES, config->nodes, problems) < 0 ||
	    open_one(ret, ON_ADMIN, config->admin, problems) < 0)
		return -1;
	for (size_t i = 0; config->boot && config->boot[i]; i++)
		if (open_one(ret, ON_BOOT, config->boot[i], problems) < 0)
			return -1;
	ret->connections_max = connections_max(config, ret->count);
	fill_reach(config, ret, ret_reach);
	return 0;
}

void endpoints_done(struct endpoints *endpoints)
{
	for (size_t i = 0; i < endpoints->count; i++)
		cleanup_close(&endpoints->list[i].fd);
	free(endpoints->list);
	*endpoints = (struct endpoints){ 0 };
}

/* ---- Servers ------------------------------------------------------------------------------------ */

static int start_one(const struct service_config *config, unsigned connections,
		     struct endpoint *endpoint, struct appliance *appliance,
		     const char *certificate, const char *key, struct problems *problems)
{
	unsigned per_address = (unsigned)config->connections_per_address_max;
	bool is_plain = endpoint->listener == ON_BOOT;
	struct server_config server = {
		.listener = endpoint->listener,
		.fd = endpoint->fd,
		.certificate_pem = is_plain ? NULL : certificate,
		.key_pem = is_plain ? NULL : key,
		/* Browsers would ask operators for a certificate. */
		.ca_pem = endpoint->listener == ON_NODES ? ca_pem(appliance->ca) : NULL,
		.connections_max = connections,
		/* Those beyond it are closed without a word, and firmware that hears none gives up. */
		.connections_per_address_max = is_plain ? 0 : per_address,
		.downloads_per_address_max = per_address,
	};

	return server_start(appliance, &server, &endpoint->server, problems);
}

int endpoints_start(const struct service_config *config, struct endpoints *endpoints,
		    struct appliance *appliance, struct problems *problems)
{
	autofree char *certificate = NULL;
	autofree char *key = NULL;

	if (ca_server(appliance->ca, config->state, appliance->reach.names, time(NULL), &certificate, &key,
		      problems) < 0)
		return -1;
	for (size_t i = 0; i < endpoints->count; i++)
		if (!endpoints->list[i].server &&
		    start_one(config, endpoints->connections_max, &endpoints->list[i], appliance,
			      certificate, key, problems) < 0)
			return -1;
	return 0;
}

void endpoints_stop(struct endpoints *endpoints, unsigned listeners)
{
	for (size_t i = 0; i < endpoints->count; i++) {
		struct endpoint *endpoint = &endpoints->list[i];

		if (!(endpoint->listener & listeners))
			continue;
		server_stop(endpoint->server);
		endpoint->server = NULL;
	}
}

void endpoints_tick(struct endpoints *endpoints)
{
	for (size_t i = 0; i < endpoints->count; i++)
		server_tick(endpoints->list[i].server);
}

/* ---- Where they are ----------------------------------------------------------------------------- */

static char *url_of(const struct endpoint *endpoint)
{
	return listen_url(endpoint->listener == ON_BOOT ? "http" : "https", &endpoint->address,
			  endpoint->port);
}

json_t *endpoints_json(const struct endpoints *endpoints)
{
	json_t *value = json_object();
	json_t *boot = json_array();

	json_object_set_new(value, "boot", boot);
	for (size_t i = 0; i < endpoints->count; i++) {
		const struct endpoint *endpoint = &endpoints->list[i];
		autofree char *url = url_of(endpoint);

		if (endpoint->listener == ON_BOOT)
			json_array_append_new(boot, json_string(url));
		else
			json_object_set_new(value, listener_name(endpoint->listener), json_string(url));
	}
	return value;
}

void endpoints_announce(const struct endpoints *endpoints)
{
	for (size_t i = 0; i < endpoints->count; i++) {
		const struct endpoint *endpoint = &endpoints->list[i];
		autofree char *url = url_of(endpoint);

		log_info("%s: %s%s%s", listener_name(endpoint->listener), url,
			 endpoint->address.is_any ? " (all addresses)" : "",
			 endpoint->listener != ON_BOOT ? "" :
			 ", plain HTTP, /boot/ only: firmware cannot check our certificate, but "
			 "Secure Boot and the digests on the kernel command line check what it loads, "
			 "and nothing there is secret");
	}
}
