// SPDX-License-Identifier: MIT
/* How the network is; see network_state.h. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/file.h>

#include "common/clock.h"
#include "common/file.h"
#include "node/due.h"
#include "node/network_state.h"

#define MAX_BYTES (64 * 1024)

static const char *const wanted_words[] = { "dhcp", "static", "none", NULL };

static const char *wanted_word(const char *text)
{
	for (size_t i = 0; text && wanted_words[i]; i++)
		if (streq(wanted_words[i], text))
			return wanted_words[i];
	return "none";
}

static char *text_of(const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));

	return text ? xstrdup(text) : NULL;
}

int network_state_lock(const char *root)
{
	autofree char *path = path_in_root(root, "/run/roost/network.lock");
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0)
		(void)flock(fd, LOCK_EX);
	return fd;
}

bool network_state_read(const char *root, struct network_state *ret)
{
	autojson json_t *json = json_read_report(root, NETWORK_STATE, MAX_BYTES);
	const json_t *note;
	size_t i;

	*ret = (struct network_state){ .wanted = "none" };
	if (!json)
		return false;
	ret->device = text_of(json, "bridge");
	ret->uplink = text_of(json, "uplink");
	ret->mac = text_of(json, "mac");
	ret->configuration = text_of(json, "configuration");
	ret->wanted = wanted_word(json_string_value(json_object_get(json, "wanted")));
	ret->since_ms = json_integer_value(json_object_get(json, "since_ms"));
	json_array_foreach(json_object_get(json, "notes"), i, note)
		if (json_is_string(note))
			strv_push(&ret->notes, json_string_value(note));
	return true;
}

/* NULL for link-local ones, which say nothing about the network. Owned by the caller. */
static char *address_text(const struct ifaddrs *entry)
{
	const struct sockaddr_in *in4 = (const void *)entry->ifa_addr;
	const struct sockaddr_in6 *in6 = (const void *)entry->ifa_addr;
	char text[INET6_ADDRSTRLEN];
	const unsigned char *mask;
	int length = 0;

	if (entry->ifa_addr->sa_family == AF_INET) {
		if ((ntohl(in4->sin_addr.s_addr) >> 16) == 0xa9fe)
			return NULL;
		inet_ntop(AF_INET, &in4->sin_addr, text, sizeof(text));
		mask = (const void *)&((const struct sockaddr_in *)entry->ifa_netmask)->sin_addr;
	} else {
		if (IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr))
			return NULL;
		inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof(text));
		mask = (const void *)&((const struct sockaddr_in6 *)entry->ifa_netmask)->sin6_addr;
	}
	for (size_t i = 0; i < (entry->ifa_addr->sa_family == AF_INET ? 4u : 16u); i++)
		length += __builtin_popcount(mask[i]);
	return xasprintf("%s/%d", text, length);
}

static char **addresses_of(const char *device)
{
	struct ifaddrs *list;
	char **addresses = NULL;

	if (!device || getifaddrs(&list) < 0)
		return NULL;
	for (struct ifaddrs *entry = list; entry; entry = entry->ifa_next) {
		int family = entry->ifa_addr ? entry->ifa_addr->sa_family : AF_UNSPEC;
		char *text;

		if (!streq(entry->ifa_name, device) || !entry->ifa_netmask ||
		    (family != AF_INET && family != AF_INET6))
			continue;
		text = address_text(entry);
		if (text)
			strv_push_take(&addresses, text);
	}
	freeifaddrs(list);
	strv_sort(addresses);
	return addresses;
}

void network_state_look(const char *root, struct network_state *state)
{
	autofree char *path = state->uplink ? xasprintf("%s/sys/class/net/%s/carrier", root,
							state->uplink) : NULL;
	autofree char *carrier = path ? file_read_line(path) : NULL;

	strv_free(state->addresses);
	state->addresses = streq(root, "/") ? addresses_of(state->device) : NULL;
	state->has_carrier = carrier && streq(carrier, "1");
}

static char *no_address_reason(const struct network_state *state, int seconds)
{
	if (!state->has_carrier)
		return xasprintf("no link on %s, the port of %s: expected a cable to a switch that is "
				 "on", state->uplink ? state->uplink : "any network card",
				 state->device);
	if (streq(state->wanted, "dhcp"))
		return xasprintf("no DHCP answer on %s (%s) after %d s: expected a DHCP server in this "
				 "network; still asking", state->device, state->uplink, seconds);
	return xasprintf("no address on %s (%s) after %d s", state->device, state->uplink, seconds);
}

const char *network_state_judge(const struct network_state *state, int64_t at_ms, char **ret_reason)
{
	bool lacks_address = state->device && !streq(state->wanted, "none") && !state->addresses;
	int64_t from_ms = state->lost_ms > state->since_ms ? state->lost_ms : state->since_ms;
	bool is_late = at_ms - from_ms >= NETWORK_ADDRESS_MS;

	*ret_reason = NULL;
	if (state->notes) {
		*ret_reason = strv_join(state->notes, "; ");
		return "degraded";
	}
	if (!lacks_address)
		return "ok";
	if (is_late) {
		*ret_reason = no_address_reason(state, NETWORK_ADDRESS_MS / 1000);
		return "degraded";
	}
	*ret_reason = xasprintf("waiting for an address on %s (%s)", state->device,
				state->uplink ? state->uplink : "no port");
	return "waiting";
}

int network_state_write(const char *root, const struct network_state *state, bool *ret_changed,
			struct problems *problems)
{
	autofree char *path = path_in_root(root, NETWORK_STATE);
	autofree char *reason = NULL, *text = NULL;
	/* below another root no time passes */
	int64_t at_ms = streq(root, "/") ? now_ms() : state->since_ms;
	const char *word = network_state_judge(state, at_ms, &reason);
	autojson json_t *json = json_pack(
		"{s:s, s:s, s:s?, s:s?, s:s?, s:o, s:s, s:o, s:I, s:s?}", "state", word, "reason",
		reason ? reason : "", "bridge", state->device, "uplink", state->uplink, "mac",
		state->mac, "addresses", json_strings(state->addresses), "wanted", state->wanted, "notes",
		json_strings(state->notes), "since_ms", (json_int_t)state->since_ms, "configuration",
		state->configuration);

	text = json_text(json);
	if (ret_changed)
		*ret_changed = !file_has(path, text, strlen(text));
	if (file_has(path, text, strlen(text)))
		return 0;
	if (file_write_text(path, 0644, text, problems) < 0)
		return -1;
	return due_mark(root, DUE_NETWORK, problems);
}

void network_state_done(struct network_state *state)
{
	free(state->device);
	free(state->uplink);
	free(state->mac);
	free(state->configuration);
	strv_free(state->notes);
	strv_free(state->addresses);
	*state = (struct network_state){ 0 };
}
