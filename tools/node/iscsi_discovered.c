// SPDX-License-Identifier: MIT
/*
 * iscsiadm's list of discovered targets; see iscsi_discovered.h.
 *
 *	output = { line "\n" }
 *	line   = portal "," tag " " name
 *	portal = ( IPv4 | host name | "[" IPv6 "]" ) ":" port
 *	tag    = of the portal group, 0 to 65535; not used: sessions take the one that the target answers
 */
#include <stdio.h>

#include "kickstart/options.h"
#include "node/iscsi_discovered.h"

#define LINE_MAX_SHOWN 80

/* Text of the kickstart's type, in its one way of being written; NULL when it is not. */
static char *read_as(const struct ks_type *type, const char *text)
{
	struct ks_value value = { 0 };

	return *text && type->read(NULL, text, &value) ? value.text : NULL;
}

/* "ADDRESS:PORT" or "[ADDRESS]:PORT"; cuts `text`. */
static bool read_portal(char *text, struct discovered_portal *ret)
{
	char *colon = strrchr(text, ':');
	bool is_ipv6 = text[0] == '[';
	long long port;
	char *end;

	if (!colon || !str_to_int(colon + 1, 1, 65535, &port))
		return false;
	*colon = '\0';
	end = colon - 1;
	if (is_ipv6 && (end <= text || *end != ']'))
		return false;
	if (is_ipv6)
		*end = '\0';
	ret->address = read_as(is_ipv6 ? &ks_ipv6 : &ks_host, text + is_ipv6);
	ret->port = (int)port;
	if (ret->address && !is_ipv6 && strchr(ret->address, ':')) {
		free(ret->address); /* IPv6 without brackets: where does the port begin? */
		ret->address = NULL;
	}
	return ret->address;
}

/* Cuts `line`. What it returns is the caller's. */
static bool read_line(char *line, char **ret_name, struct discovered_portal *ret)
{
	char *space = strchr(line, ' ');
	char *comma = space ? memchr(line, ',', (size_t)(space - line)) : NULL;
	autofree char *name = NULL;
	long long tag;

	if (!comma)
		return false;
	*space = *comma = '\0';
	name = read_as(&ks_iqn, space + 1);
	if (!name || !str_to_int(comma + 1, 0, 65535, &tag) || !read_portal(line, ret))
		return false;
	*ret_name = take_ptr(name);
	return true;
}

static struct discovered_target *find(struct discovered *found, const char *name)
{
	for (size_t i = 0; i < found->count; i++)
		if (streq(found->items[i].name, name))
			return &found->items[i];
	return NULL;
}

static bool has_portal(const struct discovered_target *target, const struct discovered_portal *portal)
{
	for (size_t i = 0; i < target->count; i++)
		if (streq(target->portals[i].address, portal->address) &&
		    target->portals[i].port == portal->port)
			return true;
	return false;
}

/* Takes both over, also when there is no room. */
static int add(struct discovered *found, char *take_name, struct discovered_portal take_portal,
	       struct problems *problems)
{
	autofree char *name = take_name;
	autofree char *address = take_portal.address;
	struct discovered_target *target = find(found, name);

	if (!target && found->count == DISCOVERED_TARGETS_MAX)
		return problem(problems, "more than %d targets: name the wanted ones with --target",
			       DISCOVERED_TARGETS_MAX);
	if (!target) {
		target = &found->items[found->count++];
		*target = (struct discovered_target){ .name = take_ptr(name) };
	}
	if (has_portal(target, &take_portal))
		return 0;
	if (target->count == DISCOVERED_PORTALS_MAX)
		return problem(problems, "%s has more than %d portals: name the wanted ones with "
			       "--target and --ipaddr", target->name, DISCOVERED_PORTALS_MAX);
	target->portals[target->count++] = (struct discovered_portal){ take_ptr(address), take_portal.port };
	return 0;
}

int discovered_read(const char *text, struct discovered *ret, struct problems *problems)
{
	autostrv char **lines = strv_split(text, "\n", false);
	struct discovered found = { .items = xcalloc(DISCOVERED_TARGETS_MAX, sizeof(*found.items)) };
	int result = 0;

	for (size_t i = 0; lines && lines[i] && result == 0; i++) {
		autofree char *shown = xstrndup(lines[i], LINE_MAX_SHOWN);
		struct discovered_portal portal = { 0 };
		char *name = NULL;

		if (read_line(lines[i], &name, &portal))
			result = add(&found, name, portal, problems);
		else
			result = problem(problems, "\"%s\" was found: expected ADDRESS:PORT,TAG and a "
					 "target's name", shown);
	}
	if (result < 0)
		discovered_done(&found);
	else
		*ret = found;
	return result;
}

char *discovered_text(const struct discovered *found)
{
	char *text = NULL;
	size_t len;
	FILE *f = xopen_memstream(&text, &len);

	for (size_t i = 0; i < found->count; i++)
		for (size_t j = 0; j < found->items[i].count; j++) {
			const struct discovered_portal *portal = &found->items[i].portals[j];

			fprintf(f, strchr(portal->address, ':') ? "[%s]:%d,1 %s\n" : "%s:%d,1 %s\n",
				portal->address, portal->port, found->items[i].name);
		}
	fclose(f);
	return text;
}

void discovered_keep(struct discovered *found, const struct discovered *before,
		     bool (*is_kept)(const char *target, const struct discovered_portal *portal, const void *userdata),
		     const void *userdata)
{
	if (!found->items)
		found->items = xcalloc(DISCOVERED_TARGETS_MAX, sizeof(*found->items));
	for (size_t i = 0; i < before->count; i++)
		for (size_t j = 0; j < before->items[i].count; j++) {
			const struct discovered_portal *portal = &before->items[i].portals[j];

			if (is_kept(before->items[i].name, portal, userdata))
				add(found, xstrdup(before->items[i].name),
				    (struct discovered_portal){ xstrdup(portal->address), portal->port }, NULL);
		}
}

void discovered_done(struct discovered *found)
{
	for (size_t i = 0; i < found->count; i++) {
		free(found->items[i].name);
		for (size_t j = 0; j < found->items[i].count; j++)
			free(found->items[i].portals[j].address);
	}
	free(found->items);
	*found = (struct discovered){ 0 };
}
