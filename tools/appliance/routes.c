// SPDX-License-Identifier: MIT
/* Finding the row of a request, and the page that documents them all; see routes.h. */
#include "appliance/routes.h"

const struct route *const route_groups[] = {
	routes_hosts,
	routes_host_certificates,
	routes_boot,
	routes_admin_boot,
	routes_admin_hosts,
	routes_admin_pools,
	routes_admin_tokens,
	routes_admin_clients, routes_admin_keytabs,
	routes_metrics,
	routes_web,
	NULL,
};

unsigned listener_index(enum listener listener)
{
	return (unsigned)__builtin_ctz(listener);
}

const char *listener_name(enum listener listener)
{
	static const char *const names[LISTENERS] = { "nodes", "admin", "boot" };

	return names[listener_index(listener)];
}

static void clear_params(char *params[ROUTE_PARAMS_MAX])
{
	for (size_t i = 0; i < ROUTE_PARAMS_MAX; i++) {
		free(params[i]);
		params[i] = NULL;
	}
}

/*
 * Matches one path against one pattern, from left to right. A parameter is never empty.
 */
static bool pattern_matches(const char *pattern, const char *path, char *params[ROUTE_PARAMS_MAX])
{
	size_t count = 0;

	while (*pattern) {
		const char *end;
		size_t len;

		if (*pattern != '{') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		end = strchr(pattern, '}');
		len = end[-1] == '.' ? strlen(path) : strcspn(path, "/");
		if (len == 0 || count == ROUTE_PARAMS_MAX)
			return false;
		params[count++] = xstrndup(path, len);
		path += len;
		pattern = end + 1;
	}
	return *path == '\0';
}

/* HEAD is answered as GET; the server leaves the body out. */
static bool method_matches(const struct route *route, const char *method)
{
	return streq(route->method, method) || (streq(method, "HEAD") && streq(route->method, "GET"));
}

const struct route *route_find(enum listener listener, const char *method, const char *path,
			       char *params[ROUTE_PARAMS_MAX], bool *ret_is_known)
{
	*ret_is_known = false;
	for (const struct route *const *group = route_groups; *group; group++) {
		for (const struct route *route = *group; route->method; route++) {
			if (route->listeners & listener &&
			    pattern_matches(route->pattern, path, params)) {
				if (method_matches(route, method))
					return route;
				*ret_is_known = true;
			}
			clear_params(params);
		}
	}
	return NULL;
}

/* ---- The page ----------------------------------------------------------------------------------- */

static const char *const auth_names[] = {
	[AUTH_NONE] = "anyone",
	[AUTH_JOIN] = "join token",
	[AUTH_HOST] = "the host's client certificate",
	[AUTH_ADMIN] = "admin token",
	[AUTH_BROWSER] = "HTTP Basic, the password is the admin token",
};

static void document_listeners(unsigned listeners, FILE *out)
{
	const char *before = "";

	for (size_t i = 0; i < LISTENERS; i++) {
		if (!(listeners & 1U << i))
			continue;
		fprintf(out, "%s%s", before, listener_name(1U << i));
		before = ", ";
	}
}

static void document_group(const struct route *route, FILE *out)
{
	for (; route->method; route++) {
		fprintf(out, "\n### %s %s\n\n", route->method, route->pattern);
		fprintf(out, "Who: %s. Address: ", auth_names[route->auth]);
		document_listeners(route->listeners, out);
		fprintf(out, ".\n\n%s\n\nAnswers: %s\n", route->help, route->answers);
	}
}

static const char head[] =
	"# The appliance's interface\n"
	"\n"
	"Written by `roost-appliance --print-api` from the table of calls that the server itself\n"
	"uses; do not edit.\n"
	"\n"
	"HTTPS, on two addresses: one for nodes, one for operators. What firmware and boot loaders\n"
	"fetch is on the boot address (--boot-listen) too, as plain HTTP; nothing else is there. Bodies\n"
	"are JSON of at most 1 MiB, kickstarts are plain text. An error is `{\"error\": \"...\", \"field\": \"...\"}`;\n"
	"`field` is there when one is to blame. Besides what each call lists, any call can answer 400\n"
	"(not understood), 401 (no or wrong credentials), 404, 405, 411, 413 (body too large), 429 and\n"
	"503 (too much at once; see Retry-After) and 500.\n"
	"\n"
	"A join token or the admin token is sent as `Authorization: Bearer TOKEN`.\n";

void routes_document(FILE *out)
{
	fputs(head, out);
	for (const struct route *const *group = route_groups; *group; group++)
		document_group(*group, out);
}
