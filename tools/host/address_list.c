// SPDX-License-Identifier: MIT
/* Lists of hosts' addresses; see address_list.h. */
#include <sys/socket.h>

#include "common/digest.h"
#include "host/address_list.h"
#include "host/prefix.h"

#define ADDRESS_TEXT_MAX 45 /* INET6_ADDRSTRLEN without its end */

char *address_of_host(const char *text)
{
	struct prefix address;
	char *canonical;

	if (strlen(text) > ADDRESS_TEXT_MAX || strchr(text, '/') || !prefix_read(text, &address) ||
	    prefix_not_a_host(&address) || prefix_is_link_local(&address))
		return NULL;
	canonical = prefix_text(&address);
	*strchr(canonical, '/') = '\0';
	return canonical;
}

int address_list_read(const json_t *object, const char *field, size_t max, char ***ret, const char *source,
		      struct problems *problems)
{
	const json_t *list = json_object_get(object, field), *item;
	autostrv char **addresses = NULL;
	size_t i;

	if (list && (!json_is_array(list) || json_array_size(list) > max))
		return problem(problems, "%s: \"%s\": expected a list of at most %zu addresses", source, field, max);
	json_array_foreach(list, i, item) {
		char *address = json_is_string(item) ? address_of_host(json_string_value(item)) : NULL;

		if (!address)
			return problem(problems, "%s: \"%s\": expected addresses of hosts, IPv4 or IPv6", source,
				       field);
		strv_push_take(&addresses, address);
	}
	*ret = take_ptr(addresses);
	return 0;
}

char *address_list_digest(char *const *list)
{
	autofree char *text = strv_join(list, "\n");

	return sha256_text(text, strlen(text));
}
