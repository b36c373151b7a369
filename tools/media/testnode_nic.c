// SPDX-License-Identifier: MIT
/*
 * A test node's NICs. The grammar of --nic:
 *
 *	NIC    = KIND [ "=" LINK ] { "," OPTION }
 *	KIND   = "user" | "tap" | "bridge"
 *	OPTION = "mac=" MAC | "model=" MODEL | "tftp=" DIR | "bootindex"
 */
#include "common/digest.h"
#include "kickstart/options.h"
#include "media/testnode.h"

static const struct testnode_nic_kind kinds[] = {
	{ .name = "user", .qemu = "user", .qemu_end = "", .libvirt_type = "user" },
	/* The tap is made beforehand, by whom may: then QEMU needs no privilege. */
	{ .name = "tap", .has_link = true, .qemu = "tap,ifname=", .qemu_end = ",script=no,downscript=no",
	  .libvirt_type = "ethernet", .libvirt_link = "target managed='no'", .libvirt_attribute = "dev" },
	{ .name = "bridge", .has_link = true, .qemu = "bridge,br=", .qemu_end = "",
	  .libvirt_type = "bridge", .libvirt_link = "source", .libvirt_attribute = "bridge" },
	{ 0 },
};

/* ---- Reading ------------------------------------------------------------------------------------- */

static int read_kind(struct testnode_nic *nic, const char *text, struct problems *problems)
{
	for (const struct testnode_nic_kind *kind = kinds; kind->name; kind++) {
		const char *rest = str_after(text, kind->name);

		if (!rest || (*rest && *rest != '='))
			continue;
		if (kind->has_link != (*rest == '=' && rest[1]))
			return problem(problems, "expected %s%s", kind->name,
				       kind->has_link ? "=NAME" : ", without a value");
		nic->kind = kind;
		nic->link = kind->has_link ? xstrdup(rest + 1) : NULL;
		return 0;
	}
	return problem(problems, "expected user, tap=NAME, bridge=NAME or none");
}

static int read_mac(struct testnode_nic *nic, const char *text, struct problems *problems)
{
	struct ks_value value = { 0 };

	if (!ks_mac.read(NULL, text, &value))
		return problem(problems, "mac=%s: expected %s", text, ks_mac.expected);
	free(nic->mac);
	nic->mac = value.text;
	return 0;
}

static void replace(char **text, const char *value)
{
	free(*text);
	*text = xstrdup(value);
}

static int read_option(struct testnode_nic *nic, const char *text, struct problems *problems)
{
	const char *value;

	if (streq(text, "bootindex"))
		nic->boots_first = true;
	else if ((value = str_after(text, "mac=")))
		return read_mac(nic, value, problems);
	else if ((value = str_after(text, "model=")) && *value)
		replace(&nic->model, value);
	else if ((value = str_after(text, "tftp=")) && *value && streq(nic->kind->name, "user"))
		replace(&nic->tftp, value);
	else
		return problem(problems, "%s: expected mac=, model=, bootindex, or tftp=DIR with user",
			       text);
	return 0;
}

int testnode_add_nic(struct testnode *node, const char *text, struct problems *problems)
{
	autostrv char **words = strv_split(text, ",", true);
	struct testnode_nic *nic;

	if (streq(text, "none")) {
		node->has_no_nic = true;
		return 0;
	}
	node->nics = xreallocarray(node->nics, node->nics_count + 1, sizeof(*nic));
	nic = &node->nics[node->nics_count++];
	*nic = (struct testnode_nic){ 0 };
	if (read_kind(nic, words[0], problems) < 0)
		return -1;
	for (size_t i = 1; words[i]; i++)
		if (read_option(nic, words[i], problems) < 0)
			return -1;
	return 0;
}

/* ---- What follows from the node ------------------------------------------------------------------ */

char *testnode_nic_mac(const struct testnode *node, size_t index)
{
	autofree char *text = NULL, *digest = NULL;

	if (node->nics[index].mac)
		return xstrdup(node->nics[index].mac);
	text = xasprintf("%s/%zu", node->name, index);
	digest = sha256_text(text, strlen(text));
	/* 52:54:00 is what QEMU and libvirt use; nobody else does. */
	return xasprintf("52:54:00:%.2s:%.2s:%.2s", digest, digest + 2, digest + 4);
}

int testnode_nic_boot_order(const struct testnode *node, size_t index)
{
	int order = 0;

	if (!node->medium->boots_nic)
		return 0;
	for (size_t i = 0; i <= index; i++)
		order += node->nics[i].boots_first;
	if (node->nics[index].boots_first)
		return order;
	for (size_t i = 0; i < node->nics_count; i++)
		if (node->nics[i].boots_first)
			return 0;
	return index == 0 ? 1 : 0;
}

bool testnode_nic_has_no_rom(const struct testnode *node, size_t index)
{
	return node->firmware->boots_virtio_itself && !node->nics[index].model;
}

void testnode_done(struct testnode *node)
{
	for (size_t i = 0; i < node->nics_count; i++) {
		free(node->nics[i].link);
		free(node->nics[i].mac);
		free(node->nics[i].model);
		free(node->nics[i].tftp);
	}
	free(node->nics);
	strv_free(node->disks);
	strv_free(node->qemu_options);
	node->nics = NULL;
	node->nics_count = 0;
	node->disks = node->qemu_options = NULL;
}
