// SPDX-License-Identifier: MIT
/*
 * Storage in a host's kickstart: `iscsiname` and `iscsi` are pykickstart's, `pool` is Roost's own,
 * with the words of `virsh pool-define-as`.
 */
#include <ctype.h>

#include "host/schema.h"

static const struct ks_option iscsiname_options[] = {
	{ "iqn", &ks_iqn, offsetof(struct host_iscsiname, iqn), "The initiator's name.",
	  .flags = KS_POSITIONAL | KS_REQUIRED },
	{ 0 },
};

const struct ks_command host_iscsiname_command = {
	.name = "iscsiname",
	.help = "Names this host as an iSCSI initiator. Without it the name is derived from the "
		"hardware, the same at every boot.",
	.options = iscsiname_options,
	.size = sizeof(struct host_iscsiname),
	.offset = offsetof(struct host, iscsiname),
};

#define ISCSI(member) offsetof(struct host_iscsi, member)

static const char *const digests[] = { "none", "crc32c", NULL }; /* enum host_digest */

static const struct ks_option iscsi_options[] = {
	{ "target", &ks_iqn, ISCSI(target), "The target's name. Without it the portal is asked, and this host "
	  "logs in to all targets that it names." },
	{ "ipaddr", &ks_host, ISCSI(ipaddr), "The portal's address.", .flags = KS_REQUIRED },
	{ "port", &ks_port, ISCSI(port), "The portal's port.", .fallback = "3260" },
	{ "iface", &ks_interface, ISCSI(iface), "The device of this host that the session goes "
	  "through. It is one that network configures, with its address." },
	{ "user", &ks_string, ISCSI(user), "CHAP: the name that this host logs in with, also when it asks "
	  "for targets." },
	{ "password", &ks_string, ISCSI(password), "CHAP: its secret.", .flags = KS_SECRET },
	{ "reverse-user", &ks_string, ISCSI(reverse_user),
	  "Mutual CHAP: the name that the target proves." },
	{ "reverse-password", &ks_string, ISCSI(reverse_password), "Mutual CHAP: its secret.",
	  .flags = KS_SECRET },
	{ "header-digest", &ks_enum, ISCSI(header_digest),
	  "Roost's own: whether the headers of its packets carry a checksum.", .names = digests,
	  .fallback = "none" },
	{ "data-digest", &ks_enum, ISCSI(data_digest),
	  "Roost's own: whether the data do. It costs processor time at both ends.",
	  .names = digests, .fallback = "none" },
	{ 0 },
};

/* iscsiadm stores records as lines NAME = VALUE: a value cannot hold a line's end. */
static bool is_one_line(const char *text)
{
	for (const char *p = text; p && *p; p++)
		if (iscntrl((unsigned char)*p))
			return false;
	return true;
}

static int check_iscsi(const struct ks_command *command, const void *values,
		       struct problems *problems)
{
	const struct host_iscsi *iscsi = values;
	const char *const texts[] = { iscsi->user, iscsi->password, iscsi->reverse_user,
				      iscsi->reverse_password };
	static const char *const names[] = { "user", "password", "reverse-user",
					     "reverse-password" };
	int bad = 0;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (!is_one_line(texts[i]) || (texts[i] && strlen(texts[i]) > 255))
			bad = ks_problem(command, values, names[i], problems,
					 "expected at most 255 characters, no control characters");
	if (!iscsi->user != !iscsi->password)
		bad = ks_problem(command, values, iscsi->user ? "password" : "user", problems,
				 "missing: CHAP needs --user and --password");
	if (!iscsi->reverse_user != !iscsi->reverse_password)
		bad = ks_problem(command, values,
				 iscsi->reverse_user ? "reverse-password" : "reverse-user", problems,
				 "missing: mutual CHAP needs --reverse-user and --reverse-password");
	if (iscsi->reverse_user && !iscsi->user)
		bad = ks_problem(command, values, "user", problems,
				 "missing: mutual CHAP needs --user and --password too");
	return bad;
}

const struct ks_command host_iscsi_command = {
	.name = "iscsi",
	.help = "Attaches the disks of one iSCSI target. Several commands with the same --target are "
		"several paths to it.",
	.options = iscsi_options,
	.size = sizeof(struct host_iscsi),
	.offset = offsetof(struct host, iscsi),
	.is_list = true,
	.count_offset = offsetof(struct host, iscsi_count),
	.check = check_iscsi,
};

/* Names become file names of libvirt and of mount points. */
static bool read_name(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	(void)option;
	for (const char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && (!strchr("._-", *p) || p == text))
			return false;
	if (text[0] == '\0' || strlen(text) > 64)
		return false;
	ret->text = xstrdup(text);
	return true;
}

