// SPDX-License-Identifier: MIT
/* The appliance's address, its fingerprint and the join token; see agent_config.h. */
#include "common/file.h"
#include "node/agent_config.h"
#include "node/host_conf.h"

#define TOKEN_PATH "/run/roost/token"
#define TOKEN_MAX 1024
#define DEFAULT_PORT "8443"

/* Adds the port when there is none. An IPv6 address is in brackets when a port follows, or else bare. */
static char *with_port(const char *server)
{
	const char *colon = strchr(server, ':');
	const char *bracket = strrchr(server, ']');

	if (bracket)
		return bracket[1] == ':' ? xstrdup(server) : xasprintf("%s:" DEFAULT_PORT, server);
	if (colon && strchr(colon + 1, ':'))
		return xasprintf("[%s]:" DEFAULT_PORT, server);
	return colon ? xstrdup(server) : xasprintf("%s:" DEFAULT_PORT, server);
}

static int read_token(const char *root, char **ret, struct problems *problems)
{
	autofree char *path = path_in_root(root, TOKEN_PATH);
	autofree char *text = NULL;
	char *token;

	if (file_read_optional(path, TOKEN_MAX, &text, NULL, problems) < 0)
		return -1;
	token = text ? str_trim(text) : NULL;
	*ret = token && *token ? xstrdup(token) : NULL;
	return 0;
}

int agent_config_read(const char *root, struct agent_config *ret, struct problems *problems)
{
	autohost struct host host = { 0 };
	struct agent_config config = { 0 };

	if (host_conf_read_optional(root, &host, problems) < 0)
		return -1;
	if (read_token(root, &config.token, problems) < 0)
		return -1;
	if (host.appliance.server)
		config.server = with_port(host.appliance.server);
	config.fingerprint = take_ptr(host.appliance.fingerprint);
	*ret = config;
	return 0;
}

bool agent_config_equal(const struct agent_config *a, const struct agent_config *b)
{
	return streq_null(a->server, b->server) && streq_null(a->fingerprint, b->fingerprint) &&
	       streq_null(a->token, b->token);
}

void agent_config_done(struct agent_config *config)
{
	free(config->server);
	free(config->fingerprint);
	if (config->token)
		explicit_bzero(config->token, strlen(config->token));
	free(config->token);
	*config = (struct agent_config){ 0 };
}

char *agent_config_url(const struct agent_config *config, const char *path_fmt, ...)
{
	autofree char *path = NULL;
	va_list ap;

	va_start(ap, path_fmt);
	path = xvasprintf(path_fmt, ap);
	va_end(ap);
	return xasprintf("https://%s%s", config->server, path);
}
