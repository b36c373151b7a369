// SPDX-License-Identifier: MIT
/* Reading a lease; see lease.h. */
#include "kickstart/options.h"
#include "node/lease.h"

#define ROUTES_MAX 16
#define NAMESERVERS_MAX 3
#define SEARCH_MAX 6

const char *const lease_names[] = {
	"ip", "mask", "router", "dns", "domain", "search", "staticroutes", NULL,
};

/* The value in its one way of being written, or NULL when it is none of the type. */
static char *value_of(const struct ks_type *type, const char *text)
{
	struct ks_value value;

	return type->read(NULL, text, &value) ? value.text : NULL;
}

static char *find(char *const *lines, const char *name)
{
	for (size_t i = 0; lines && lines[i]; i++) {
		char *value = strchr(lines[i], '=');

		if (value && (size_t)(value - lines[i]) == strlen(name) &&
		    strncmp(lines[i], name, strlen(name)) == 0)
			return value + 1;
	}
	return NULL;
}

/* The words of a value that are of the type, `max` at most. */
static char **list_of(char *const *lines, const char *name, const struct ks_type *type, size_t max)
{
	const char *text = find(lines, name);
	autostrv char **words = text ? strv_split(text, " ", false) : NULL;
	char **list = NULL;

	for (size_t i = 0; words && words[i] && strv_len(list) < max; i++) {
		char *value = value_of(type, words[i]);

		if (value && strv_contains(list, value))
			free(value);
		else if (value)
			strv_push_take(&list, value);
	}
	return list;
}

/* ADDRESS/LENGTH, the length in its one way of being written as well; NULL when either is not valid. */
static char *with_length(const char *address, const char *length)
{
	autofree char *host = address ? value_of(&ks_ipv4, address) : NULL;
	long long bits;

	return host && length && str_to_int(length, 0, 32, &bits) ? xasprintf("%s/%lld", host, bits) : NULL;
}

void lease_add_route(struct lease *lease, const char *to, const char *gateway)
{
	struct lease_route *route;

	if (lease->routes_count >= ROUTES_MAX)
		return;
	lease->routes = xreallocarray(lease->routes, lease->routes_count + 1, sizeof(*lease->routes));
	route = &lease->routes[lease->routes_count++];
	*route = (struct lease_route){ .to = xstrdup(to), .gateway = xstrdup(gateway) };
}

static void read_static_route(struct lease *lease, const char *to, const char *gateway_text)
{
	autofree char *gateway = value_of(&ks_ipv4, gateway_text);
	const char *slash = strchr(to, '/');
	autofree char *start = slash ? xstrndup(to, (size_t)(slash - to)) : NULL;
	autofree char *network = start ? with_length(start, slash + 1) : NULL;

	if (gateway && network)
		lease_add_route(lease, network, gateway);
}

static void read_routes(char *const *lines, struct lease *lease)
{
	const char *text = find(lines, "staticroutes");
	autostrv char **words = text ? strv_split(text, " ", false) : NULL;
	autostrv char **routers = list_of(lines, "router", &ks_ipv4, 1);

	for (size_t i = 0; words && words[i] && words[i + 1]; i += 2)
		read_static_route(lease, words[i], words[i + 1]);
	if (!words && routers)
		lease_add_route(lease, "0.0.0.0/0", routers[0]);
}

int lease_read(const char *text, struct lease *ret, struct problems *problems)
{
	autostrv char **lines = strv_split(text, "\n", false);
	struct lease lease = { .address = with_length(find(lines, "ip"), find(lines, "mask")) };

	if (!lease.address)
		return problem(problems, "the DHCP server's answer has no valid address: expected one "
			       "with the length of its prefix");
	read_routes(lines, &lease);
	lease.nameservers = list_of(lines, "dns", &ks_ip, NAMESERVERS_MAX);
	lease.search = list_of(lines, "search", &ks_hostname, SEARCH_MAX);
	if (!lease.search)
		lease.search = list_of(lines, "domain", &ks_hostname, SEARCH_MAX);
	*ret = lease;
	return 0;
}

char *lease_resolv_conf(const struct lease *lease)
{
	autofree char *search = lease->search ? strv_join(lease->search, " ") : NULL;
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	for (size_t i = 0; lease->nameservers && lease->nameservers[i]; i++)
		fprintf(out, "nameserver %s\n", lease->nameservers[i]);
	if (search)
		fprintf(out, "search %s\n", search);
	fclose(out);
	return text;
}

void lease_done(struct lease *lease)
{
	for (size_t i = 0; i < lease->routes_count; i++) {
		free(lease->routes[i].to);
		free(lease->routes[i].gateway);
	}
	free(lease->routes);
	free(lease->address);
	strv_free(lease->nameservers);
	strv_free(lease->search);
	*lease = (struct lease){ 0 };
}
