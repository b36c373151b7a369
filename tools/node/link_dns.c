// SPDX-License-Identifier: MIT
/* DNS of each link; see link_dns.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <systemd/sd-bus.h>

#include "node/bus.h"
#include "node/link_dns.h"

static void add(const json_t *indexes, int link_index, const char *field, const char *text)
{
	autofree char *index = xasprintf("%d", link_index);
	json_t *list = json_object_get(json_object_get(indexes, index), field);

	if (list)
		json_array_append_new(list, json_string(text));
}

/* (iiay): link, family, address; link 0 has those of resolved.conf(5) */
static int take_server(const json_t *indexes, sd_bus_message *message)
{
	char text[INET6_ADDRSTRLEN];
	const void *address;
	size_t len;
	int link_index, family, r;

	r = sd_bus_message_enter_container(message, 'r', "iiay");
	if (r <= 0)
		return r;
	if (sd_bus_message_read(message, "ii", &link_index, &family) < 0 ||
	    sd_bus_message_read_array(message, 'y', &address, &len) < 0)
		return -EBADMSG;
	if (len == (family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr)) &&
	    inet_ntop(family, address, text, sizeof(text)))
		add(indexes, link_index, "dns_servers", text);
	r = sd_bus_message_exit_container(message);
	return r < 0 ? r : 1;
}

/* (isb): link, domain, whether it only says where to ask and is not searched in */
static int take_domain(const json_t *indexes, sd_bus_message *message)
{
	int link_index, is_route_only, r;
	const char *domain;

	r = sd_bus_message_read(message, "(isb)", &link_index, &domain, &is_route_only);
	if (r > 0 && !is_route_only)
		add(indexes, link_index, "search_domains", domain);
	return r;
}

static const struct property {
	const char *name, *type, *item, *field;
	/* One item: 1; 0: there are no more; a negative errno. */
	int (*take)(const json_t *indexes, sd_bus_message *message);
} properties[] = {
	{ "DNS", "a(iiay)", "(iiay)", "dns_servers", take_server },
	{ "Domains", "a(isb)", "(isb)", "search_domains", take_domain },
};

static int read_property(const struct property *property, const json_t *indexes,
			 struct problems *problems)
{
	sd_bus_message *message = NULL;
	int r = bus_resolved_get(property->name, property->type, &message, problems);

	if (r < 0)
		return -1;
	r = sd_bus_message_enter_container(message, 'a', property->item);
	while (r > 0)
		r = property->take(indexes, message);
	sd_bus_message_unref(message);
	return r < 0 ? problem_errno(problems, -r, "systemd-resolved: %s", property->name) : 0;
}

static void set_lists(const json_t *indexes, const char *field)
{
	const char *index;
	json_t *link;

	json_object_foreach((json_t *)indexes, index, link)
		json_object_set_new(link, field, json_array());
}

static void drop_lists(const json_t *indexes)
{
	const char *index;
	json_t *link;

	json_object_foreach((json_t *)indexes, index, link)
		for (size_t i = 0; i < ARRAY_SIZE(properties); i++)
			json_object_del(link, properties[i].field);
}

int link_dns_add(const json_t *indexes, struct problems *problems)
{
	for (size_t i = 0; i < ARRAY_SIZE(properties); i++) {
		set_lists(indexes, properties[i].field);
		if (read_property(&properties[i], indexes, problems) < 0) {
			drop_lists(indexes);
			return -1;
		}
	}
	return 0;
}
