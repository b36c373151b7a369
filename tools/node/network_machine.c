// SPDX-License-Identifier: MIT
/* NICs and the uplink; see network_machine.h. */
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "common/cli.h"
#include "common/clock.h"
#include "common/file.h"
#include "node/link_events.h"
#include "node/network_machine.h"
#include "node/nics.h"
#include "node/udev.h"

#define UDEV_DATA "/run/udev/data"
#define RECORD_MAX (64 * 1024)

/*
 * udev names a NIC some time after the kernel found it: before, it is "eth0" and about to change. Its
 * record (systemd-udevd's database) says "I:" once it has been through the rules, and ID_PROCESSING or
 * ID_RENAMING while it is going through them. Without udev (a container) every NIC is as it stays.
 */
static bool is_named(const char *root, const char *nic)
{
	autofree char *data = path_in_root(root, UDEV_DATA);
	autofree char *index_path = xasprintf("%s/sys/class/net/%s/ifindex", root, nic);
	autofree char *index = file_read_line(index_path);
	autofree char *path = index ? xasprintf("%s/n%s", data, index) : NULL;
	autofree char *record = NULL, *text = NULL;

	if (!path_exists(data))
		return true;
	if (!path || file_read_optional(path, RECORD_MAX, &record, NULL, NULL) < 0 || !record)
		return false;
	text = xasprintf("\n%s", record);
	return strstr(text, "\nI:") && !strstr(text, "\nE:ID_PROCESSING=1") &&
	       !strstr(text, "\nE:ID_RENAMING=1");
}

static void forget_nics(struct network_machine *machine)
{
	for (size_t i = 0; i < machine->count; i++) {
		free(machine->nics[i].name);
		free(machine->nics[i].mac);
		free(machine->nics[i].path);
	}
	free(machine->nics);
	machine->nics = NULL;
	machine->count = 0;
}

static void look(const char *root, struct network_machine *machine)
{
	autostrv char **names = nics_usable(root);

	forget_nics(machine);
	for (char **name = names; name && *name; name++) {
		char *mac = is_named(root, *name) ? nic_permanent_mac(root, *name) : NULL;

		if (!mac)
			continue;
		machine->nics = xreallocarray(machine->nics, machine->count + 1,
					      sizeof(*machine->nics));
		machine->nics[machine->count++] = (struct host_nic){
			.name = xstrdup(*name), .mac = mac, .has_carrier = nic_has_carrier(root, *name),
			.path = nic_path(root, *name),
		};
	}
}

static const struct host_nic *by_mac(const struct network_machine *machine, const char *mac)
{
	for (size_t i = 0; mac && i < machine->count; i++)
		if (streq(machine->nics[i].mac, mac))
			return &machine->nics[i];
	return NULL;
}

static const struct host_nic *by_name(const struct network_machine *machine, const char *name)
{
	for (size_t i = 0; name && i < machine->count; i++)
		if (streq(machine->nics[i].name, name))
			return &machine->nics[i];
	return NULL;
}

static const struct host_nic *first_with_carrier(const struct network_machine *machine)
{
	for (size_t i = 0; i < machine->count; i++)
		if (machine->nics[i].has_carrier)
			return &machine->nics[i];
	return NULL;
}

/* The uplink as far as it can be told now, or NULL. */
static const struct host_nic *choose(const struct uplink_query *query,
				     const struct network_machine *machine)
{
	if (query->bootif)
		return by_mac(machine, query->bootif);
	if (by_name(machine, query->previous))
		return by_name(machine, query->previous);
	if (machine->count == 1)
		return &machine->nics[0];
	return first_with_carrier(machine);
}

/* A NIC that is down has no carrier. networkd takes over what is up. */
static void bring_up(const struct network_machine *machine)
{
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	for (size_t i = 0; fd >= 0 && i < machine->count; i++) {
		struct ifreq request = { 0 };

		memccpy(request.ifr_name, machine->nics[i].name, '\0', sizeof(request.ifr_name) - 1);
		if (ioctl(fd, SIOCGIFFLAGS, &request) == 0 && !(request.ifr_flags & IFF_UP)) {
			request.ifr_flags |= IFF_UP;
			(void)ioctl(fd, SIOCSIFFLAGS, &request);
		}
	}
}

static void say_waiting(const struct uplink_query *query, const struct network_machine *machine)
{
	int seconds = query->wait_ms / 1000;

	if (query->bootif)
		log_info("waiting at most %d s for the NIC with the MAC address %s (BOOTIF)", seconds,
			 query->bootif);
	else if (machine->count == 0)
		log_info("waiting at most %d s for a NIC", seconds);
	else
		log_info("waiting at most %d s for one of %zu NICs to have a link", seconds,
			 machine->count);
}

static void wait_for_uplink(const struct uplink_query *query, struct network_machine *machine)
{
	int64_t deadline_ms = now_ms() + query->wait_ms;
	autofree char *data = path_in_root(query->root, UDEV_DATA);
	struct link_events events;

	say_waiting(query, machine);
	if (link_events_open(&events, path_exists(data) ? data : NULL, NULL) == 0) {
		do {
			look(query->root, machine);
			if (!query->bootif)
				bring_up(machine);
			look(query->root, machine);
		} while (!choose(query, machine) && link_events_wait(&events, deadline_ms));
	}
	link_events_close(&events);
}

static char *name_list(const struct network_machine *machine)
{
	autostrv char **names = NULL;

	for (size_t i = 0; i < machine->count; i++)
		strv_push(&names, machine->nics[i].name);
	return names ? strv_join(names, ", ") : xstrdup("none");
}

static void note_missing(const struct uplink_query *query, const struct network_machine *machine,
			 struct problems *notes)
{
	autofree char *names = name_list(machine);

	if (machine->count == 0)
		problem(notes, "no network card was found: expected one, and its driver in the image");
	else if (query->bootif && !by_mac(machine, query->bootif))
		problem(notes, "BOOTIF names %s, which no network card has (cards: %s)",
			query->bootif, names);
	else
		problem(notes, "no network card has a link (cards: %s): expected a cable in one of "
			"them", names);
}

void network_machine_find(const struct uplink_query *query, struct network_machine *ret,
			  struct problems *notes)
{
	const struct host_nic *uplink, *link;

	*ret = (struct network_machine){ 0 };
	/* the first NIC that udev gets to may not be the only one */
	if (query->is_needed && !query->bootif && !query->previous)
		udev_settle(query->root, query->wait_ms, "the network cards");
	look(query->root, ret);
	uplink = choose(query, ret);
	if (!uplink && query->is_needed && streq(query->root, "/")) {
		wait_for_uplink(query, ret);
		uplink = choose(query, ret);
	}
	link = first_with_carrier(ret);
	if (!uplink && query->is_needed)
		note_missing(query, ret, notes);
	if (!uplink)
		uplink = link;
	ret->uplink = uplink ? xstrdup(uplink->name) : NULL;
	ret->link = link ? xstrdup(link->name) : ret->uplink ? xstrdup(ret->uplink) : NULL;
}

void network_machine_done(struct network_machine *machine)
{
	forget_nics(machine);
	free(machine->uplink);
	free(machine->link);
	*machine = (struct network_machine){ 0 };
}

struct host_machine network_machine_view(const struct network_machine *machine)
{
	return (struct host_machine){
		.nics = machine->nics, .nics_count = machine->count,
		.uplink = machine->uplink, .link = machine->link,
	};
}
