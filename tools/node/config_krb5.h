// SPDX-License-Identifier: MIT
/* /etc/krb5.conf from `realm join`. */
#ifndef NODE_CONFIG_KRB5_H
#define NODE_CONFIG_KRB5_H

#include "host/host.h"

/* Below root. Without a realm the file goes. 0 or -1. */
int config_krb5(const char *root, const struct host *host, struct problems *problems);
/* The file's text; owned by the caller. NULL without a realm. */
char *krb5_conf_text(const struct host *host);

#endif
