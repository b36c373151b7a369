// SPDX-License-Identifier: MIT
/* roostctl keytab ...: the keytabs with which hosts are known to Kerberos. */
#include "appliance/ctl.h"
#include "appliance/table.h"
#include "common/cli.h"

#define PATH "/v1/admin/hosts/%s/keytab"

static int keytab_set(struct ctl *ctl)
{
	autofree char *id = NULL;
	int code = ctl_resolve_host(ctl, &id);

	return code == EXIT_DONE ? ctl_put_file(ctl, ctl->args[1], PATH, id) : code;
}

static int keytab_unset(struct ctl *ctl)
{
	autofree char *id = NULL;
	int code = ctl_resolve_host(ctl, &id);

	return code == EXIT_DONE ? ctl_send(ctl, "DELETE", NULL, NULL, PATH, id) : code;
}

static void show_keys(const json_t *answer)
{
	const json_t *key;
	size_t i;

	if (!json_array_size(json_object_get(answer, "keys")))
		puts("the host has no keytab; roostctl keytab set HOST FILE gives it one");
	json_array_foreach(json_object_get(answer, "keys"), i, key) {
		autofree char *principal = printable(ctl_text(key, "principal"));

		printf("%s  version %lld  %s\n", principal,
		       (long long)json_integer_value(json_object_get(key, "version")), ctl_text(key, "encryption"));
	}
}

static int keytab_show(struct ctl *ctl)
{
	autojson json_t *answer = NULL;
	autofree char *id = NULL;
	int code = ctl_resolve_host(ctl, &id);

	if (code == EXIT_DONE)
		code = ctl_get(ctl, &answer, PATH, id);
	return ctl_show(ctl, code, answer, show_keys);
}

const struct ctl_command ctl_keytab_commands[] = {
	{ "keytab set", "HOST FILE", 2, NULL, keytab_set,
	  "give a host its keytab (of libvirt/NAME@REALM), for libvirt over Kerberos" },
	{ "keytab show", "HOST", 1, NULL, keytab_show, "whose keys are in a host's keytab; never the keys" },
	{ "keytab unset", "HOST", 1, NULL, keytab_unset, "take a host's keytab away" },
	{ 0 },
};