static const struct ks_type pool_name = {
	.placeholder = "NAME", .read = read_name,
	.expected = "at most 64 letters, digits, dots, dashes and underscores, the first a letter "
		    "or a digit",
};

/* Handed to mount(8)'s like as one list: a comma would smuggle in another option. */
static bool read_mount_option(const struct ks_option *option, const char *text,
			      struct ks_value *ret)
{
	(void)option;
	for (const char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._-=:@/+", *p))
			return false;
	if (text[0] == '\0' || strlen(text) > 255)
		return false;
	ret->text = xstrdup(text);
	return true;
}

static const struct ks_type mount_option = {
	.placeholder = "OPTION,...", .read = read_mount_option,
	.expected = "a mount option such as nfsvers=4.2",
};

static const char *const pool_types[] = { "netfs", "iscsi", "logical", "dir", NULL };

#define POOL(member) offsetof(struct host_pool, member)

static const struct ks_option pool_options[] = {
	{ "name", &pool_name, POOL(name), "The storage pool's name.", .flags = KS_REQUIRED },
	{ "type", &ks_enum, POOL(type), "What it is made of.", .flags = KS_REQUIRED,
	  .names = pool_types },
	{ "source-host", &ks_host, POOL(source_host), "The server (netfs, iscsi)." },
	{ "source-path", &ks_path, POOL(source_path), "The exported folder (netfs)." },
	{ "source-dev", &ks_string, POOL(source_dev),
	  "The target's name (iscsi), the physical volume (logical) by a name below /dev/disk/; several "
	  "with commas between." },
	{ "source-name", &pool_name, POOL(source_name), "The volume group (logical)." },
	{ "source-format", &pool_name, POOL(source_format),
	  "The format of the source, such as nfs (netfs) or lvm2 (logical)." },
	{ "target", &ks_path, POOL(target), "Where it appears on this host." },
	{ "opts", &mount_option, POOL(opts), "Mount options (netfs).", .separator = "," },
	{ 0 },
};

/* What each type must have and may have, by option name. */
static const struct pool_rule {
	const char *needs[3];
	const char *takes[5];
} pool_rules[] = {
	[HOST_POOL_NETFS] = { { "source-host", "source-path" },
			      { "source-format", "target", "opts" } },
	[HOST_POOL_ISCSI] = { { "source-host", "source-dev" }, { "target" } },
	[HOST_POOL_LOGICAL] = { { "source-name", "source-dev" }, { "source-format", "target" } },
	[HOST_POOL_DIR] = { { "target" }, { NULL } },
};

static bool is_among(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n && names[i]; i++)
		if (streq(names[i], name))
			return true;
	return false;
}

static int check_pool(const struct ks_command *command, const void *values,
		      struct problems *problems)
{
	const struct host_pool *pool = values;
	const struct pool_rule *rule = &pool_rules[pool->type];
	struct ks_value iqn;
	int bad = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rule->needs) && rule->needs[i]; i++)
		if (!ks_is_given(command, values, rule->needs[i]))
			bad = ks_problem(command, values, rule->needs[i], problems,
					 "missing: a storage pool of type %s needs it",
					 pool_types[pool->type]);
	for (const struct ks_option *o = pool_options; o->name; o++)
		if (!streq(o->name, "name") && !streq(o->name, "type") &&
		    ks_is_given(command, values, o->name) &&
		    !is_among(rule->needs, ARRAY_SIZE(rule->needs), o->name) &&
		    !is_among(rule->takes, ARRAY_SIZE(rule->takes), o->name))
			bad = ks_problem(command, values, o->name, problems,
					 "does not belong to a storage pool of type %s",
					 pool_types[pool->type]);
	if (pool->type == HOST_POOL_ISCSI && pool->source_dev) {
		if (!ks_iqn.read(NULL, pool->source_dev, &iqn))
			return ks_problem(command, values, "source-dev", problems,
					  "\"%s\" is not valid: expected %s", pool->source_dev,
					  ks_iqn.expected);
		free(iqn.text);
	}
	return bad;
}

const struct ks_command host_pool_command = {
	.name = "pool",
	.help = "Defines and starts a storage pool of libvirt (Roost's own command, with the words "
		"of virsh pool-define-as).",
	.options = pool_options,
	.size = sizeof(struct host_pool),
	.offset = offsetof(struct host, pools),
	.is_list = true,
	.count_offset = offsetof(struct host, pools_count),
	.check = check_pool,
};
