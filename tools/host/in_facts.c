// SPDX-License-Identifier: MIT
/* NICs out of a host's facts; see in_facts.h. */
#include <net/if.h>

#include "host/in_facts.h"
#include "kickstart/options.h"

#define NICS_MAX 256

static bool is_mac(const char *text)
{
	struct ks_value value;

	if (!ks_mac.read(NULL, text, &value))
		return false;
	free(value.text);
	return true;
}

static void add_nic(const json_t *object, struct facts_machine *machine)
{
	const char *name = json_string_value(json_object_get(object, "name"));
	const char *mac = json_string_value(json_object_get(object, "mac"));
	const char *path = json_string_value(json_object_get(object, "path"));

	if (!name || !*name || strlen(name) >= IFNAMSIZ || strpbrk(name, "/ \t\n") || !mac ||
	    !is_mac(mac) || machine->count == NICS_MAX)
		return;
	machine->nics = xreallocarray(machine->nics, machine->count + 1, sizeof(*machine->nics));
	machine->nics[machine->count++] = (struct host_nic){
		.name = xstrdup(name), .mac = xstrdup(mac),
		.has_carrier = json_is_true(json_object_get(object, "carrier")),
		.path = path ? xstrdup(path) : NULL,
	};
}

int host_read_facts(const json_t *facts, const char *source, struct facts_machine *ret,
		    struct problems *problems)
{
	const json_t *nics = json_object_get(facts, "nics"), *nic;
	size_t i;

	*ret = (struct facts_machine){ 0 };
	if (!json_is_array(nics))
		return problem(problems, "%s: nics: expected a list of network cards", source);
	json_array_foreach(nics, i, nic)
		add_nic(nic, ret);
	return 0;
}

void facts_machine_done(struct facts_machine *machine)
{
	for (size_t i = 0; i < machine->count; i++) {
		free(machine->nics[i].name);
		free(machine->nics[i].mac);
		free(machine->nics[i].path);
	}
	free(machine->nics);
	*machine = (struct facts_machine){ 0 };
}

struct host_machine facts_machine_view(const struct facts_machine *machine)
{
	const char *uplink = machine->count ? machine->nics[0].name : NULL;

	for (size_t i = machine->count; i-- > 0;)
		if (machine->nics[i].has_carrier)
			uplink = machine->nics[i].name;
	return (struct host_machine){
		.nics = machine->nics, .nics_count = machine->count, .uplink = uplink, .link = uplink,
	};
}
