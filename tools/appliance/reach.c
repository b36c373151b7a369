// SPDX-License-Identifier: MIT
/* How clients reach the appliance; see reach.h. */
#include "appliance/names.h"
#include "appliance/reach.h"

#define HEADER_MAX 300 /* a DNS name has at most 253 characters */

void reach_done(struct reach *reach)
{
	strv_free(reach->names);
	free(reach->name);
	free(reach->nodes_host);
	strv_free(reach->boot_urls);
	*reach = (struct reach){ 0 };
}

/* The name or address in its one form, as certificates have it; NULL when it is neither. */
static char *canonical(const char *host, bool is_bracketed)
{
	char **names = NULL;
	char *name;

	/* Only IPv6 addresses have colons and brackets. */
	if ((strchr(host, ':') != NULL) != is_bracketed || names_add(&names, host, NULL) < 0)
		return NULL;
	name = names[0];
	free(names);
	return name;
}

/* HOST | HOST ":" PORT | "[" IPV6 "]" | "[" IPV6 "]:" PORT */
int origin_read(const char *header, struct origin *ret)
{
	bool is_bracketed = header[0] == '[';
	const char *start = header + is_bracketed;
	const char *end = start + strcspn(start, is_bracketed ? "]" : ":");
	const char *rest = end + (is_bracketed && *end == ']');
	autofree char *text = NULL;
	long long port = 0;
	char *host;

	if (strlen(header) > HEADER_MAX || (is_bracketed && *end != ']'))
		return -1;
	/* str_to_int takes what strtoll takes: signs and blanks too. */
	if (*rest != '\0' && (*rest != ':' || rest[1 + strspn(rest + 1, "0123456789")] != '\0' ||
			      !str_to_int(rest + 1, 1, 65535, &port)))
		return -1;
	text = xstrndup(start, (size_t)(end - start));
	host = canonical(text, is_bracketed);
	if (!host)
		return -1;
	*ret = (struct origin){ host, (unsigned)port };
	return 0;
}

static char *host_port(const char *host, unsigned port)
{
	bool is_ipv6 = strchr(host, ':') != NULL;
	autofree char *end = port ? xasprintf(":%u", port) : xstrdup("");

	return xasprintf("%s%s%s%s", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", end);
}

char *origin_url(const char *scheme, const char *host, unsigned port)
{
	autofree char *authority = host_port(host, port);

	return xasprintf("%s://%s", scheme, authority);
}

char *reach_appliance(const struct reach *reach, const char *host, bool *ret_is_trusted)
{
	*ret_is_trusted = true;
	if (strv_contains(reach->names, host))
		return host_port(host, reach->nodes_port);
	if (reach->name)
		return host_port(reach->name, reach->nodes_port);
	if (reach->nodes_host)
		return host_port(reach->nodes_host, reach->nodes_port);
	*ret_is_trusted = false;
	return host_port(host, reach->nodes_port);
}

char *reach_host(const struct reach *reach, const char *address, bool is_any)
{
	char own[256] = "";

	if (!is_any)
		return xstrdup(address);
	if (reach->name)
		return xstrdup(reach->name);
	gethostname(own, sizeof(own) - 1);
	return xstrdup(own[0] ? own : "127.0.0.1");
}
