// SPDX-License-Identifier: MIT
/* Which NIC of a machine a word means; see machine.h. */
#include "common/str.h"
#include "host/machine.h"

const struct host_nic *host_machine_nic(const struct host_machine *machine, const char *text)
{
	for (size_t i = 0; i < machine->nics_count; i++) {
		const struct host_nic *nic = &machine->nics[i];

		if (streq(nic->name, text) || streq(nic->mac, text) || streq_null(nic->path, text))
			return nic;
	}
	return NULL;
}

/* A name of the kernel has no colon; a MAC address and a path do. */
bool host_device_is_alias(const char *device)
{
	return strchr(device, ':') || streq(device, "bootif") || streq(device, "link");
}

static char *nic_name(const char *text, const struct host_machine *machine)
{
	const struct host_nic *nic = host_machine_nic(machine, text);

	if (streq(text, "bootif"))
		return machine->uplink ? xstrdup(machine->uplink) : NULL;
	if (streq(text, "link"))
		return machine->link ? xstrdup(machine->link) : NULL;
	return nic ? xstrdup(nic->name) : NULL;
}

char *host_device_name(const char *device, const struct host_machine *machine)
{
	const char *dot = strrchr(device, '.');
	autofree char *name = nic_name(device, machine), *below = NULL;

	if (name)
		return take_ptr(name);
	/* a VLAN without a name of its own: bootif.5; a path has a dot, too */
	below = dot ? xstrndup(device, (size_t)(dot - device)) : NULL;
	if (below && host_device_is_alias(below)) {
		name = nic_name(below, machine);
		return name ? xasprintf("%s%s", name, dot) : NULL;
	}
	return host_device_is_alias(device) ? NULL : xstrdup(device);
}
