// SPDX-License-Identifier: MIT
/* Lists that the kernel keeps, over rtnetlink(7). */
#ifndef NODE_RTNL_H
#define NODE_RTNL_H

#include <linux/rtnetlink.h>
#include <stdint.h>

#include "common/problems.h"

struct rtnl_dump {
	int type;               /* RTM_GETLINK, ... */
	int family;             /* AF_UNSPEC, AF_BRIDGE */
	uint32_t filter;        /* RTEXT_FILTER_*; 0: none */
	/* Called for each message of the list. */
	void (*take)(void *data, const struct nlmsghdr *message);
	void *data;
};

/* Waits at most 5 s in all. -1 with a problem. */
int rtnl_dump(const struct rtnl_dump *dump, struct problems *problems);

/* Attributes by type, 0 to max: NULL for those that are not there. `ret` has max + 1 items. */
void rtnl_attributes(const struct rtattr *first, size_t len, const struct rtattr **ret, size_t max);
/* Those within another; `outer` may be NULL: none. */
void rtnl_nested(const struct rtattr *outer, const struct rtattr **ret, size_t max);
/* A number of one to four bytes; `fallback` when there is none. */
uint32_t rtnl_number(const struct rtattr *attribute, uint32_t fallback);
/* Owned by the caller; NULL when there is none. */
char *rtnl_text(const struct rtattr *attribute);
/* "52:54:00:12:34:56"; NULL when there is none of six bytes. Owned by the caller. */
char *rtnl_mac(const struct rtattr *attribute);

#endif
