// SPDX-License-Identifier: MIT
/* What the agent takes from /run/roost/host.conf and /run/roost/token. */
#ifndef NODE_AGENT_CONFIG_H
#define NODE_AGENT_CONFIG_H

#include "common/problems.h"

struct agent_config {
	char *server;       /* as in host.conf, with the port; NULL when no appliance is configured */
	char *fingerprint;  /* lower-case hexadecimal SHA-256 of the appliance's CA; may be NULL */
	char *token;        /* the join token; may be NULL. Never in a message, never in an argument */
};

/* 0, or -1 when a file is there and cannot be read; *ret is untouched then. */
int agent_config_read(const char *root, struct agent_config *ret, struct problems *problems);
bool agent_config_equal(const struct agent_config *a, const struct agent_config *b);
void agent_config_done(struct agent_config *config);
/* "https://SERVER/PATH"; owned by the caller. */
char *agent_config_url(const struct agent_config *config, const char *path_fmt, ...)
	printf_like(2, 3);

#endif
